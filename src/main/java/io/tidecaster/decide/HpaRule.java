package io.tidecaster.decide;

/**
 * How many replicas HPA v2 recommends for one reading of one metric. As {@code
 * replica_calculator.go} in kubernetes/pkg/controller/podautoscaler.
 */
public final class HpaRule {

  /** HPA v2's {@code --horizontal-pod-autoscaler-tolerance}. */
  public static final double TOLERANCE = 0.1;

  private HpaRule() {}

  /**
   * The pods of a workload as an HPA sees them.
   *
   * @param ready pods that are ready and have a metric
   * @param unready pods that are not ready yet
   * @param missing ready pods without a metric
   * @param use the mean metric over the ready pods, 1 for the whole CPU request
   * @param target what {@code use} is to be
   */
  public record Reading(int ready, int unready, int missing, double use, double target) {
    public Reading {
      if (ready < 0 || unready < 0 || missing < 0) {
        throw new IllegalArgumentException(
            "pods ready %d, unready %d, missing %d: none can be negative"
                .formatted(ready, unready, missing));
      }
      if (!(target > 0) || !(use >= 0)) {
        throw new IllegalArgumentException(
            "use %s must be at least 0 and target %s above 0".formatted(use, target));
      }
    }
  }

  /**
   * For a metric a pod, such as CPU: ceil(ready × use ÷ target) outside the tolerance. A pod
   * without a metric counts as idle where replicas would be added and as fully used where they
   * would be removed, one that is not ready as idle; where that turns the direction, nothing
   * changes.
   *
   * <p>Example: 4 ready at 0.9 of a target of 0.6 → ceil(4 × 1.5) = 6.
   */
  public static int forPodMetric(int current, Reading reading, double tolerance) {
    if (reading.ready() == 0) {
      return current;
    }
    double ratio = reading.use() / reading.target();
    boolean scaleUpWithUnready = reading.unready() > 0 && ratio > 1;
    if (!scaleUpWithUnready && reading.missing() == 0) {
      return within(ratio, tolerance) ? current : ceil(ratio * reading.ready());
    }
    double use = reading.use() * reading.ready();
    int counted = reading.ready();
    if (reading.missing() > 0) {
      counted += reading.missing();
      if (ratio < 1) {
        use += reading.missing() * Math.max(1, reading.target());
      }
    }
    if (scaleUpWithUnready) {
      counted += reading.unready();
    }
    double careful = use / counted / reading.target();
    if (within(careful, tolerance) || (ratio < 1 && careful > 1) || (ratio > 1 && careful < 1)) {
      return current;
    }
    int replicas = ceil(careful * counted);
    boolean turned = (careful < 1 && replicas > current) || (careful > 1 && replicas < current);
    return turned ? current : replicas;
  }

  /**
   * For a metric of the whole workload with a target a replica (KEDA's {@code AverageValue}):
   * ceil(value ÷ target) outside the tolerance.
   *
   * <p>Example: 420 requests/s at 100 a replica on 4 → |420 ÷ 400 − 1| = 5 %: 4 stay; on 3 → 5.
   */
  public static int forTotal(int current, double value, double targetPerReplica, double tolerance) {
    if (current > 0 && within(value / (current * targetPerReplica), tolerance)) {
      return current;
    }
    return ceil(value / targetPerReplica);
  }

  private static boolean within(double ratio, double tolerance) {
    return Math.abs(ratio - 1) <= tolerance + 1e-12;
  }

  private static int ceil(double replicas) {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(replicas - 1e-9));
  }
}
