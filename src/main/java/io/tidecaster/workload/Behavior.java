package io.tidecaster.workload;

import java.time.Duration;
import java.util.List;

/** How fast replicas may change, with the schema and the meaning of HPA v2's {@code behavior}. */
public record Behavior(Rules scaleUp, Rules scaleDown) {

  /**
   * What HPA v2 does when nothing is said, but for the tolerance upward: an HPA's target has slack
   * above it, an {@link Objective} is what a replica may bear, and more than that is a violation.
   */
  public static final Behavior DEFAULT =
      new Behavior(
          new Rules(
              Duration.ZERO,
              SelectPolicy.MAX,
              List.of(
                  new Policy(Policy.Type.PODS, 4, Duration.ofSeconds(15)),
                  new Policy(Policy.Type.PERCENT, 100, Duration.ofSeconds(15))),
              0),
          new Rules(
              Duration.ofMinutes(5),
              SelectPolicy.MAX,
              List.of(new Policy(Policy.Type.PERCENT, 100, Duration.ofSeconds(15))),
              0.1));

  /** Which of several policies holds: the one that allows the most, the least, or none at all. */
  public enum SelectPolicy {
    MAX,
    MIN,
    DISABLED
  }

  /**
   * One direction's rules.
   *
   * @param stabilizationWindow recommendations of this last time are looked at before a change
   * @param policies at least one, unless {@code select} is DISABLED
   * @param tolerance no change while |load ÷ target − 1| is at most this; 0.1 for 10 %
   */
  public record Rules(
      Duration stabilizationWindow, SelectPolicy select, List<Policy> policies, double tolerance) {
    public Rules {
      policies = List.copyOf(policies);
      if (stabilizationWindow.isNegative()
          || stabilizationWindow.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException(
            "stabilizationWindowSeconds %d must lie between 0 and 3600"
                .formatted(stabilizationWindow.toSeconds()));
      }
      if (policies.isEmpty() && select != SelectPolicy.DISABLED) {
        throw new IllegalArgumentException("behavior has no policy; give one, or Disabled");
      }
      if (!(tolerance >= 0 && tolerance < 1)) {
        throw new IllegalArgumentException(
            "tolerance %s must lie between 0 and 1".formatted(tolerance));
      }
    }
  }

  /** At most this many pods, or this per cent of the replicas, within one period. */
  public record Policy(Type type, int value, Duration period) {

    /** What the value counts. */
    public enum Type {
      PODS,
      PERCENT
    }

    public Policy {
      if (value < 1) {
        throw new IllegalArgumentException("policy value %d < 1".formatted(value));
      }
      if (!period.isPositive() || period.compareTo(Duration.ofMinutes(30)) > 0) {
        throw new IllegalArgumentException(
            "periodSeconds %d must lie between 1 and 1800".formatted(period.toSeconds()));
      }
    }
  }
}
