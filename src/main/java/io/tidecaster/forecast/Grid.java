package io.tidecaster.forecast;

import java.time.Duration;

/**
 * How finely, and how far ahead, a load is forecast.
 *
 * @param step width of one value of the load and of the forecast, in whole seconds
 * @param horizon steps ahead
 */
public record Grid(Duration step, int horizon) {

  /** Narrower values than this are taken together by the models: a minute is mostly noise. */
  private static final Duration BIN = Duration.ofMinutes(5);

  private static final Duration WIDEST_STEP = Duration.ofHours(6);

  /** What the service uses: 60 values of one minute. */
  public static final Grid MINUTES = new Grid(Duration.ofMinutes(1), 60);

  public Grid {
    if (step.compareTo(Duration.ofSeconds(1)) < 0
        || step.compareTo(WIDEST_STEP) > 0
        || step.toNanos() % 1_000_000_000L != 0) {
      throw new IllegalArgumentException(
          "step %s must be whole seconds between 1s and 6h".formatted(step));
    }
    if (horizon < 1 || horizon > 1440) {
      throw new IllegalArgumentException(
          "horizon %d must lie between 1 and 1440 steps".formatted(horizon));
    }
  }

  /** Steps in one bin of the models. */
  int stepsPerBin() {
    return Math.toIntExact(Math.ceilDiv(BIN.toSeconds(), step.toSeconds()));
  }

  /** Bins that cover the horizon. */
  int bins() {
    return Math.ceilDiv(horizon, stepsPerBin());
  }

  /** Steps in this time, at least 1. */
  int steps(Duration time) {
    return Math.max(1, Math.toIntExact(time.toSeconds() / step.toSeconds()));
  }

  int stepsPerDay() {
    return steps(Duration.ofDays(1));
  }

  /** Whether days are a whole number of steps, as seasons need. */
  boolean dividesDay() {
    return Duration.ofDays(1).toSeconds() % step.toSeconds() == 0;
  }
}
