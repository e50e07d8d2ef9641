package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Room;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Looks at the ResourceQuotas and PodDisruptionBudgets of a namespace, when something there is to
 * be scaled. A list is asked for once within {@code roomMaxAge}, for all workloads of the
 * namespace; where it cannot be had, nothing is held back for it.
 */
final class RoomWatch {
  private static final Logger LOG = Logger.getLogger(RoomWatch.class);

  private final NamespaceLists lists;
  private final Set<Rules> complaints = ConcurrentHashMap.newKeySet();

  /** What a namespace has to say of its replicas. */
  private enum Rules {
    QUOTAS("/api/v1", "resourcequotas"),
    BUDGETS("/apis/policy/v1", "poddisruptionbudgets");

    private final String root;
    private final String plural;

    Rules(String root, String plural) {
      this.root = root;
      this.plural = plural;
    }
  }

  RoomWatch(KubernetesRequests requests, KubernetesLimits limits, InstantSource clock) {
    this.lists =
        new NamespaceLists(requests, limits.roomMaxAge(), limits.forbiddenRespite(), clock);
  }

  /** The most replicas that fit into the quotas; empty where none limits them, or none was seen. */
  Optional<Room.Limit> most(String namespace, Footprint footprint) {
    return NamespaceRules.most(footprint, list(namespace, Rules.QUOTAS));
  }

  /** The least replicas that are to stay; empty where no budget says so, or none was seen. */
  Optional<Room.Limit> least(String namespace, Footprint footprint, Fleet fleet) {
    return NamespaceRules.least(footprint, fleet, list(namespace, Rules.BUDGETS));
  }

  /** For a person: which of them may not be listed, so that scaling does not heed them. */
  List<String> unread(String namespace) {
    return Stream.of(Rules.values())
        .flatMap(rules ->
            lists
                .forbidden(rules.root, namespace, rules.plural)
                .map(said ->
                    "%s cannot be listed, so scaling does not heed them; grant list on %s: %s"
                        .formatted(rules.plural, rules.plural, said))
                .stream())
        .toList();
  }

  private JsonNode list(String namespace, Rules rules) {
    try {
      return lists.items(rules.root, namespace, rules.plural, Instant.MIN);
    } catch (KubernetesClientException e) {
      if (complaints.add(rules)) {
        LOG.warnf(
            "%s cannot be listed, so scaling does not heed them: %s", rules.plural, e.getMessage());
      }
      return MissingNode.getInstance();
    }
  }
}
