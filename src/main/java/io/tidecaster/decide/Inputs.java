package io.tidecaster.decide;

import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.workload.WorkCalendar;
import java.time.Duration;
import java.time.Instant;

/**
 * What a decision was made from, without what cannot change it: of the forecast the steps that are
 * looked at, of the memory the windows of the behavior, of the scaler no calendar. Enough to make
 * the decision again, bit for bit.
 */
public record Inputs(Decider.Settings settings, Situation situation) {

  /** The situation as far as these settings look. */
  static Inputs of(Decider.Settings settings, Situation situation) {
    Situation s = situation;
    return new Inputs(
        settings,
        new Situation(
            s.scaler().withCalendar(WorkCalendar.NONE),
            s.mode(),
            s.now(),
            s.fleet(),
            s.load(),
            lookedAt(settings, s),
            s.capacity(),
            s.hpaCapacity(),
            s.leadTime(),
            s.peak(),
            s.headroom(),
            s.memory().within(BehaviorRules.longestWindow(s.scaler().behavior()), s.now()),
            s.hpa(),
            s.room(),
            s.pressure()));
  }

  /** Makes the decision again. */
  public Decision decide() {
    return new Decider(settings).decide(situation);
  }

  private static ForecastOutcome lookedAt(Decider.Settings settings, Situation situation) {
    return switch (situation.forecast()) {
      case NotReady notReady -> notReady;
      case Forecast forecast -> {
        Duration leadTime = situation.leadTime().duration();
        Instant end = situation.now().plus(settings.lookAhead(leadTime));
        yield forecast.first(Math.min(forecast.horizon(), Plan.stepsUntil(forecast, end)) + 1);
      }
    };
  }
}
