package io.tidecaster.forecast;

import java.util.Arrays;

/**
 * Finds past bins in which a load all but vanished that is there on the days around: an outage, and
 * no load to learn from. A night, a weekend or a holiday that comes again is none, as the same time
 * a week before or after shows.
 */
final class Outages {
  /** Days before and after that a bin is compared with. */
  private static final int DAYS = 4;

  private static final int LEAST_COMPARED = 4;

  /** At most this share of what the days around had is as good as nothing. */
  private static final double VANISHED = 0.05;

  /** The days around must agree: their least is at least this share of their median. */
  private static final double AGREED = 0.4;

  private Outages() {}

  /** The bins with those of outages unknown; the last day is left as it is. */
  static Bins removed(Bins bins) {
    double[] cleaned = null;
    int day = bins.perDay();
    double[] around = new double[2 * DAYS];
    for (int i = 0; i < bins.size() - day; i++) {
      double value = bins.at(i);
      // the two cheap looks come first: nearly all bins end here
      if (Double.isNaN(value)
          || !(value <= VANISHED * Math.max(bins.at(i + day), bins.at(i - day)))
          || vanishedAsWell(bins, i - 7 * day, i)
          || vanishedAsWell(bins, i + 7 * day, i)) {
        continue;
      }
      int known = 0;
      for (int d = -DAYS; d <= DAYS; d++) {
        double other = bins.at(i + d * day);
        if (d != 0 && !Double.isNaN(other)) {
          around[known++] = other;
        }
      }
      if (known < LEAST_COMPARED) {
        continue;
      }
      Arrays.sort(around, 0, known);
      double median = around[known / 2];
      if (value <= VANISHED * median && around[0] >= AGREED * median) {
        if (cleaned == null) {
          cleaned = bins.toArray();
        }
        cleaned[i] = Double.NaN;
      }
    }
    return cleaned == null ? bins : bins.with(cleaned);
  }

  /** Whether another bin's load is as small as bin {@code i}'s. */
  private static boolean vanishedAsWell(Bins bins, int other, int i) {
    double value = bins.at(other);
    double dayAfter = bins.at(i + bins.perDay());
    return value <= bins.at(i) || value <= 2 * VANISHED * dayAfter;
  }
}
