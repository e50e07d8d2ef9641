package io.tidecaster.backtest;

import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.ContainerSize;
import io.tidecaster.size.MemoryLine;
import io.tidecaster.size.ResourcePrices;
import io.tidecaster.size.SizeBounds;
import picocli.CommandLine.Option;

/** The options that say what a replica of a size bears and costs. */
final class InstanceOptions {
  private static final long MIB = 1L << 20;

  @Option(
      names = "--cpu",
      paramLabel = "MILLICORES",
      defaultValue = "1000",
      description =
          "The size at which a replica bears --requests-per-replica. Default: ${DEFAULT-VALUE}.")
  private long cpu;

  @Option(
      names = "--min-cpu",
      paramLabel = "MILLICORES",
      defaultValue = "250",
      description = "The smallest a replica may be. Default: ${DEFAULT-VALUE}.")
  private long minCpu;

  @Option(
      names = "--max-cpu",
      paramLabel = "MILLICORES",
      defaultValue = "4000",
      description = "The largest a replica may be. Default: ${DEFAULT-VALUE}.")
  private long maxCpu;

  @Option(
      names = "--idle-cpu",
      paramLabel = "MILLICORES",
      defaultValue = "100",
      description = "CPU that a replica uses without any load. Default: ${DEFAULT-VALUE}.")
  private long idleCpu;

  @Option(
      names = "--exponent",
      paramLabel = "E",
      defaultValue = "0.9",
      description =
          "How load grows with CPU beyond idling: 1 in proportion, less where large replicas contend. It is not told to who decides. Default: ${DEFAULT-VALUE}.")
  private double exponent;

  @Option(
      names = "--memory-base",
      paramLabel = "MIB",
      defaultValue = "768",
      description = "Memory of a replica whatever its CPU. Default: ${DEFAULT-VALUE}.")
  private long memoryBase;

  @Option(
      names = "--memory-per-core",
      paramLabel = "MIB",
      defaultValue = "768",
      description = "Memory of a replica on top for each core. Default: ${DEFAULT-VALUE}.")
  private long memoryPerCore;

  @Option(
      names = "--price-vcpu-hour",
      paramLabel = "MONEY",
      defaultValue = "0.04048",
      description =
          "What a vCPU costs an hour. Default: ${DEFAULT-VALUE}, AWS Fargate's in us-east-1.")
  private double vcpuHour;

  @Option(
      names = "--price-gib-hour",
      paramLabel = "MONEY",
      defaultValue = "0.004445",
      description =
          "What a GiB of memory costs an hour. Default: ${DEFAULT-VALUE}, AWS Fargate's in us-east-1.")
  private double gibHour;

  /** What a replica of a size bears, of which that of the stated one bears so much. */
  CapacityLaw truth(double borne, double use) {
    return new CapacityLaw(cpu, borne, use, idleCpu / 1000.0, exponent);
  }

  /** The same where nothing is known of larger and smaller ones. */
  CapacityLaw prior(double borne, double use) {
    return new CapacityLaw(cpu, borne, use, idleCpu / 1000.0, CapacityLaw.PRIOR_EXPONENT);
  }

  MemoryLine memory() {
    return new MemoryLine(memoryBase * MIB, memoryPerCore * MIB);
  }

  SizeBounds bounds() {
    return new SizeBounds(size(minCpu), size(maxCpu));
  }

  private ContainerSize size(long millis) {
    return new ContainerSize(
        millis, Math.round((memoryBase + memoryPerCore * millis / 1000.0) * MIB));
  }

  ResourcePrices prices() {
    return new ResourcePrices(vcpuHour, gibHour);
  }
}
