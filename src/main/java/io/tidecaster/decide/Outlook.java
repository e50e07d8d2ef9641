package io.tidecaster.decide;

import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.forecast.LiveAccuracy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is told beside a decision: what the forecasts say of the hour to come, how those before have
 * done, and what that is worth.
 *
 * @param peak empty without a forecast
 * @param accuracy empty until a forecast was scored
 * @param trust empty where the scaler is not on trial
 */
public record Outlook(Optional<Highest> peak, Optional<Accuracy> accuracy, Optional<Trust> trust) {
  public static final Outlook UNKNOWN =
      new Outlook(Optional.empty(), Optional.empty(), Optional.empty());

  private static final Duration HOUR = Duration.ofHours(1);

  /**
   * The highest load of the hour to come.
   *
   * @param load at the service level's quantile, in the unit of the load
   * @param at the end of its minute
   */
  public record Highest(double load, Instant at) {}

  /**
   * How the forecasts of the last time have done.
   *
   * @param skill 1 − their loss ÷ that of the seasonal naive ones; above 0 is better
   * @param trusted whether decisions go by them
   * @param scored how many there were
   */
  public record Accuracy(double skill, boolean trusted, long scored) {}

  /** The outlook of a report, at this service level. */
  public static Outlook of(ForecastReport report, double serviceLevel, Optional<Trust> trust) {
    return new Outlook(
        report.outcome() instanceof Forecast forecast
            ? Optional.of(highest(forecast, serviceLevel))
            : Optional.empty(),
        report.accuracy().map(Outlook::accuracy),
        trust);
  }

  private static Accuracy accuracy(LiveAccuracy live) {
    return new Accuracy(live.skill(), live.trusted(), live.scored());
  }

  private static Highest highest(Forecast forecast, double serviceLevel) {
    int steps = (int) Math.min(forecast.horizon(), HOUR.dividedBy(forecast.step()));
    int highest = 1;
    for (int step = 2; step <= steps; step++) {
      if (forecast.quantile(serviceLevel, step) > forecast.quantile(serviceLevel, highest)) {
        highest = step;
      }
    }
    return new Highest(
        forecast.quantile(serviceLevel, highest),
        forecast.issuedAt().plus(forecast.step().multipliedBy(highest)));
  }
}
