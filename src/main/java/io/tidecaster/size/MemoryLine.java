package io.tidecaster.size;

/**
 * The memory that a container of so much CPU is given: what it needs whatever it bears, and what it
 * needs to bear as much as that CPU does.
 *
 * @param baseBytes code, caches and the heap of an idle process
 * @param bytesPerCore on top for each core
 */
public record MemoryLine(long baseBytes, long bytesPerCore) {

  public MemoryLine {
    if (baseBytes < 1 || bytesPerCore < 0) {
      throw new IllegalArgumentException(
          "memory of %d bytes and %d a core: at least 1 and 0".formatted(baseBytes, bytesPerCore));
    }
  }

  /** The size with this CPU, as far as the bounds allow. */
  public ContainerSize sizeOf(long cpuMillis, SizeBounds bounds) {
    long cpu = bounds.clampCpu(cpuMillis);
    long memory = baseBytes + Math.round(bytesPerCore * (cpu / 1000.0));
    return new ContainerSize(cpu, bounds.clampMemory(memory));
  }
}
