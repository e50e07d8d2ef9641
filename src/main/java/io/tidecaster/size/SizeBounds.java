package io.tidecaster.size;

/** The smallest and the largest a container may be, both inclusive. */
public record SizeBounds(ContainerSize least, ContainerSize most) {

  public SizeBounds {
    if (least.cpuMillis() > most.cpuMillis()) {
      throw new IllegalArgumentException(
          "minAllowed.cpu %dm > maxAllowed.cpu %dm; lower the one or raise the other"
              .formatted(least.cpuMillis(), most.cpuMillis()));
    }
    if (least.memoryBytes() > most.memoryBytes()) {
      throw new IllegalArgumentException(
          "minAllowed.memory %d > maxAllowed.memory %d bytes; lower the one or raise the other"
              .formatted(least.memoryBytes(), most.memoryBytes()));
    }
  }

  public CpuBounds cpu() {
    return new CpuBounds(least.cpuMillis(), most.cpuMillis());
  }

  public ContainerSize clamp(ContainerSize size) {
    return new ContainerSize(clampCpu(size.cpuMillis()), clampMemory(size.memoryBytes()));
  }

  public long clampCpu(long cpuMillis) {
    return Math.clamp(cpuMillis, least.cpuMillis(), most.cpuMillis());
  }

  public long clampMemory(long memoryBytes) {
    return Math.clamp(memoryBytes, least.memoryBytes(), most.memoryBytes());
  }
}
