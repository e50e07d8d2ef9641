package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.Vertical;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * HPAs, those of KEDA among them, that act on what sizing acts on: one on the CPU or the memory of
 * a workload counts its replicas by the share of their request that they use, which every other
 * size changes, so that each of the two answers the other. Beside one decision on replicas and size
 * it is any HPA but KEDA's that asks us alone.
 */
final class RivalHpas {
  private static final String ROOT = "/apis/autoscaling/v2";
  private static final String PLURAL = "horizontalpodautoscalers";

  private final NamespaceLists lists;

  RivalHpas(NamespaceLists lists) {
    this.lists = lists;
  }

  /**
   * Why the replicas of a scaler are not to be sized; empty where no HPA keeps them from it, or
   * where they may not be listed.
   *
   * @throws KubernetesClientException where the API server cannot be asked
   */
  Optional<SizeObservation.Unseen> beside(Scaler scaler) {
    Vertical vertical = scaler.vertical().orElseThrow();
    for (JsonNode hpa : orNone(scaler)) {
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
    try {
      listed(scaler);
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return Optional.of(
          "whether an HPA scales %s by what is sized %s: %s"
              .formatted(
                  KubernetesScaler.nameOf(scaler),
                  NamespaceLists.isForbidden(e)
                      ? "may not be asked; grant list on " + PLURAL
                      : "cannot be asked",
                  e.getMessage()));
    }
  }

  private JsonNode listed(Scaler scaler) {
    return lists.items(ROOT, scaler.id().namespace(), PLURAL, Instant.MIN);
  }

  private JsonNode orNone(Scaler scaler) {
    try {
      return listed(scaler);
    } catch (KubernetesClientException e) {
      if (NamespaceLists.isForbidden(e)) {
        return MissingNode.getInstance();
      }
      throw e;
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
    for (JsonNode metric : hpa.at("/spec/metrics")) {
      for (String place : List.of("resource", "containerResource")) {
        JsonNode source = metric.path(place);
        String resource = source.path("name").asText();
        if (sizes(vertical, source.path("container").asText(), resource)) {
          return Optional.of(
              new SizeObservation.Unseen(
                  "HpaOnSameMetric",
                  "%s scales %s by %s %s, which every other size changes; give it another metric, delete it, or set vertical.policy \"Off\""
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

  /**
   * Whether a metric is of what is sized.
   *
   * @param container whose it is; empty for one of all of them
   */
  private static boolean sizes(Vertical vertical, String container, String resource) {
    return vertical.containers().stream()
        .filter(sized -> container.isEmpty() || sized.container().equals(container))
        .anyMatch(sized ->
            resource.equals("cpu") || (resource.equals("memory") && sized.memory().isPresent()));
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
