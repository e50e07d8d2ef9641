package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.Vertical;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * HPAs, those of KEDA among them, that act on what sizing acts on: one on the CPU or the memory of
 * a workload counts its replicas by the share of their request that they use, which every other
 * size changes, so that each of the two answers the other. Beside one decision on replicas and size
 * it is any HPA but KEDA's that asks us alone.
 *
 * <p>The HPAs of a namespace are listed once within {@code roomMaxAge}.
 */
final class RivalHpas {
  /** Most namespaces that are remembered; with one more all are asked for again. */
  private static final int MOST = 8_192;

  private final KubernetesRequests requests;
  private final Duration maxAge;
  private final InstantSource clock;
  private final Map<String, Remembered> namespaces = new ConcurrentHashMap<>();

  /** What was listed; no items where the API server said why not. */
  private record Remembered(JsonNode items, Optional<String> forbidden, Instant until) {}

  RivalHpas(KubernetesRequests requests, Duration maxAge, InstantSource clock) {
    this.requests = requests;
    this.maxAge = maxAge;
    this.clock = clock;
  }

  /**
   * Why the replicas of a scaler are not to be sized; empty where no HPA keeps them from it, or
   * where they may not be listed.
   *
   * @throws KubernetesClientException where the API server cannot be asked
   */
  Optional<SizeObservation.Unseen> beside(Scaler scaler) {
    Vertical vertical = scaler.vertical().orElseThrow();
    for (JsonNode hpa : known(scaler).items()) {
      if (KubernetesScaler.isOf(hpa.at("/spec/scaleTargetRef"), scaler.target())) {
        Optional<SizeObservation.Unseen> why =
            vertical.optimise().isPresent() && !asksUsAlone(hpa)
                ? Optional.of(besideOptimise(scaler, hpa))
                : byOneMetric(scaler, vertical, hpa);
        if (why.isPresent()) {
          return why;
        }
      }
    }
    return Optional.empty();
  }

  /** Why it is not known whether there are any; empty where it is. */
  Optional<String> unknown(Scaler scaler) {
    return known(scaler)
        .forbidden()
        .map(said ->
            "whether an HPA scales %s by what is sized may not be asked; grant list on horizontalpodautoscalers: %s"
                .formatted(KubernetesScaler.nameOf(scaler), said));
  }

  private Remembered known(Scaler scaler) {
    String namespace = scaler.id().namespace();
    Instant now = clock.instant();
    Remembered before = namespaces.get(namespace);
    if (before != null && now.isBefore(before.until())) {
      return before;
    }
    if (namespaces.size() >= MOST) {
      namespaces.clear();
    }
    Remembered listed = listed(namespace, now.plus(maxAge));
    namespaces.put(namespace, listed);
    return listed;
  }

  private Remembered listed(String namespace, Instant until) {
    try {
      JsonNode items =
          requests
              .get(
                  "/apis/autoscaling/v2/namespaces/%s/horizontalpodautoscalers?resourceVersion=0"
                      .formatted(namespace))
              .path("items");
      return new Remembered(items, Optional.empty(), until);
    } catch (KubernetesClientException e) {
      if (e.getCode() != 401 && e.getCode() != 403) {
        throw e;
      }
      return new Remembered(
          MissingNode.getInstance(), Optional.of(String.valueOf(e.getMessage())), until);
    }
  }

  private static SizeObservation.Unseen besideOptimise(Scaler scaler, JsonNode hpa) {
    return new SizeObservation.Unseen(
        "HpaBesideOptimise",
        "%s scales %s, whose replicas policy Optimise decides on with their size; delete it, or set vertical.policy InPlace"
            .formatted(nameOf(hpa), KubernetesScaler.nameOf(scaler)));
  }

  private static Optional<SizeObservation.Unseen> byOneMetric(
      Scaler scaler, Vertical vertical, JsonNode hpa) {
    List<String> sized = new ArrayList<>(List.of("cpu"));
    vertical.memory().ifPresent(_ -> sized.add("memory"));
    for (JsonNode metric : hpa.at("/spec/metrics")) {
      for (String place : List.of("resource", "containerResource")) {
        JsonNode source = metric.path(place);
        String resource = source.path("name").asText();
        boolean ofOurs =
            !source.has("container")
                || source.path("container").asText().equals(vertical.container());
        if (ofOurs && sized.contains(resource)) {
          return Optional.of(
              new SizeObservation.Unseen(
                  "HpaOnSameMetric",
                  "%s scales %s by %s %s, which every other size changes; give it another metric, delete it, or set vertical.policy Off"
                      .formatted(
                          nameOf(hpa),
                          KubernetesScaler.nameOf(scaler),
                          resource,
                          target(source.path("target")))));
        }
      }
    }
    return Optional.empty();
  }

  private static String target(JsonNode target) {
    return target.has("averageUtilization")
        ? target.path("averageUtilization").asInt() + "%"
        : target.path("averageValue").asText(target.path("value").asText());
  }

  private static boolean asksUsAlone(JsonNode hpa) {
    return hpa.at("/spec/metrics").size() == 1 && KubernetesScaler.asksUs(hpa);
  }

  private static String nameOf(JsonNode hpa) {
    return KubernetesScaler.scaledObjectOf(hpa)
        .map(scaledObject -> "ScaledObject " + scaledObject)
        .orElseGet(() -> "HorizontalPodAutoscaler " + KubernetesScaler.nameOf(hpa));
  }
}
