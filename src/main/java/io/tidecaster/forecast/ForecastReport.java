package io.tidecaster.forecast;

import java.util.List;
import java.util.Optional;

/**
 * What is told of one scaler's forecasts.
 *
 * @param outcome the newest, or why there is none
 * @param accuracy how those before have done; empty until one was scored
 * @param reasons why the newest is what it is, by time ahead; empty where no model says
 * @param usage what the containers that are sized will use; empty where none is
 */
public record ForecastReport(
    ForecastOutcome outcome,
    Optional<LiveAccuracy> accuracy,
    List<Explanation> reasons,
    List<UsageForecast> usage) {

  public ForecastReport {
    reasons = List.copyOf(reasons);
    usage = List.copyOf(usage);
  }

  /** One of a scaler that sizes no container. */
  public ForecastReport(
      ForecastOutcome outcome, Optional<LiveAccuracy> accuracy, List<Explanation> reasons) {
    this(outcome, accuracy, reasons, List.of());
  }

  /** An outcome of which nothing more is known. */
  public static ForecastReport of(ForecastOutcome outcome) {
    return new ForecastReport(outcome, Optional.empty(), List.of());
  }

  /** The same with what the containers will use. */
  public ForecastReport with(List<UsageForecast> containers) {
    return new ForecastReport(outcome, accuracy, reasons, containers);
  }
}
