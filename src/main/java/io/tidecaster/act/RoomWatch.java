package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Room;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Looks at the ResourceQuotas and PodDisruptionBudgets of a namespace, when something there is to
 * be scaled. A list is asked for once within {@code roomMaxAge}, for all workloads of the
 * namespace; where it cannot be had, nothing is held back for it.
 */
final class RoomWatch {
  private static final Logger LOG = Logger.getLogger(RoomWatch.class);

  /** Most lists that are remembered; with one more all are asked for again. */
  private static final int MOST = 8_192;

  private final KubernetesRequests requests;
  private final Duration maxAge;
  private final Duration forbiddenRespite;
  private final InstantSource clock;
  private final Map<String, Remembered> lists = new ConcurrentHashMap<>();
  private final Set<String> complaints = ConcurrentHashMap.newKeySet();

  RoomWatch(KubernetesRequests requests, KubernetesLimits limits, InstantSource clock) {
    this.requests = requests;
    this.maxAge = limits.roomMaxAge();
    this.forbiddenRespite = limits.forbiddenRespite();
    this.clock = clock;
  }

  /** The most replicas that fit into the quotas; empty where none limits them, or none was seen. */
  Optional<Room.Limit> most(String namespace, Footprint footprint) {
    return NamespaceRules.most(footprint, list("/api/v1", namespace, "resourcequotas"));
  }

  /** The least replicas that are to stay; empty where no budget says so, or none was seen. */
  Optional<Room.Limit> least(String namespace, Footprint footprint, Fleet fleet) {
    return NamespaceRules.least(
        footprint, fleet, list("/apis/policy/v1", namespace, "poddisruptionbudgets"));
  }

  private JsonNode list(String root, String namespace, String plural) {
    String path = "%s/namespaces/%s/%s?resourceVersion=0".formatted(root, namespace, plural);
    if (lists.size() >= MOST) {
      lists.clear();
    }
    return lists.computeIfAbsent(path, _ -> new Remembered()).items(path, plural);
  }

  /** One list. Who comes while it is asked for waits for the answer. */
  private final class Remembered {
    private JsonNode items = MissingNode.getInstance();
    private Instant until = Instant.MIN;

    synchronized JsonNode items(String path, String plural) {
      Instant now = clock.instant();
      if (now.isBefore(until)) {
        return items;
      }
      try {
        items = requests.get(path).path("items");
        until = now.plus(maxAge);
      } catch (KubernetesClientException e) {
        items = MissingNode.getInstance();
        boolean forbidden = e.getCode() == 401 || e.getCode() == 403;
        until = now.plus(forbidden ? forbiddenRespite : maxAge);
        if (complaints.add(plural)) {
          LOG.warnf(
              "%s cannot be listed, so scaling does not heed them: %s", plural, e.getMessage());
        }
      }
      return items;
    }
  }
}
