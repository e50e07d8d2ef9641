package io.tidecaster.decide;

/** Why replicas stay as they are. */
public enum HoldReason {
  /** What there is is what is needed. */
  ENOUGH("Enough"),
  /** The need differs from what there is by less than the tolerance. */
  WITHIN_TOLERANCE("WithinTolerance"),
  /** A recent recommendation within the stabilization window still stands. */
  STABILIZING("Stabilizing"),
  /** The behavior's policies allow no change yet. */
  RATE_LIMITED("RateLimited"),
  /** More is needed, and the maximum is reached. */
  AT_MAXIMUM("AtMaximum"),
  /** More is needed, and a ResourceQuota has no room for it. */
  AT_QUOTA("AtQuota"),
  /** Fewer are enough, and a PodDisruptionBudget lets none go. */
  AT_DISRUPTION_BUDGET("AtDisruptionBudget"),
  /** The load is not known, or most replicas fell silent: unknown is not zero. */
  METRICS_MISSING("MetricsMissing"),
  /** No capacity a replica is known yet. */
  CAPACITY_UNKNOWN("CapacityUnknown"),
  /** The workload is asked for 0 replicas: someone switched it off. */
  SWITCHED_OFF("SwitchedOff"),
  /** The mode is Paused. */
  PAUSED("Paused"),
  /** The workload could not be read from the cluster. */
  TARGET_UNKNOWN("TargetUnknown");

  private final String label;

  HoldReason(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
