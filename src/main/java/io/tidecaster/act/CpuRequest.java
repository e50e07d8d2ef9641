package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The CPU that one replica requests, from its pod template, in cores.
 *
 * <p>As for an HPA it is the sum over the containers, restartable init containers among them, and
 * unknown as soon as one states none: a sum without it would make the utilization look higher than
 * it is. A container with a limit alone requests its limit, and a request of the whole pod wins.
 * What a LimitRange adds when the pod is made is not in the template and not counted.
 */
final class CpuRequest {
  private CpuRequest() {}

  /** The request in the template of a workload that has one at {@code spec.template}. */
  static OptionalDouble cores(JsonNode workload) {
    JsonNode pod = workload.at("/spec/template/spec");
    Optional<BigDecimal> ofPod = stated(pod);
    if (ofPod.isPresent()) {
      return OptionalDouble.of(ofPod.get().doubleValue());
    }
    BigDecimal sum = BigDecimal.ZERO;
    for (JsonNode container : pod.path("containers")) {
      Optional<BigDecimal> request = stated(container);
      if (request.isEmpty()) {
        return OptionalDouble.empty();
      }
      sum = sum.add(request.get());
    }
    for (JsonNode container : pod.path("initContainers")) {
      if (container.path("restartPolicy").asText().equals("Always")) {
        Optional<BigDecimal> request = stated(container);
        if (request.isEmpty()) {
          return OptionalDouble.empty();
        }
        sum = sum.add(request.get());
      }
    }
    return sum.signum() > 0 ? OptionalDouble.of(sum.doubleValue()) : OptionalDouble.empty();
  }

  private static Optional<BigDecimal> stated(JsonNode podOrContainer) {
    JsonNode resources = podOrContainer.path("resources");
    JsonNode request = resources.at("/requests/cpu");
    JsonNode effective = request.isMissingNode() ? resources.at("/limits/cpu") : request;
    return effective.isMissingNode()
        ? Optional.empty()
        : Optional.of(Quantity.parse(effective.asText()).getNumericalAmount());
  }
}
