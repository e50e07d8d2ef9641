package io.tidecaster.forecast;

import java.util.Arrays;

/**
 * A load in bins of the models' width, the last of which ends with the origin: what a model sees.
 *
 * <p>Bin {@code i} of a longer history is the same as the last bin of a history cut there, so one
 * array serves every origin of a fit.
 */
final class Bins {
  private final double[] values;
  private final int perDay;
  private final long firstEndSecond;
  private final long binSeconds;

  private Bins(double[] values, int perDay, long firstEndSecond, long binSeconds) {
    this.values = values;
    this.perDay = perDay;
    this.firstEndSecond = firstEndSecond;
    this.binSeconds = binSeconds;
  }

  /**
   * The steps before {@code end}, in whole bins counted back from there.
   *
   * @param most bins at most
   */
  static Bins before(LoadHistory history, int end, Grid grid, int most) {
    int width = grid.stepsPerBin();
    int size = Math.clamp((end - history.first()) / width, 0, most);
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      int to = end - (size - 1 - i) * width;
      values[i] = width == 1 ? history.at(to - 1) : history.mean(to - width, to);
    }
    long binSeconds = width * history.stepSeconds();
    long lastEnd = history.timeOf(end).getEpochSecond();
    return new Bins(
        values,
        (int) Math.max(1, Math.round(86_400.0 / binSeconds)),
        lastEnd - (size - 1) * binSeconds,
        binSeconds);
  }

  int size() {
    return values.length;
  }

  int perDay() {
    return perDay;
  }

  /** Bins in an hour, at least 1. */
  int perHour() {
    return (int) Math.max(1, 3600 / binSeconds);
  }

  long binSeconds() {
    return binSeconds;
  }

  /** Seconds since the epoch at which bin {@code i} ends; also beyond the last. */
  long endSecond(int i) {
    return firstEndSecond + i * binSeconds;
  }

  /** The mean of bin {@code i}, NaN where unknown. */
  double at(int i) {
    return i >= 0 && i < values.length ? values[i] : Double.NaN;
  }

  /** The mean of the known bins of [from, to), NaN if there is none. */
  double mean(int from, int to) {
    double sum = 0;
    int known = 0;
    for (int i = Math.max(0, from); i < Math.min(to, values.length); i++) {
      double value = values[i];
      if (!Double.isNaN(value)) {
        sum += value;
        known++;
      }
    }
    return known == 0 ? Double.NaN : sum / known;
  }

  /** The value of bin {@code i}, else of the newest known one at most {@code reach} bins before. */
  double lastKnown(int i, int reach) {
    for (int back = 0; back <= reach; back++) {
      double value = at(i - back);
      if (!Double.isNaN(value)) {
        return value;
      }
    }
    return Double.NaN;
  }

  int known() {
    int known = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        known++;
      }
    }
    return known;
  }

  /** The smallest known value; NaN if none is known. */
  double least() {
    double least = Double.NaN;
    for (double value : values) {
      if (!Double.isNaN(value) && !(value >= least)) {
        least = value;
      }
    }
    return least;
  }

  double[] toArray() {
    return values.clone();
  }

  /** The same times with other values. */
  Bins with(double[] others) {
    return new Bins(others, perDay, firstEndSecond, binSeconds);
  }

  /** The first {@code size} bins. */
  Bins first(int size) {
    return with(Arrays.copyOf(values, Math.clamp(size, 0, values.length)));
  }
}
