package io.tidecaster.workload;

/**
 * How the memory of a container is sized.
 *
 * @param leastBytes the smallest memory request
 * @param mostBytes the largest
 * @param usage a gauge of the bytes that each replica uses, one series a replica
 */
public record MemorySizing(long leastBytes, long mostBytes, Source usage) {
  private static final long MIB = 1L << 20;

  public MemorySizing {
    if (leastBytes < MIB) {
      throw new IllegalArgumentException(
          "minAllowed.memory of %d bytes < 1Mi; write mebibytes as 512Mi".formatted(leastBytes));
    }
    if (leastBytes > mostBytes) {
      throw new IllegalArgumentException(
          "minAllowed.memory %dMi > maxAllowed.memory %dMi; lower the one or raise the other"
              .formatted(leastBytes / MIB, mostBytes / MIB));
    }
    if (usage.series().type() != SeriesSelector.Type.GAUGE) {
      throw new IllegalArgumentException(
          "usage.memory is a Counter; name a Gauge of bytes, as"
              + " container_memory_working_set_bytes");
    }
  }
}
