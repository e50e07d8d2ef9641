package io.tidecaster.size;

import java.util.Optional;

/**
 * All that a decision on the memory of a container is made from.
 *
 * @param currentBytes what the largest replica requests
 * @param leastBytes it is given no less
 * @param mostBytes it is given no more
 * @param change what can be done without a restart
 * @param peaks what it used
 * @param oom the last kill for want of memory that is known of
 * @param heap of its JVM, where it says
 * @param ahead what it is expected to use; empty where nobody forecasts that
 */
public record MemoryInputs(
    long currentBytes,
    long leastBytes,
    long mostBytes,
    Change change,
    MemoryPeaks peaks,
    Optional<OomFloor> oom,
    Optional<JvmHeap> heap,
    Optional<MemoryAhead> ahead) {

  /** What can be done to the memory of a running container. */
  public enum Change {
    /** More and less. */
    BOTH,
    /** More; less would take a restart, or another quality of service. */
    GROW,
    /** Neither. */
    NONE
  }

  /** Those of a container whose memory nobody forecasts. */
  public MemoryInputs(
      long currentBytes,
      long leastBytes,
      long mostBytes,
      Change change,
      MemoryPeaks peaks,
      Optional<OomFloor> oom,
      Optional<JvmHeap> heap) {
    this(currentBytes, leastBytes, mostBytes, change, peaks, oom, heap, Optional.empty());
  }

  public MemoryInputs {
    if (currentBytes < 1 || leastBytes < 1 || leastBytes > mostBytes) {
      throw new IllegalArgumentException(
          "memory of %d bytes, from %d to %d: at least 1, and the least no more than the most"
              .formatted(currentBytes, leastBytes, mostBytes));
    }
  }
}
