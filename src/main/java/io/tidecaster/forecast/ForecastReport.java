package io.tidecaster.forecast;

import java.util.List;
import java.util.Optional;

/**
 * What is told of one scaler's forecasts.
 *
 * @param outcome the newest, or why there is none
 * @param accuracy how those before have done; empty until one was scored
 * @param reasons why the newest is what it is, by time ahead; empty where no model says
 */
public record ForecastReport(
    ForecastOutcome outcome, Optional<LiveAccuracy> accuracy, List<Explanation> reasons) {

  public ForecastReport {
    reasons = List.copyOf(reasons);
  }

  /** An outcome of which nothing more is known. */
  public static ForecastReport of(ForecastOutcome outcome) {
    return new ForecastReport(outcome, Optional.empty(), List.of());
  }
}
