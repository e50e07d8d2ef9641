package io.tidecaster.decide;

import io.tidecaster.forecast.Forecast;
import java.time.Duration;
import java.time.Instant;

/**
 * What the forecast asks for over a window from now.
 *
 * @param stated the largest quantile at the scaler's service level
 * @param load the largest quantile at the headroom's level times its factor: what is planned for
 * @param at the end of the step in which {@code load} is largest
 */
record Plan(double stated, double load, Instant at) {

  /** The plan for the steps that end after {@code now} and begin before {@code now + window}. */
  static Plan over(
      Forecast forecast, Instant now, Duration window, double serviceLevel, Headroom headroom) {
    int from = stepsUntil(forecast, now) + 1;
    int to = Math.min(forecast.horizon(), Math.max(from, stepsCeil(forecast, now.plus(window))));
    int largest = from;
    double load = Double.NEGATIVE_INFINITY;
    for (int step = from; step <= to; step++) {
      double quantile = forecast.quantile(headroom.level(), step);
      if (quantile > load) {
        load = quantile;
        largest = step;
      }
    }
    Instant at = forecast.issuedAt().plus(forecast.step().multipliedBy(largest));
    return new Plan(
        forecast.peak(serviceLevel, from, to), Math.max(0, load) * headroom.factor(), at);
  }

  /** Whole steps from the forecast's origin to {@code now}, at least 0. */
  static int stepsUntil(Forecast forecast, Instant now) {
    long millis = Duration.between(forecast.issuedAt(), now).toMillis();
    return Math.clamp(millis / forecast.step().toMillis(), 0, Integer.MAX_VALUE);
  }

  private static int stepsCeil(Forecast forecast, Instant until) {
    long millis = Duration.between(forecast.issuedAt(), until).toMillis();
    return Math.clamp(Math.ceilDiv(millis, forecast.step().toMillis()), 1, Integer.MAX_VALUE);
  }
}
