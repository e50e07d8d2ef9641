package io.tidecaster.history;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;

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

  /** Tells of each value with the start of its step; of a gap as empty. */
  public void forEach(BiConsumer<Instant, OptionalDouble> listener) {
    for (int i = 0; i < values.length; i++) {
      listener.accept(
          timeOf(i), isPresent(i) ? OptionalDouble.of(values[i]) : OptionalDouble.empty());
    }
  }

  /** A copy of the values, gaps as NaN. */
  public double[] toArray() {
    return values.clone();
  }

  /**
   * The same in coarser steps, counted from the start: each the mean of its known values, and a gap
   * where fewer are known than {@code leastKnown} of them. A last step that is not whole is left
   * out.
   *
   * @param coarser a multiple of the step
   * @param leastKnown above 0 and at most 1: at 0.5, 8 of 15 minutes make a quarter of an hour
   */
  public Series averagedOver(Duration coarser, double leastKnown) {
    if (!coarser.isPositive() || coarser.toNanos() % step.toNanos() != 0) {
      throw new IllegalArgumentException(
          "step %s is no multiple of step %s".formatted(coarser, step));
    }
    if (!(leastKnown > 0 && leastKnown <= 1)) {
      throw new IllegalArgumentException(
          "share %s of known values must be above 0 and at most 1".formatted(leastKnown));
    }
    int width = Math.toIntExact(coarser.toNanos() / step.toNanos());
    double[] means = new double[values.length / width];
    for (int i = 0; i < means.length; i++) {
      double sum = 0;
      int known = 0;
      for (int k = i * width; k < (i + 1) * width; k++) {
        if (!Double.isNaN(values[k])) {
          sum += values[k];
          known++;
        }
      }
      means[i] = known > 0 && known >= leastKnown * width ? sum / known : Double.NaN;
    }
    return new Series(start, coarser, means);
  }

  /** The part from index {@code from} (inclusive) to {@code to} (exclusive). */
  public Series slice(int from, int to) {
    return new Series(timeOf(from), step, Arrays.copyOfRange(values, from, to));
  }
}
