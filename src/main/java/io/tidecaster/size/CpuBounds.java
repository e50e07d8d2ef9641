package io.tidecaster.size;

/** The least and the most CPU of a container, both inclusive, in thousandths of a core. */
public record CpuBounds(long leastMillis, long mostMillis) {
  public CpuBounds {
    if (leastMillis < 1 || leastMillis > mostMillis) {
      throw new IllegalArgumentException(
          "CPU from %dm to %dm: at least 1m, and the least no more than the most"
              .formatted(leastMillis, mostMillis));
    }
  }

  public long clamp(long millis) {
    return Math.clamp(millis, leastMillis, mostMillis);
  }
}
