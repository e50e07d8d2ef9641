package io.tidecaster.workload;

import java.util.Optional;

/**
 * One workload and how it is to be scaled: the custom resource's {@code spec} in the vocabulary of
 * the core.
 *
 * @param load what arrives: the variable that is forecast
 * @param cpu CPU used by the replicas, in cores; capacity is learned from it
 * @param objective what one replica may bear before its users feel it; more is a violation
 * @param hpaObjective what an HPA of this workload is given, for the comparison beside: usually
 *     less than {@code objective}, the slack that a late scaler needs
 * @param serviceLevel the probability with which the replicas are to suffice, 0.95 for 95 %
 * @param balance the balancer in front that Tidecaster may steer
 */
public record Scaler(
    ScalerId id,
    TargetRef target,
    Mode mode,
    Bounds bounds,
    Source load,
    Optional<Source> cpu,
    Objective objective,
    Objective hpaObjective,
    double serviceLevel,
    LeadTime leadTime,
    Behavior behavior,
    Optional<Balance> balance) {

  /** One without a balancer that Tidecaster may steer. */
  public Scaler(
      ScalerId id,
      TargetRef target,
      Mode mode,
      Bounds bounds,
      Source load,
      Optional<Source> cpu,
      Objective objective,
      Objective hpaObjective,
      double serviceLevel,
      LeadTime leadTime,
      Behavior behavior) {
    this(
        id,
        target,
        mode,
        bounds,
        load,
        cpu,
        objective,
        hpaObjective,
        serviceLevel,
        leadTime,
        behavior,
        Optional.empty());
  }

  public Scaler {
    if (!(serviceLevel >= 0.5 && serviceLevel < 1)) {
      throw new IllegalArgumentException(
          "serviceLevel %s must be at least 0.5 and below 1".formatted(serviceLevel));
    }
    if (!objective.getClass().equals(hpaObjective.getClass())) {
      throw new IllegalArgumentException(
          "hpaObjective %s is of another kind than objective %s; state both in the same terms"
              .formatted(hpaObjective, objective));
    }
    if (objective instanceof Objective.TargetUtilization && cpu.isEmpty()) {
      throw new IllegalArgumentException(
          "objective.targetUtilization needs usage.cpu; name the CPU series of the replicas");
    }
  }

  /** Whether the signals come from the same series as the other's: then what was learned holds. */
  public boolean hasSourcesOf(Scaler other) {
    return load.equals(other.load) && cpu.equals(other.cpu);
  }
}
