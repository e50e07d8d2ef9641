package io.tidecaster.size;

/**
 * What a container asks of its node.
 *
 * @param cpuMillis thousandths of a core
 * @param memoryBytes memory
 */
public record ContainerSize(long cpuMillis, long memoryBytes) {
  private static final double GIB = 1L << 30;
  private static final long MIB = 1L << 20;

  public ContainerSize {
    if (cpuMillis < 1 || memoryBytes < 1) {
      throw new IllegalArgumentException(
          "size of %dm CPU and %d bytes: each must be at least 1"
              .formatted(cpuMillis, memoryBytes));
    }
  }

  public double cores() {
    return cpuMillis / 1000.0;
  }

  public double gibibytes() {
    return memoryBytes / GIB;
  }

  /** {@code 1500m CPU, 2048Mi}. */
  @Override
  public String toString() {
    return "%dm CPU, %dMi".formatted(cpuMillis, Math.ceilDiv(memoryBytes, MIB));
  }
}
