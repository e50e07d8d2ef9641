package io.tidecaster.decide;

import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import java.time.Instant;
import java.util.Optional;

/**
 * All that a decision is made from.
 *
 * @param mode the mode in force: the scaler's, capped by the installation's
 * @param now event time: the end of the last minute that could be known
 * @param fleet empty where the workload could not be read
 * @param load the last minute that is known; empty where none ever was
 * @param capacity the load a replica may bear under the scaler's objective
 * @param hpaCapacity the same under {@code hpaObjective}: what the reactive rule goes by
 * @param peak what the scaler's own past says to plan for; empty while nothing is learned
 * @param headroom how much of the forecast's uncertainty is planned for where {@code peak} is empty
 * @param memory what earlier decisions left behind
 * @param hpa what an HPA has at this time, in the shadow
 * @param room how far the workload can be scaled; empty where that was not looked at
 * @param pressure what a balancer in front saw of the minute of {@code load}; empty where none is
 *     asked, or it is unknown
 */
public record Situation(
    Scaler scaler,
    Mode mode,
    Instant now,
    Optional<Fleet> fleet,
    Optional<LoadPoint> load,
    ForecastOutcome forecast,
    Optional<Capacity> capacity,
    Optional<Capacity> hpaCapacity,
    LeadTimeEstimate leadTime,
    Optional<Peak> peak,
    Headroom headroom,
    DecisionMemory memory,
    Decision.Shadow hpa,
    Optional<Room> room,
    Optional<Pressure> pressure) {

  /** One without a balancer in front, in which nobody looked whether there is room. */
  public Situation(
      Scaler scaler,
      Mode mode,
      Instant now,
      Optional<Fleet> fleet,
      Optional<LoadPoint> load,
      ForecastOutcome forecast,
      Optional<Capacity> capacity,
      Optional<Capacity> hpaCapacity,
      LeadTimeEstimate leadTime,
      Optional<Peak> peak,
      Headroom headroom,
      DecisionMemory memory,
      Decision.Shadow hpa) {
    this(
        scaler,
        mode,
        now,
        fleet,
        load,
        forecast,
        capacity,
        hpaCapacity,
        leadTime,
        peak,
        headroom,
        memory,
        hpa,
        Optional.empty(),
        Optional.empty());
  }

  /** The same where this much room is known. */
  public Situation within(Room known) {
    return with(scaler, capacity, Optional.of(known));
  }

  /** The same within other bounds, with replicas that bear so much. */
  public Situation within(Bounds bounds, Capacity each) {
    return with(scaler.within(bounds), Optional.of(each), room);
  }

  private Situation with(Scaler within, Optional<Capacity> perReplica, Optional<Room> known) {
    return new Situation(
        within,
        mode,
        now,
        fleet,
        load,
        forecast,
        perReplica,
        hpaCapacity,
        leadTime,
        peak,
        headroom,
        memory,
        hpa,
        known,
        pressure);
  }

  /**
   * The same on another fleet, which lives nowhere and has all the room it needs, and of which no
   * balancer knows.
   */
  Situation on(Fleet other, DecisionMemory remembered) {
    return new Situation(
        scaler,
        mode,
        now,
        Optional.of(other),
        load,
        forecast,
        capacity,
        hpaCapacity,
        leadTime,
        peak,
        headroom,
        remembered,
        hpa);
  }
}
