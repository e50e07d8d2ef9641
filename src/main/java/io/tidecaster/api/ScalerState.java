package io.tidecaster.api;

import io.tidecaster.decide.Comparison;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Trust;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import java.util.Optional;

/**
 * One scaler at one moment.
 *
 * @param mode the mode it is set to, before the installation's ceiling; what was last set over the
 *     API wins over the {@code mode} in {@code scaler}
 * @param lastDecision empty until the first decision
 * @param forecast the latest; {@code NotReady} until there is one
 * @param inForce the bounds at this time, with what the schedule makes of them
 * @param trust how it stands in its trial, at most an hour old; empty where it is on none
 * @param size the last decision on the size of its replicas; empty where that is left alone, and
 *     until the first
 * @param comparison empty until a minute was counted
 */
public record ScalerState(
    Scaler scaler,
    Mode mode,
    Optional<Decision> lastDecision,
    ForecastOutcome forecast,
    Optional<Comparison> comparison,
    Bounds inForce,
    Optional<Trust> trust,
    Optional<SizeDecision> size) {

  /** The same with a decision on the size of the replicas. */
  public ScalerState sized(SizeDecision decision) {
    return new ScalerState(
        scaler, mode, lastDecision, forecast, comparison, inForce, trust, Optional.of(decision));
  }

  /** Of a scaler with the same bounds at all times. */
  public ScalerState(
      Scaler scaler,
      Mode mode,
      Optional<Decision> lastDecision,
      ForecastOutcome forecast,
      Optional<Comparison> comparison) {
    this(
        scaler,
        mode,
        lastDecision,
        forecast,
        comparison,
        scaler.bounds(),
        Optional.empty(),
        Optional.empty());
  }
}
