package io.tidecaster.forecast;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What may be set about forecasting; the same for every scaler.
 *
 * @param levels quantiles to forecast, ascending, the first 0.5
 * @param firstForecastAfter least known history for any forecast
 * @param firstFitAfter least history before a model is fitted; before, the last value and its
 *     spread stand in
 * @param refitEvery time between two fits of one scaler
 * @param fitWindow history a fit learns from
 * @param reach history before the window that its lags may look at
 * @param staleAfter a load unknown for longer than this is not forecast
 * @param seed of everything random in a fit
 * @param without causes that the models are not shown, to see what each is worth
 */
public record ForecastSettings(
    List<Double> levels,
    Duration firstForecastAfter,
    Duration firstFitAfter,
    Duration refitEvery,
    Duration fitWindow,
    Duration reach,
    Duration staleAfter,
    long seed,
    Set<Cause> without) {

  public static final ForecastSettings DEFAULT =
      new ForecastSettings(
          List.of(0.5, 0.9, 0.95, 0.99),
          Duration.ofMinutes(15),
          Duration.ofDays(1),
          Duration.ofDays(1),
          Duration.ofDays(28),
          Duration.ofDays(5),
          Duration.ofMinutes(15),
          42,
          Set.of());

  public ForecastSettings {
    levels = List.copyOf(levels);
    without = Set.copyOf(without);
    if (levels.isEmpty() || levels.getFirst() != 0.5) {
      throw new IllegalArgumentException(
          "levels %s must start with 0.5, the median".formatted(levels));
    }
    for (int i = 0; i < levels.size(); i++) {
      if (levels.get(i) >= 1 || (i > 0 && levels.get(i) <= levels.get(i - 1))) {
        throw new IllegalArgumentException(
            "levels %s must ascend and stay below 1".formatted(levels));
      }
    }
    requireBetween("firstForecastAfter", firstForecastAfter, Duration.ofMinutes(2), firstFitAfter);
    requireBetween("firstFitAfter", firstFitAfter, Duration.ofHours(12), Duration.ofDays(14));
    requireBetween("refitEvery", refitEvery, Duration.ofHours(1), Duration.ofDays(7));
    requireBetween("fitWindow", fitWindow, Duration.ofDays(2), Duration.ofDays(366));
    requireBetween("reach", reach, Duration.ZERO, Duration.ofDays(366));
    requireBetween("staleAfter", staleAfter, Duration.ofMinutes(1), Duration.ofHours(6));
  }

  private static void requireBetween(String what, Duration value, Duration low, Duration high) {
    if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
      throw new IllegalArgumentException(
          "forecast.%s %s must lie between %s and %s".formatted(what, value, low, high));
    }
  }

  /** The same with another period and window of fits, and causes left out. */
  public ForecastSettings with(Duration refitEvery, Duration fitWindow, Set<Cause> without) {
    return new ForecastSettings(
        levels,
        firstForecastAfter,
        firstFitAfter,
        refitEvery,
        fitWindow,
        reach,
        staleAfter,
        seed,
        without);
  }

  /** History a fit is given; the service must keep this and one {@code refitEvery} more. */
  public Duration history() {
    return fitWindow.plus(reach);
  }

  double[] levelArray() {
    return levels.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
