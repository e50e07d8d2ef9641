package io.tidecaster.workload;

import java.util.Optional;

/**
 * One workload and how it is to be scaled: the custom resource's {@code spec} in the vocabulary of
 * the core.
 *
 * @param load what arrives: the variable that is forecast
 * @param cpu CPU used by the replicas, in cores; capacity is learned from it
 * @param serviceLevel the probability with which the replicas are to suffice, 0.95 for 95 %
 */
public record Scaler(
    ScalerId id,
    TargetRef target,
    Mode mode,
    Bounds bounds,
    Source load,
    Optional<Source> cpu,
    Objective objective,
    double serviceLevel,
    LeadTime leadTime,
    Behavior behavior) {

  public Scaler {
    if (!(serviceLevel >= 0.5 && serviceLevel < 1)) {
      throw new IllegalArgumentException(
          "serviceLevel %s must be at least 0.5 and below 1".formatted(serviceLevel));
    }
    if (objective instanceof Objective.TargetUtilization && cpu.isEmpty()) {
      throw new IllegalArgumentException(
          "objective.targetUtilization needs usage.cpu; name the CPU series of the replicas");
    }
  }
}
