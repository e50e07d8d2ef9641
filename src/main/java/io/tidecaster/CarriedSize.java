package io.tidecaster;

import io.tidecaster.size.DayPeaks;
import io.tidecaster.size.RolloutDecision;
import io.tidecaster.size.RolloutInputs;
import io.tidecaster.size.RolloutRule;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.workload.Templating;
import java.time.Instant;
import java.util.Optional;

/** The size that a rollout carries to the replicas of one scaler: what is known of it. */
final class CarriedSize {
  private DayPeaks peaks = DayPeaks.NONE;
  private Optional<Instant> offSince = Optional.empty();

  void forget() {
    peaks = DayPeaks.NONE;
    offSince = Optional.empty();
  }

  void resumeAt(SizeDecision last) {
    last.rollout()
        .ifPresent(rollout -> {
          peaks = rollout.inputs().peaks();
          offSince = rollout.offSince();
        });
  }

  /** Takes in a minute; before a whole day is known, the present size was needed. */
  void observe(Instant at, long currentMillis, Optional<SizeNeed> need) {
    if (peaks.hours().isEmpty()) {
      peaks = peaks.plus(at, currentMillis);
    }
    need.ifPresent(known -> peaks = peaks.plus(at, known.millis()));
  }

  /** What is needed until another rollout may come. */
  SizeNeed ofADay(SizeNeed need) {
    return new SizeNeed(need.nowMillis(), Math.max(need.aheadMillis(), peaks.largest()));
  }

  /** How a size changes that takes a rollout. */
  static SizeDecider.Settings settings(Templating templating) {
    SizeDecider.Settings settings = SizeDecider.Settings.DEFAULT;
    return new SizeDecider.Settings(
        settings.stepMillis(),
        settings.growReserve(),
        Math.min(templating.deviation(), 0.99),
        settings.shrinkWindow());
  }

  SizeDecision carry(SizeDecision sized, Templating templating, RolloutInputs.Standing standing) {
    SizeDecision carried =
        sized.carriedBy(
            new RolloutInputs(
                new RolloutRule(
                    templating.deviation(), templating.lasting(), templating.leastInterval()),
                templating.way() == Templating.Way.ROLLOUT,
                standing,
                peaks,
                offSince));
    offSince = carried.rollout().flatMap(RolloutDecision::offSince);
    return carried;
  }
}
