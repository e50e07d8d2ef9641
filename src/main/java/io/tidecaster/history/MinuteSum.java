package io.tidecaster.history;

/** One minute of one signal while its series are added up. */
final class MinuteSum {
  final long start;
  final long end;
  private final Coverage coverage;
  private double integral;
  private int resets;

  MinuteSum(long startMillis, long endMillis) {
    this.start = startMillis;
    this.end = endMillis;
    this.coverage = new Coverage(startMillis, endMillis);
  }

  /**
   * Adds what one series did in [fromMillis, toMillis), clipped to the minute.
   *
   * @param rate the mean over that time, per second for a counter
   * @return whether any of it lies in the minute
   */
  boolean add(long fromMillis, long toMillis, double rate) {
    long from = Math.max(fromMillis, start);
    long to = Math.min(toMillis, end);
    if (from >= to) {
      return false;
    }
    integral += rate * (to - from) / 1000.0;
    coverage.add(from, to);
    return true;
  }

  void addReset() {
    resets++;
  }

  int resets() {
    return resets;
  }

  /** The mean over the covered part of the minute; NaN if that is shorter than {@code least}. */
  double mean(long leastCoveredMillis) {
    long covered = coverage.millis();
    return covered < leastCoveredMillis ? Double.NaN : integral / (covered / 1000.0);
  }
}
