package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one replica of a workload takes from its namespace's quotas, by its pod template.
 *
 * @param pods how many there are, those of a rollout's surge among them
 * @param labels of the pods
 * @param takes by a quota's names for it: {@code requests.cpu}, {@code limits.memory}; CPU and
 *     memory are missing where a container states none, since a LimitRange may then say how much
 * @param bestEffort no container states CPU or memory
 * @param terminating the pods have a deadline
 */
public record Footprint(
    int pods,
    Map<String, String> labels,
    Map<String, BigDecimal> takes,
    boolean bestEffort,
    boolean terminating,
    Optional<String> priorityClass) {

  /** What a quota may limit that a container need not state; a LimitRange may state it then. */
  private static final Set<String> STATED_BY_ALL = Set.of("cpu", "memory");

  private static final String REQUESTS = "requests";
  private static final String LIMITS = "limits";

  public Footprint {
    labels = Map.copyOf(labels);
    takes = Map.copyOf(takes);
  }

  /** That of a workload with a template at {@code spec.template}; empty where it has none. */
  static Optional<Footprint> of(JsonNode workload) {
    JsonNode template = workload.at("/spec/template");
    JsonNode pod = template.path("spec");
    if (!pod.path("containers").isArray()) {
      return Optional.empty();
    }
    Map<String, String> labels = new HashMap<>();
    template
        .at("/metadata/labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return Optional.of(
        new Footprint(
            workload.at("/status/replicas").asInt(0),
            labels,
            takes(pod),
            isBestEffort(pod),
            pod.path("activeDeadlineSeconds").isNumber(),
            pod.path("priorityClassName").isTextual()
                ? Optional.of(pod.path("priorityClassName").asText())
                : Optional.empty()));
  }

  private static Map<String, BigDecimal> takes(JsonNode pod) {
    Map<String, BigDecimal> takes = new HashMap<>();
    Set<String> resources = new HashSet<>(STATED_BY_ALL);
    for (String containers : new String[] {"containers", "initContainers"}) {
      for (JsonNode container : pod.path(containers)) {
        container.at("/resources/requests").fieldNames().forEachRemaining(resources::add);
        container.at("/resources/limits").fieldNames().forEachRemaining(resources::add);
      }
    }
    for (String resource : resources) {
      for (String kind : new String[] {REQUESTS, LIMITS}) {
        ofPod(pod, kind, resource).ifPresent(amount -> takes.put(kind + "." + resource, amount));
      }
    }
    return takes;
  }

  /**
   * The larger of what its containers take together and what one of its init containers does, with
   * the restartable ones started before; what is stated for the whole pod wins. As {@code
   * PodRequests} in kubernetes' component-helpers.
   */
  private static Optional<BigDecimal> ofPod(JsonNode pod, String kind, String resource) {
    Optional<BigDecimal> ofPod = stated(pod, kind, resource);
    if (ofPod.isPresent()) {
      return ofPod;
    }
    BigDecimal sidecars = BigDecimal.ZERO;
    BigDecimal starting = BigDecimal.ZERO;
    for (JsonNode container : pod.path("initContainers")) {
      Optional<BigDecimal> amount = ofContainer(container, kind, resource);
      if (amount.isEmpty()) {
        return Optional.empty();
      }
      if (container.path("restartPolicy").asText().equals("Always")) {
        sidecars = sidecars.add(amount.get());
        starting = starting.max(sidecars);
      } else {
        starting = starting.max(sidecars.add(amount.get()));
      }
    }
    BigDecimal running = sidecars;
    for (JsonNode container : pod.path("containers")) {
      Optional<BigDecimal> amount = ofContainer(container, kind, resource);
      if (amount.isEmpty()) {
        return Optional.empty();
      }
      running = running.add(amount.get());
    }
    return Optional.of(running.max(starting));
  }

  private static Optional<BigDecimal> ofContainer(
      JsonNode container, String kind, String resource) {
    Optional<BigDecimal> amount = stated(container, kind, resource);
    return amount.isPresent() || STATED_BY_ALL.contains(resource)
        ? amount
        : Optional.of(BigDecimal.ZERO);
  }

  /** A limit alone is a request, too. */
  private static Optional<BigDecimal> stated(
      JsonNode podOrContainer, String kind, String resource) {
    JsonNode resources = podOrContainer.path("resources");
    Optional<BigDecimal> amount = amount(resources.path(kind).path(resource));
    return amount.isPresent() || kind.equals(LIMITS)
        ? amount
        : amount(resources.path(LIMITS).path(resource));
  }

  /** The amount of a quantity; empty where there is none, or what is there is none. */
  static Optional<BigDecimal> amount(JsonNode quantity) {
    try {
      return quantity.isValueNode() && !quantity.isNull()
          ? Optional.of(Quantity.parse(quantity.asText()).getNumericalAmount())
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isBestEffort(JsonNode pod) {
    for (String containers : new String[] {"containers", "initContainers"}) {
      for (JsonNode container : pod.path(containers)) {
        for (String resource : STATED_BY_ALL) {
          if (stated(container, REQUESTS, resource).isPresent()) {
            return false;
          }
        }
      }
    }
    return STATED_BY_ALL.stream().allMatch(resource -> stated(pod, REQUESTS, resource).isEmpty());
  }
}
