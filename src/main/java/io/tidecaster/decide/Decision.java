package io.tidecaster.decide;

import io.tidecaster.workload.Mode;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One decision for one workload at one time with all that led to it; one record of the journal
 * {@code tidecaster.decisions}.
 *
 * @param at event time: the end of the last minute that was known
 * @param mode the mode in force, the installation's ceiling applied
 * @param load the load of that minute; empty where unknown
 * @param forecast what the forecast said for the lead time, or why there is none
 * @param capacity empty where nothing is known yet
 * @param leadTime how long a new replica takes
 * @param neededNow replicas the load of this moment needs; empty where unknown
 * @param planned replicas the forecast over the lead time needs; empty without a forecast
 * @param clamps the rules that changed the number, in order
 * @param hpa what an HPA with the same objective would have, in the shadow
 * @param sentence the outcome and its reason for a person
 */
public record Decision(
    ScalerId scaler,
    Instant at,
    Mode mode,
    Fleet fleet,
    OptionalDouble load,
    ForecastSummary forecast,
    Optional<Capacity> capacity,
    Duration leadTime,
    Optional<Integer> neededNow,
    Optional<Integer> planned,
    List<Clamp> clamps,
    Outcome outcome,
    Shadow hpa,
    String sentence) {

  public Decision {
    clamps = List.copyOf(clamps);
  }

  /**
   * The forecast as the decision used it.
   *
   * @param peakAtServiceLevel largest load at the service level's quantile within the lead time
   * @param q50 median load at the lead time, likewise {@code q90}, {@code q95}, {@code q99}
   * @param notReady why there is no forecast; all figures are empty then
   */
  public record ForecastSummary(
      OptionalDouble peakAtServiceLevel,
      OptionalDouble q50,
      OptionalDouble q90,
      OptionalDouble q95,
      OptionalDouble q99,
      Optional<String> model,
      Optional<String> notReady) {}

  /**
   * The shadow: the HPA's rule run beside on the same load, on a fleet of its own.
   *
   * @param desiredReplicas what the HPA asks for
   * @param readyReplicas what it would have ready, given the lead time
   */
  public record Shadow(int desiredReplicas, int readyReplicas) {}

  /**
   * Whether {@code fleet} was seen for this decision; else it is the last one seen, or 0 where none
   * ever was.
   */
  public boolean fleetKnown() {
    return !(outcome instanceof Outcome.Hold hold && hold.reason() == HoldReason.TARGET_UNKNOWN);
  }

  public int desiredReplicas() {
    return outcome.desiredReplicas();
  }
}
