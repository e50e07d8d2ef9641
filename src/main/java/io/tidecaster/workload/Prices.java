package io.tidecaster.workload;

/**
 * What is paid for what is reserved, in the owner's money.
 *
 * @param vcpuHour one virtual CPU for an hour
 * @param gibHour one GiB of memory for an hour
 */
public record Prices(double vcpuHour, double gibHour) {

  /** An example: AWS Fargate on demand, Linux on x86 in us-east-1, in US dollars. */
  public static final Prices EXAMPLE = new Prices(0.04048, 0.004445);

  public Prices {
    if (!(vcpuHour >= 0 && Double.isFinite(vcpuHour))
        || !(gibHour >= 0 && Double.isFinite(gibHour))
        || vcpuHour + gibHour <= 0) {
      throw new IllegalArgumentException(
          "prices vcpuHour %s and gibHour %s: neither can be negative, one must be above 0"
              .formatted(vcpuHour, gibHour));
    }
  }
}
