package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.balance.Address;
import io.tidecaster.balance.Replica;
import io.tidecaster.balance.ReplicaDirectory;
import io.tidecaster.workload.Scaler;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The ready pods behind a workload's {@code /scale}, and which of them go first.
 *
 * <p>A ReplicaSet gives up the pods of the least {@code pod-deletion-cost}; it is written by
 * server-side apply, so that taking it back leaves what others wrote.
 */
public final class PodDirectory implements ReplicaDirectory {
  private static final Logger LOG = Logger.getLogger(PodDirectory.class);
  private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

  /** Pods without the annotation cost 0. */
  private static final String GOES_FIRST = "-1000";

  private final KubernetesRequests requests;
  private final ScalableKinds kinds;

  public PodDirectory(KubernetesClient client, KubernetesLimits limits, InstantSource clock) {
    this.requests = new KubernetesRequests(client, limits.requestTimeout());
    this.kinds = new ScalableKinds(requests, limits.discoveryMaxAge(), clock);
  }

  @Override
  public Sighting replicas(Scaler scaler) {
    int port = scaler.balance().map(balance -> balance.replicaPort()).orElse(0);
    String namespace = scaler.id().namespace();
    String name = scaler.target().name();
    if (!KubernetesRequests.arePathSegments(namespace, name)) {
      return new Unknown("%s/%s is no name that Kubernetes has".formatted(namespace, name));
    }
    try {
      Optional<ScalableKinds.Kind> kind = kinds.find(scaler.target());
      if (kind.isEmpty()) {
        return new Unknown("the API server has no kind " + scaler.target().kind());
      }
      String selector =
          requests.get(kind.get().path(namespace, name) + "/scale").at("/status/selector").asText();
      if (selector.isBlank()) {
        return new Unknown("the /scale of %s/%s names no pods".formatted(namespace, name));
      }
      List<Replica> replicas = new ArrayList<>();
      requests
          .pods(namespace, selector)
          .forEach(pod -> replica(pod, port).ifPresent(replicas::add));
      return new Known(replicas);
    } catch (KubernetesClientException e) {
      return new Unknown(
          "the pods of %s/%s cannot be read; grant get on its /scale and list on pods: %s"
              .formatted(namespace, name, e.getMessage()));
    }
  }

  /** A pod that is ready and is not being deleted. */
  static Optional<Replica> replica(JsonNode pod, int port) {
    String ip = pod.at("/status/podIP").asText();
    if (ip.isEmpty() || pod.at("/metadata").hasNonNull("deletionTimestamp")) {
      return Optional.empty();
    }
    for (JsonNode condition : pod.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")
          && condition.path("status").asText().equals("True")) {
        try {
          return Optional.of(
              new Replica(
                  pod.at("/metadata/name").asText(),
                  new Address(ip, port),
                  Instant.parse(condition.path("lastTransitionTime").asText()),
                  false));
        } catch (IllegalArgumentException | DateTimeParseException e) {
          LOG.debugf(e, "pod %s is no replica", pod.at("/metadata/name").asText());
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public void condemn(Scaler scaler, Set<String> names) {
    names.forEach(name -> apply(scaler, name, Optional.of(GOES_FIRST)));
  }

  @Override
  public void spare(Scaler scaler, Set<String> names) {
    names.forEach(name -> apply(scaler, name, Optional.empty()));
  }

  /** As far as it goes: without it Kubernetes chooses itself, and a drain was in vain. */
  private void apply(Scaler scaler, String name, Optional<String> cost) {
    String namespace = scaler.id().namespace();
    ObjectNode pod = JsonNodeFactory.instance.objectNode();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode annotations =
        pod.putObject("metadata")
            .put("namespace", namespace)
            .put("name", name)
            .putObject("annotations");
    cost.ifPresent(value -> annotations.put(DELETION_COST, value));
    try {
      var _ =
          requests.send(
              KubernetesRequests.Method.APPLY,
              "/api/v1/namespaces/%s/pods/%s?fieldManager=%s-balance&force=true"
                  .formatted(namespace, name, KubernetesRequests.FIELD_MANAGER),
              pod);
    } catch (KubernetesClientException e) {
      LOG.warnf(
          "%s: who goes first was not told to Kubernetes; grant patch on pods: %s",
          scaler.id(), e.getMessage());
    }
  }
}
