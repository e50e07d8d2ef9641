package io.tidecaster.forecast;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Quantiles of the load for each step ahead.
 *
 * @param issuedAt the end of the last value that was known
 * @param step the width of one step; the service's is one minute
 * @param levels ascending, each between 0 and 1
 * @param values {@code values.get(i).get(h)}: quantile {@code levels.get(i)} of the mean load in
 *     [issuedAt + h·step, issuedAt + (h+1)·step); finite, never falling from level to level
 * @param model which model made it, for people and labels: {@code SeasonalNaive}
 */
public record Forecast(
    Instant issuedAt, Duration step, List<Double> levels, List<List<Double>> values, String model)
    implements ForecastOutcome {

  public Forecast {
    levels = List.copyOf(levels);
    values = values.stream().map(List::copyOf).toList();
    if (levels.isEmpty() || levels.size() != values.size()) {
      throw new IllegalArgumentException(
          "%d levels but %d rows of values".formatted(levels.size(), values.size()));
    }
    int horizon = values.getFirst().size();
    for (int i = 0; i < levels.size(); i++) {
      if (values.get(i).size() != horizon || horizon == 0) {
        throw new IllegalArgumentException("rows of values differ in length, or are empty");
      }
      for (int h = 0; h < horizon; h++) {
        double value = values.get(i).get(h);
        if (!Double.isFinite(value)) {
          throw new IllegalArgumentException(
              "quantile %s at step %d is %s".formatted(levels.get(i), h + 1, value));
        }
        if (i > 0 && value < values.get(i - 1).get(h)) {
          throw new IllegalArgumentException(
              "quantiles cross at step %d: %s < %s"
                  .formatted(h + 1, value, values.get(i - 1).get(h)));
        }
      }
    }
  }

  /**
   * The forecast of what follows from the load.
   *
   * @param rising no less for more, so that quantiles stay in order
   */
  public Forecast of(DoubleUnaryOperator rising) {
    return new Forecast(
        issuedAt,
        step,
        levels,
        values.stream().map(row -> row.stream().map(rising::applyAsDouble).toList()).toList(),
        model);
  }

  /** How many steps ahead are forecast. */
  public int horizon() {
    return values.getFirst().size();
  }

  /** The same for no more than the first {@code steps} ≥ 1. */
  public Forecast first(int steps) {
    int kept = Math.min(steps, horizon());
    return new Forecast(
        issuedAt, step, levels, values.stream().map(row -> row.subList(0, kept)).toList(), model);
  }

  /**
   * Quantile at {@code stepsAhead} ≥ 1; levels between those given are interpolated, beyond them
   * the last holds.
   */
  public double quantile(double level, int stepsAhead) {
    int h = Math.clamp(stepsAhead, 1, horizon()) - 1;
    if (level <= levels.getFirst()) {
      return values.getFirst().get(h);
    }
    for (int i = 1; i < levels.size(); i++) {
      if (level <= levels.get(i)) {
        double low = levels.get(i - 1);
        double share = (level - low) / (levels.get(i) - low);
        return values.get(i - 1).get(h) * (1 - share) + values.get(i).get(h) * share;
      }
    }
    return values.getLast().get(h);
  }

  /** The largest quantile from step {@code from} to step {@code to}, both inclusive. */
  public double peak(double level, int from, int to) {
    double peak = quantile(level, from);
    for (int h = from + 1; h <= Math.min(to, horizon()); h++) {
      peak = Math.max(peak, quantile(level, h));
    }
    return peak;
  }
}
