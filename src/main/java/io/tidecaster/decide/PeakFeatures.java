package io.tidecaster.decide;

/**
 * What is known of a minute that may tell how far the load rises within the minutes after it. All
 * are differences of loads or their sizes, so that a model of them holds at any level; nothing
 * after the minute is looked at.
 */
final class PeakFeatures {
  static final int COUNT = 20;

  /** Minutes before the first that has all of them: a day and what surrounds its window. */
  static final int LEAST_PAST = 24 * 60;

  private static final int DAY = 24 * 60;
  private static final int DAYS = 7;
  private static final int AROUND = 5;

  private final MinuteLoads loads;
  private final int window;

  /**
   * Of these loads.
   *
   * @param window minutes after a minute in which the peak is looked for
   */
  PeakFeatures(MinuteLoads loads, int window) {
    this.loads = loads;
    this.window = window;
  }

  /**
   * The largest load in the window after minute {@code i}: of the minutes' means and of the values
   * between two of them, as a rising load is higher at the end of a minute than in its mean.
   */
  double peakAfter(int i) {
    double peak = Double.NEGATIVE_INFINITY;
    for (int k = i + 1; k <= i + window; k++) {
      double mean = loads.at(k);
      peak = Math.max(peak, Math.max(mean, (mean + loads.at(k + 1)) / 2));
    }
    return peak;
  }

  /** Whether minute {@code i} and all of its window, with the minute that ends it, are known. */
  boolean isComplete(int i) {
    if (i < 0 || i + window + 1 >= loads.size()) {
      return false;
    }
    for (int k = i; k <= i + window + 1; k++) {
      if (!loads.isKnown(k)) {
        return false;
      }
    }
    return true;
  }

  /** The features of minute {@code i} ≥ {@link #LEAST_PAST}; the last is constant 1. */
  double[] at(int i) {
    double[] f = new double[COUNT];
    double last = loads.at(i);
    int n = 0;
    double change1 = last - loads.at(i - 1);
    double change5 = last - loads.at(i - 5);
    f[n++] = change1;
    f[n++] = last - loads.at(i - 2);
    f[n++] = change5;
    f[n++] = last - loads.at(i - 10);
    f[n++] = last - loads.at(i - 20);
    f[n++] = last - mean(i, 30);
    f[n++] = last - mean(i, 60);
    f[n++] = Math.max(0, change1);
    f[n++] = Math.max(0, change5);
    f[n++] = volatility(i, 10);
    f[n++] = volatility(i, 60);
    f[n++] = volatility(i, DAY - 1);
    n = sameTimeOfEarlierDays(i, last, f, n);
    f[n++] = last;
    f[n] = 1;
    return f;
  }

  /** What the peak after this time of the day was above its load, on up to seven days before. */
  private int sameTimeOfEarlierDays(int i, double last, double[] f, int from) {
    int n = from;
    int days = Math.min(DAYS, (i - AROUND) / DAY);
    double sum = 0;
    double most = 0;
    double levels = 0;
    double oldest = 0;
    double around = 0;
    for (int day = 1; day <= days; day++) {
      int then = i - day * DAY;
      double rise = peakAfter(then) - loads.at(then);
      sum += rise;
      most = day == 1 ? rise : Math.max(most, rise);
      oldest = rise;
      levels += loads.at(then);
      for (int k = Math.max(0, then - AROUND); k <= then + AROUND; k++) {
        around = Math.max(around, peakAfter(k) - loads.at(k));
      }
    }
    boolean any = days > 0;
    f[n++] = any ? peakAfter(i - DAY) - loads.at(i - DAY) : 0;
    f[n++] = any ? sum / days : 0;
    f[n++] = most;
    f[n++] = oldest;
    f[n++] = around;
    f[n++] = any ? levels / days - last : 0;
    return n;
  }

  private double mean(int i, int minutes) {
    double sum = 0;
    for (int k = i - minutes + 1; k <= i; k++) {
      sum += loads.at(k);
    }
    return sum / minutes;
  }

  /** The mean size of the changes from minute to minute. */
  private double volatility(int i, int minutes) {
    double sum = 0;
    for (int k = i - minutes + 1; k <= i; k++) {
      sum += Math.abs(loads.at(k) - loads.at(k - 1));
    }
    return sum / minutes;
  }
}
