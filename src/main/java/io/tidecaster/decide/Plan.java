package io.tidecaster.decide;

import io.tidecaster.forecast.Forecast;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is asked for over a window from now.
 *
 * @param stated the largest quantile of the forecast at the scaler's service level
 * @param load what is planned for: with the headroom, and never less than the forecast's median
 * @param at the end of the step in which the forecast is largest
 */
public record Plan(double stated, double load, Headroom headroom, Instant at) {
  private static final double MEDIAN = 0.5;

  /**
   * The peak that the scaler's past says, unless the forecast's median is larger; where the past
   * says nothing yet, the forecast's quantile at the service level.
   *
   * @param otherwise what to put on the forecast where there is no peak
   */
  public static Plan ahead(
      Forecast forecast,
      Instant now,
      Duration window,
      double serviceLevel,
      Optional<Peak> peak,
      Headroom otherwise) {
    return peak.map(known -> of(forecast, now, window, serviceLevel, known))
        .orElseGet(() -> of(forecast, now, window, serviceLevel, otherwise));
  }

  /** The forecast's quantile times the headroom's factor, over the steps that touch the window. */
  static Plan of(
      Forecast forecast, Instant now, Duration window, double serviceLevel, Headroom headroom) {
    int from = stepsUntil(forecast, now) + 1;
    int to = Math.min(forecast.horizon(), Math.max(from, stepsCeil(forecast, now.plus(window))));
    int largest = from;
    for (int step = from + 1; step <= to; step++) {
      if (forecast.quantile(headroom.level(), step)
          > forecast.quantile(headroom.level(), largest)) {
        largest = step;
      }
    }
    double load = Math.max(0, forecast.quantile(headroom.level(), largest)) * headroom.factor();
    Instant at = forecast.issuedAt().plus(forecast.step().multipliedBy(largest));
    return new Plan(forecast.peak(serviceLevel, from, to), load, headroom, at);
  }

  private static Plan of(
      Forecast forecast, Instant now, Duration window, double serviceLevel, Peak peak) {
    Plan median =
        of(forecast, now, window, serviceLevel, new Headroom(MEDIAN, 1, Headroom.Origin.LEARNED));
    return median.load() > peak.load()
        ? median
        : new Plan(median.stated(), peak.load(), peak.headroom(), now.plus(window));
  }

  /** The forecast's median over the window: what is wanted back even without any headroom. */
  static Plan wantedBack(Forecast forecast, Instant now, Duration window, Plan ahead) {
    Plan median =
        of(forecast, now, window, MEDIAN, new Headroom(MEDIAN, 1, ahead.headroom().origin()));
    return median.load() > ahead.load() ? median : ahead;
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
