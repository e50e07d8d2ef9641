package io.tidecaster.history;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * A regular series with gaps: value {@code i} is the mean over [start + i·step, start + (i+1)·step)
 * and is known at its end.
 */
public final class Series {
  private final Instant start;
  private final Duration step;
  private final double[] values;

  private Series(Instant start, Duration step, double[] values) {
    this.start = start;
    this.step = step;
    this.values = values;
  }

  /**
   * A series of a copy of these values.
   *
   * @param values NaN marks a gap
   */
  public static Series of(Instant start, Duration step, double... values) {
    if (!step.isPositive()) {
      throw new IllegalArgumentException("step %s must be above 0".formatted(step));
    }
    for (double value : values) {
      if (Double.isInfinite(value)) {
        throw new IllegalArgumentException("an infinite value is no load");
      }
    }
    return new Series(start, step, values.clone());
  }

  public Instant start() {
    return start;
  }

  public Duration step() {
    return step;
  }

  /** The end of the last value: the earliest time at which all of this is known. */
  public Instant end() {
    return timeOf(values.length);
  }

  public int size() {
    return values.length;
  }

  public Instant timeOf(int index) {
    return start.plus(step.multipliedBy(index));
  }

  /** Whether the value at this index is known; false outside the series. */
  public boolean isPresent(int index) {
    return index >= 0 && index < values.length && !Double.isNaN(values[index]);
  }

  /** The value at this index, NaN in a gap: for arithmetic over arrays that checks for it. */
  public double at(int index) {
    return values[index];
  }

  /** A copy of the values, gaps as NaN. */
  public double[] toArray() {
    return values.clone();
  }

  /** The part from index {@code from} (inclusive) to {@code to} (exclusive). */
  public Series slice(int from, int to) {
    return new Series(timeOf(from), step, Arrays.copyOfRange(values, from, to));
  }
}
