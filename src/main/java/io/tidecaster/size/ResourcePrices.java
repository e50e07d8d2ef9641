package io.tidecaster.size;

/**
 * What is paid for what is reserved, in the owner's money.
 *
 * @param vcpuHour one virtual CPU for an hour
 * @param gibHour one GiB of memory for an hour
 * @param besideHour what the containers beside the one that is decided on cost an hour
 */
public record ResourcePrices(double vcpuHour, double gibHour, double besideHour) {

  /** Of replicas of one container. */
  public ResourcePrices(double vcpuHour, double gibHour) {
    this(vcpuHour, gibHour, 0);
  }

  /** An example: AWS Fargate on demand, Linux on x86 in us-east-1, in US dollars. */
  public static final ResourcePrices FARGATE_US_EAST_1 = new ResourcePrices(0.04048, 0.004445);

  public ResourcePrices {
    if (!(vcpuHour >= 0 && Double.isFinite(vcpuHour))
        || !(gibHour >= 0 && Double.isFinite(gibHour))
        || vcpuHour + gibHour <= 0
        || !(besideHour >= 0 && Double.isFinite(besideHour))) {
      throw new IllegalArgumentException(
          "prices %s a vCPU-hour and %s a GiB-hour: neither can be negative, one must be above 0"
              .formatted(vcpuHour, gibHour));
    }
  }

  /** The same beside containers that request so much. */
  public ResourcePrices beside(long cpuMillis, long memoryBytes) {
    return new ResourcePrices(
        vcpuHour,
        gibHour,
        cpuMillis / 1000.0 * vcpuHour + memoryBytes / (double) (1L << 30) * gibHour);
  }

  /**
   * An hour of one replica: 2 cores and 4 GiB at 0.04 and 0.005 cost 0.1, and 0.11 beside a
   * container that costs 0.01.
   */
  public double ofHour(ContainerSize size) {
    return size.cores() * vcpuHour + size.gibibytes() * gibHour + besideHour;
  }
}
