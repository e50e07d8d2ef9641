package io.tidecaster.size;

/** Why a size stays as it is. */
public enum KeepReason {
  /** The size is what is needed, or larger by less than a resize is worth. */
  RIGHT_SIZE("RightSize"),
  /** Within the window that a smaller size waits for, more was needed. */
  SIZE_STABILIZING("SizeStabilizing"),
  /** A CPU limit held it back lately, so less would not be enough. */
  KEPT_AFTER_THROTTLING("KeptAfterThrottling"),
  /** More is needed, and the bound of the size is reached. */
  AT_LARGEST_SIZE("AtLargestSize"),
  /** What is used is not known: unknown is not zero. */
  USE_UNKNOWN("UseUnknown");

  private final String label;

  KeepReason(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
