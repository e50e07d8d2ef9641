package io.tidecaster.size;

/** Why the template of a workload changes to another size, or waits. */
public enum RolloutReason {
  /** It changes, and the workload's own rollout carries it. */
  TEMPLATE_CHANGES("TemplateChanges"),
  /** What the pods have is off by less than a rollout is worth. */
  WITHIN_DEVIATION("WithinDeviation"),
  /** It says what is wanted, and pods that are made from now on have it. */
  TEMPLATE_IN_STEP("TemplateInStep"),
  /** Somebody set it to another size than ours. */
  UNDONE_BY_OTHER("UndoneByOther"),
  /** The pods have not been off for long enough. */
  DEVIATION_NOT_LASTING("DeviationNotLasting"),
  /** Another rollout is on its way, or cannot go on. */
  ROLLOUT_IN_PROGRESS("RolloutInProgress"),
  /** The last rollout was too short a time ago. */
  LEAST_INTERVAL("LeastInterval");

  private final String label;

  RolloutReason(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
