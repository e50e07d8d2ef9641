package io.tidecaster.workload;

/**
 * When advice has earned to be followed.
 *
 * @param afterDays so many days in a row it must have been no worse than an HPA
 */
public record Promotion(int afterDays) {
  public static final int DEFAULT_DAYS = 7;

  public Promotion {
    if (afterDays < 1 || afterDays > 28) {
      throw new IllegalArgumentException(
          "afterDays %d must lie between 1 and 28; give 7 for a week".formatted(afterDays));
    }
  }
}
