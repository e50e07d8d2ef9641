package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.workload.ScalerId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Looks at a workload's pods, for how long they take and what holds them back. The conditions of a
 * pod keep their times, so it is enough to look once a decision, and only while there is something
 * to see: replicas that are not ready, a rollout, or what has changed of either since. A workload
 * at rest costs no request.
 */
final class PodWatch {
  private static final Logger LOG = Logger.getLogger(PodWatch.class);

  /** After the pods could not be listed they are not asked for within this time. */
  private static final Duration RESPITE = Duration.ofMinutes(5);

  private final KubernetesRequests requests;
  private final InstantSource clock;
  private final Map<ScalerId, Seen> seen = new ConcurrentHashMap<>();
  private volatile Instant notBefore = Instant.MIN;
  private volatile String complaint = "";

  /** What is known of a workload's pods. */
  private record Seen(StartUps startUps, Shape shape) {}

  /**
   * What of a workload changes with its pods. During a rollout as many may be ready at each look as
   * are asked for, and all of them others than before.
   */
  private record Shape(
      long generation, boolean observed, int asked, int pods, int ready, int updated) {
    static Shape of(JsonNode workload) {
      int asked = workload.at("/spec/replicas").asInt(1);
      long generation = workload.at("/metadata/generation").asLong(0);
      JsonNode observed = workload.at("/status/observedGeneration");
      return new Shape(
          generation,
          !observed.isIntegralNumber() || observed.asLong() >= generation,
          asked,
          workload.at("/status/replicas").asInt(asked),
          workload.at("/status/readyReplicas").asInt(0),
          workload.at("/status/updatedReplicas").asInt(0));
    }

    boolean isSettled() {
      return observed && asked == ready && asked == pods;
    }
  }

  PodWatch(KubernetesRequests requests, InstantSource clock) {
    this.requests = requests;
    this.clock = clock;
  }

  /** What was learned so far; looks again where there is something to see. */
  Observation.Pods look(ScalerId id, JsonNode workload) {
    Shape shape = Shape.of(workload);
    Seen before = seen.get(id);
    List<String> heldBack = new ArrayList<>(failure(workload).stream().toList());
    boolean look =
        before == null
            || !before.shape().isSettled()
            || !shape.isSettled()
            || !shape.equals(before.shape());
    StartUps startUps = before == null ? new StartUps() : before.startUps();
    Instant now = clock.instant();
    if (look && !now.isBefore(notBefore)) {
      try {
        for (JsonNode pod : pods(id, workload)) {
          StartUp.of(pod).ifPresent(startUps::add);
          StartUp.heldBack(pod, now).ifPresent(heldBack::add);
        }
        seen.put(id, new Seen(startUps, shape));
        complaint = "";
      } catch (KubernetesClientException e) {
        notBefore = now.plus(RESPITE);
        complain(e);
      }
    }
    return new Observation.Pods(startUps.learned(), List.copyOf(heldBack));
  }

  private void complain(KubernetesClientException e) {
    String now = String.valueOf(e.getMessage());
    if (!now.equals(complaint)) {
      complaint = now;
      LOG.warnf("start-up times are not learned, pods cannot be listed: %s", now);
    }
  }

  /** What keeps the controller from making pods: a quota, an admission policy. */
  private static Optional<String> failure(JsonNode workload) {
    for (JsonNode condition : workload.at("/status/conditions")) {
      if (condition.path("type").asText().equals("ReplicaFailure")
          && condition.path("status").asText().equals("True")) {
        return Optional.of(condition.path("message").asText());
      }
    }
    return Optional.empty();
  }

  private JsonNode pods(ScalerId id, JsonNode workload) {
    return requests
        .get(
            "/api/v1/namespaces/%s/pods?resourceVersion=0&labelSelector=%s"
                .formatted(
                    id.namespace(),
                    URLEncoder.encode(
                        selector(workload.at("/spec/selector")), StandardCharsets.UTF_8)))
        .path("items");
  }

  /** A selector as a query has it: {@code app=crm,tier in (web,api),!canary}. */
  static String selector(JsonNode selector) {
    StringJoiner query = new StringJoiner(",");
    selector
        .path("matchLabels")
        .properties()
        .forEach(label -> query.add(label.getKey() + "=" + label.getValue().asText()));
    for (JsonNode expression : selector.path("matchExpressions")) {
      String key = expression.path("key").asText();
      StringJoiner values = new StringJoiner(",", "(", ")");
      expression.path("values").forEach(value -> values.add(value.asText()));
      query.add(
          switch (expression.path("operator").asText()) {
            case "In" -> key + " in " + values;
            case "NotIn" -> key + " notin " + values;
            case "DoesNotExist" -> "!" + key;
            default -> key;
          });
    }
    return query.toString();
  }
}
