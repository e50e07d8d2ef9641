package io.tidecaster.sim;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.CapacityEstimate;
import io.tidecaster.decide.CapacityEstimator;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.DecisionMemory;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Headroom;
import io.tidecaster.decide.LeadTimeEstimate;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.decide.ShadowFleet;
import io.tidecaster.decide.Situation;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.forecast.Grid;
import io.tidecaster.forecast.ScalerForecaster;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.Series;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Plays a recorded load through the production core on a virtual clock: what the service would have
 * decided at each minute with only what it knew then, and what a fleet of that size would have
 * done.
 */
public final class ClosedLoop {

  /** The fleet is played in steps of this length: that of an HPA. */
  public static final Duration STEP = Duration.ofSeconds(15);

  private static final int STEPS_A_MINUTE = 4;

  private final Settings settings;

  /**
   * What is played.
   *
   * @param fleet the fleet that the decisions are applied to
   * @param judgedFrom all before is history
   */
  public record Settings(
      Scaler scaler,
      SimulatedFleet.Settings fleet,
      Instant judgedFrom,
      Calendar calendar,
      ForecastSettings forecast,
      PeakPlanner.Settings peak,
      Decider.Settings decider) {}

  /**
   * A minute that was judged.
   *
   * @param decided made at its start, from all that was known then
   * @param requestsInViolation those that arrived in it while replicas were used too much
   */
  public record Minute(Decided decided, double violationSeconds, double requestsInViolation) {
    public Decision decision() {
      return decided.decision();
    }
  }

  public ClosedLoop(Settings settings) {
    this.settings = settings;
  }

  /**
   * Plays the load to its end; what the fleet cost and risked while it was judged. The fleet begins
   * with as many replicas as the load then needs; the first decision is made at the last whole
   * minute until then.
   */
  public SimulatedFleet.Account play(TraceLoad load, Consumer<Minute> listener) {
    Series minutes = load.minutes(STEPS_A_MINUTE);
    Core core = new Core(settings);
    int first = 0;
    while (first < minutes.size() && !minutes.timeOf(first + 2).isAfter(settings.judgedFrom())) {
      core.observe(pointOf(minutes, first));
      first++;
    }
    if (first == minutes.size()) {
      throw new IllegalArgumentException(
          "the load ends at %s, before %s from which it is judged"
              .formatted(load.end(), settings.judgedFrom()));
    }
    SimulatedFleet fleet = fleetFor(load, settings.judgedFrom());
    for (int i = first; i < minutes.size(); i++) {
      core.observe(pointOf(minutes, i));
      Decided decided = core.decide(minutes.timeOf(i + 1), fleet);
      fleet.scale(decided.decision().desiredReplicas());
      SimulatedFleet.Account before = fleet.account();
      Instant next = earlier(minutes.timeOf(i + 2), load.end());
      while (fleet.now().isBefore(next)) {
        fleet.advance(load.at(fleet.now()), STEP);
      }
      SimulatedFleet.Account after = fleet.account();
      listener.accept(
          new Minute(
              decided,
              after.violationSeconds() - before.violationSeconds(),
              after.requestsInViolation() - before.requestsInViolation()));
    }
    return fleet.account();
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static LoadPoint pointOf(Series minutes, int index) {
    OptionalDouble known =
        minutes.isPresent(index) ? OptionalDouble.of(minutes.at(index)) : OptionalDouble.empty();
    return new LoadPoint(minutes.timeOf(index), known, OptionalDouble.empty(), 1, 0);
  }

  private SimulatedFleet fleetFor(TraceLoad load, Instant start) {
    SimulatedFleet.Settings fleet = settings.fleet();
    int enough = (int) Math.ceil(load.at(start) / (fleet.capacity() * fleet.violationUse()));
    return new SimulatedFleet(fleet, settings.scaler().bounds().clamp(enough), start);
  }

  /** The stages of the service for one scaler, on one thread. */
  private static final class Core {
    private final Scaler scaler;
    private final ScalerForecaster forecaster;
    private final PeakPlanner planner;
    private final CapacityEstimator capacity = new CapacityEstimator();
    private final Decider decider;
    private final LeadTimeEstimate leadTime;
    private DecisionMemory memory = DecisionMemory.EMPTY;
    private Optional<ShadowFleet> shadow = Optional.empty();
    private Optional<LoadPoint> last = Optional.empty();

    Core(Settings settings) {
      this.scaler = settings.scaler();
      this.forecaster =
          new ScalerForecaster(scaler.id(), Grid.MINUTES, settings.calendar(), settings.forecast());
      this.planner = new PeakPlanner(scaler.id(), settings.peak(), settings.decider());
      this.decider = new Decider(settings.decider());
      this.leadTime =
          LeadTimeEstimate.of(
              scaler.leadTime(),
              new LeadTimeEstimate(settings.fleet().startup(), LeadTimeEstimate.Origin.LEARNED));
    }

    void observe(LoadPoint point) {
      forecaster.observe(point.minute(), point.load());
      planner.observe(point.minute(), point.load());
      capacity.observe(point);
      last = Optional.of(point);
    }

    Decided decide(Instant now, SimulatedFleet simulated) {
      Fleet fleet =
          new Fleet(
              simulated.asked(),
              simulated.ready(),
              OptionalDouble.empty(),
              Integer.toString(simulated.account().scalings()));
      Optional<Capacity> perReplica = capacityUnder(scaler.objective());
      Optional<Capacity> hpaPerReplica = capacityUnder(scaler.hpaObjective());
      forecaster.fitDue().ifPresent(fit -> forecaster.adopt(fit.run()));
      perReplica
          .flatMap(known -> planner.fitDue(termsFor(known)))
          .ifPresent(fit -> planner.adopt(fit.run()));
      ShadowFleet stepped =
          shadow
              .orElseGet(() -> ShadowFleet.of(scaler, simulated.asked()))
              .step(
                  now,
                  last.map(LoadPoint::load).orElse(OptionalDouble.empty()),
                  hpaPerReplica,
                  leadTime.duration());
      shadow = Optional.of(stepped);
      Decided decided =
          decider.decideOnRecord(
              new Situation(
                  scaler,
                  Mode.ENFORCING,
                  now,
                  Optional.of(fleet),
                  last,
                  forecaster.trustedForecast(),
                  perReplica,
                  hpaPerReplica,
                  leadTime,
                  planner.peak(leadTime.duration()),
                  Headroom.stated(scaler.serviceLevel()),
                  memory,
                  stepped.shadow()));
      memory = memory.after(decided.decision());
      return decided;
    }

    private PeakPlanner.Terms termsFor(Capacity perReplica) {
      return new PeakPlanner.Terms(
          perReplica.perReplica(),
          leadTime.duration(),
          scaler.bounds(),
          scaler.behavior(),
          scaler.serviceLevel());
    }

    private Optional<Capacity> capacityUnder(Objective objective) {
      return switch (capacity.estimate(objective, OptionalDouble.empty())) {
        case CapacityEstimate.Known known -> Optional.of(known.capacity());
        case CapacityEstimate.Unknown unknown -> Optional.empty();
      };
    }
  }
}
