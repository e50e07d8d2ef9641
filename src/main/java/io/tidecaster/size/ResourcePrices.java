package io.tidecaster.size;

/**
 * What is paid for what is reserved, in the owner's money.
 *
 * @param vcpuHour one virtual CPU for an hour
 * @param gibHour one GiB of memory for an hour
 */
public record ResourcePrices(double vcpuHour, double gibHour) {

  /** An example: AWS Fargate on demand, Linux on x86 in us-east-1, in US dollars. */
  public static final ResourcePrices FARGATE_US_EAST_1 = new ResourcePrices(0.04048, 0.004445);

  public ResourcePrices {
    if (!(vcpuHour >= 0 && Double.isFinite(vcpuHour))
        || !(gibHour >= 0 && Double.isFinite(gibHour))
        || vcpuHour + gibHour <= 0) {
      throw new IllegalArgumentException(
          "prices %s a vCPU-hour and %s a GiB-hour: neither can be negative, one must be above 0"
              .formatted(vcpuHour, gibHour));
    }
  }

  /** An hour of one container: 2 cores and 4 GiB at 0.04 and 0.005 cost 0.1. */
  public double ofHour(ContainerSize size) {
    return size.cores() * vcpuHour + size.gibibytes() * gibHour;
  }
}
