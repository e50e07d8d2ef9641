package io.tidecaster.workload;

/**
 * The series by which the kernel's scheduler shows that a CPU limit holds the replicas back: of all
 * periods in which they ran, the share in which their quota was used up.
 *
 * @param throttled counts the periods that were cut short
 * @param periods counts all of them
 * @param query the share in PromQL; for backfill
 * @param mostShare more than this is throttling, 0.05 for 5 %: a replica then uses less than it
 *     needs
 */
public record ThrottlingSigns(
    SeriesSelector throttled, SeriesSelector periods, String query, double mostShare) {
  public ThrottlingSigns {
    if (!(mostShare > 0 && mostShare < 1)) {
      throw new IllegalArgumentException(
          "maxShare %s must be above 0%% and below 100%%; a few periods are always cut short"
              .formatted(mostShare));
    }
  }
}
