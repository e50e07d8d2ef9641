package io.tidecaster.forecast;

import io.tidecaster.history.Series;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Synthetic loads, from a Monday on. */
final class Loads {
  static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  static final Duration HOUR = Duration.ofHours(1);

  private Loads() {}

  /** A day's wave between 50 and 150 with noise of ±{@code noise}. */
  static double[] daily(int size, int perDay, double noise, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[size];
    Arrays.setAll(
        values,
        i -> 100 + 50 * Math.sin(2 * Math.PI * i / perDay) + noise * (2 * random.nextDouble() - 1));
    return values;
  }

  static Series hourly(double... values) {
    return Series.of(MONDAY, HOUR, values);
  }

  static LoadHistory history(Duration step, double... values) {
    LoadHistory history = new LoadHistory(MONDAY, step.toSeconds(), Math.max(1, values.length));
    for (double value : values) {
      history.add(value);
    }
    return history;
  }

  static Bins bins(Duration step, double... values) {
    return Bins.before(history(step, values), values.length, new Grid(step, 3), Integer.MAX_VALUE);
  }
}
