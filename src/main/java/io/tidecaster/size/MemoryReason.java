package io.tidecaster.size;

/** Why the memory of a container changes, or stays. */
public enum MemoryReason {
  /** It was killed for want of memory. */
  OOM_KILLED("OomKilled"),
  /** What it used at its peaks needs more. */
  PEAK_ABOVE_MEMORY("PeakAboveMemory"),
  /** What it is expected to use within the hour needs more. */
  FORECAST_ABOVE_MEMORY("ForecastAboveMemory"),
  /** The heap that its JVM may take needs more. */
  HEAP_ABOVE_MEMORY("HeapAboveMemory"),
  /** It has not used as much for days, or will not within the hour. */
  MEMORY_OVERSIZED("MemoryOversized"),
  /** It has more or less than it may. */
  MEMORY_OUT_OF_BOUNDS("MemoryOutOfBounds"),
  /** It has what it needs, or more by less than a resize is worth. */
  RIGHT_MEMORY("RightMemory"),
  /** Less would do, but it was killed for want of memory lately. */
  KEPT_AFTER_OOM("KeptAfterOom"),
  /** Less would do as far as is known, which is for less than two days. */
  MEMORY_STABILIZING("MemoryStabilizing"),
  /** Less would do, but it cannot be taken without a restart. */
  SHRINKING_RESTARTS("ShrinkingRestarts"),
  /** A resize of its memory would restart it. */
  MEMORY_NEEDS_RESTART("MemoryNeedsRestart"),
  /** More is needed, and the bound is reached. */
  AT_LARGEST_MEMORY("AtLargestMemory"),
  /** What it uses is not known: unknown is not zero. */
  MEMORY_UNKNOWN("MemoryUnknown");

  private final String label;

  MemoryReason(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
