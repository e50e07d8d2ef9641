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
import io.tidecaster.decide.Peak;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.decide.ShadowFleet;
import io.tidecaster.decide.Situation;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.forecast.Grid;
import io.tidecaster.forecast.ScalerForecaster;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.Series;
import io.tidecaster.size.Shape;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
   * What all that is played has in common.
   *
   * @param judgedFrom all before is history
   */
  public record Settings(
      Instant judgedFrom,
      Calendar calendar,
      ForecastSettings forecast,
      PeakPlanner.Settings peak,
      Decider.Settings decider) {}

  /**
   * One way to scale the load.
   *
   * @param fleet the fleet that the decisions are applied to
   * @param listener is told of each minute that was judged
   */
  public record Player(Scaler scaler, SimulatedFleet.Settings fleet, Consumer<Minute> listener) {}

  /**
   * One way to scale the load whose replicas have a size.
   *
   * @param listener is told of each minute that was judged
   */
  public record SizedPlayer(Player player, Sizing sizing, Consumer<SizedMinute> listener) {}

  /**
   * A minute that was judged.
   *
   * @param shape replicas and their size as asked for at its start
   * @param sentence what was done and why
   */
  public record SizedMinute(
      Instant at, double load, Shape shape, String sentence, double violationSeconds) {}

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
   * Plays the load to its end; what each fleet cost and risked while it was judged. A fleet begins
   * with as many replicas as the load then needs; the first decision is made at the last whole
   * minute until then.
   *
   * <p>The players go side by side: what is forecast does not depend on how many replicas there
   * are, so it is forecast once for all of them.
   *
   * @param players of one scaler, as its name says when its fits are due
   * @param minuteDone is told when a minute was played by all
   */
  public List<SimulatedFleet.Account> play(
      TraceLoad load, List<Player> players, Runnable minuteDone) {
    ScalerId scaler = scalerOf(players.stream().map(Player::scaler));
    Planners planners = new Planners(scaler, settings);
    List<Core> cores =
        players.stream().map(player -> new Core(player, settings, load, planners)).toList();
    play(load, scaler, cores, minuteDone);
    return cores.stream().map(Core::account).toList();
  }

  /** The same with fleets whose replicas have a size. */
  public List<SizedAccount> playSized(
      TraceLoad load, List<SizedPlayer> players, Runnable minuteDone) {
    ScalerId scaler = scalerOf(players.stream().map(player -> player.player().scaler()));
    Planners planners = new Planners(scaler, settings);
    List<SizedCore> cores =
        players.stream().map(player -> new SizedCore(player, settings, load, planners)).toList();
    play(load, scaler, cores, minuteDone);
    return cores.stream().map(SizedCore::account).toList();
  }

  /** What is planned for depends on no fleet: those who plan for the same share a planner. */
  static final class Planners {
    private final Map<Object, PeakPlanner> planners = new HashMap<>();
    private final ScalerId scaler;
    private final Settings settings;

    Planners(ScalerId scaler, Settings settings) {
      this.scaler = scaler;
      this.settings = settings;
    }

    PeakPlanner of(Object terms) {
      return planners.computeIfAbsent(
          terms, _ -> new PeakPlanner(scaler, settings.peak(), settings.decider()));
    }
  }

  /** What becomes of the minutes and their forecasts. */
  interface Stage {
    void observe(LoadPoint point);

    /** Decides, and lets the load arrive until {@code next}. */
    void play(Instant now, ForecastOutcome forecast, Instant next);
  }

  private void play(
      TraceLoad load, ScalerId scaler, List<? extends Stage> cores, Runnable minuteDone) {
    Series minutes = load.minutes(STEPS_A_MINUTE);
    ScalerForecaster forecaster =
        new ScalerForecaster(scaler, Grid.MINUTES, settings.calendar(), settings.forecast());
    int first = 0;
    while (first < minutes.size() && !minutes.timeOf(first + 2).isAfter(settings.judgedFrom())) {
      observe(pointOf(minutes, first), forecaster, cores);
      first++;
    }
    if (first == minutes.size()) {
      throw new IllegalArgumentException(
          "the load ends at %s, before %s from which it is judged"
              .formatted(load.end(), settings.judgedFrom()));
    }
    for (int i = first; i < minutes.size(); i++) {
      observe(pointOf(minutes, i), forecaster, cores);
      forecaster.fitDue().ifPresent(fit -> forecaster.adopt(fit.run()));
      ForecastOutcome forecast = forecaster.trustedForecast();
      Instant next = earlier(minutes.timeOf(i + 2), load.end());
      for (Stage core : cores) {
        core.play(minutes.timeOf(i + 1), forecast, next);
      }
      minuteDone.run();
    }
  }

  private static ScalerId scalerOf(Stream<Scaler> players) {
    List<ScalerId> scalers = players.map(Scaler::id).distinct().toList();
    if (scalers.size() != 1) {
      throw new IllegalArgumentException(
          "players of %s; play those of one scaler together".formatted(scalers));
    }
    return scalers.getFirst();
  }

  private static void observe(
      LoadPoint point, ScalerForecaster forecaster, List<? extends Stage> cores) {
    forecaster.observe(point.minute(), point.load());
    cores.forEach(core -> core.observe(point));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static LoadPoint pointOf(Series minutes, int index) {
    OptionalDouble known =
        minutes.isPresent(index) ? OptionalDouble.of(minutes.at(index)) : OptionalDouble.empty();
    return new LoadPoint(minutes.timeOf(index), known, OptionalDouble.empty(), 1, 0);
  }

  /** The stages of the service behind the forecast, for one player, and its fleet. */
  static final class Core implements Stage {
    private final Scaler scaler;
    private final Consumer<Minute> listener;
    private final TraceLoad load;
    private final SimulatedFleet fleet;
    private final PeakPlanner planner;
    private final CapacityEstimator capacity = new CapacityEstimator();
    private final Decider decider;
    private final LeadTimeEstimate leadTime;
    private DecisionMemory memory = DecisionMemory.EMPTY;
    private Optional<ShadowFleet> shadow = Optional.empty();
    private Optional<LoadPoint> last = Optional.empty();

    Core(Player player, Settings settings, TraceLoad load, Planners planners) {
      this.scaler = player.scaler();
      this.listener = player.listener();
      this.load = load;
      this.fleet = fleetFor(player, load, settings.judgedFrom());
      this.planner =
          planners.of(
              List.of(
                  scaler.objective(),
                  scaler.hpaObjective(),
                  player.fleet().startup(),
                  scaler.bounds(),
                  scaler.behavior(),
                  scaler.serviceLevel()));
      this.decider = new Decider(settings.decider());
      this.leadTime =
          LeadTimeEstimate.of(
              scaler.leadTime(),
              new LeadTimeEstimate(player.fleet().startup(), LeadTimeEstimate.Origin.LEARNED));
    }

    private static SimulatedFleet fleetFor(Player player, TraceLoad load, Instant start) {
      SimulatedFleet.Settings fleet = player.fleet();
      int enough = (int) Math.ceil(load.at(start) / (fleet.capacity() * fleet.violationUse()));
      return new SimulatedFleet(fleet, player.scaler().bounds().clamp(enough), start);
    }

    SimulatedFleet.Account account() {
      return fleet.account();
    }

    @Override
    public void play(Instant now, ForecastOutcome forecast, Instant next) {
      Decided decided = decide(now, forecast, scaler, capacityUnder(scaler.objective()));
      remember(decided);
      fleet.scale(decided.decision().desiredReplicas());
      SimulatedFleet.Account before = fleet.account();
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

    @Override
    public void observe(LoadPoint point) {
      planner.observe(point.minute(), point.load());
      capacity.observe(point);
      last = Optional.of(point);
    }

    SimulatedFleet fleet() {
      return fleet;
    }

    Optional<LoadPoint> last() {
      return last;
    }

    LeadTimeEstimate leadTime() {
      return leadTime;
    }

    Optional<Peak> peak() {
      return planner.peak(leadTime.duration());
    }

    void remember(Decided decided) {
      memory = memory.after(decided.decision());
    }

    /** Decides within these bounds, with replicas that bear so much. */
    Decided decide(
        Instant now, ForecastOutcome forecast, Scaler within, Optional<Capacity> perReplica) {
      Fleet observed =
          new Fleet(
              fleet.asked(),
              fleet.ready(),
              OptionalDouble.empty(),
              Integer.toString(fleet.account().scalings()));
      Optional<Capacity> hpaPerReplica = capacityUnder(scaler.hpaObjective());
      capacityUnder(scaler.objective())
          .flatMap(known -> planner.fitDue(termsFor(known, hpaPerReplica.orElse(known))))
          .ifPresent(fit -> planner.adopt(fit.run()));
      ShadowFleet stepped =
          shadow
              .orElseGet(() -> ShadowFleet.of(scaler, fleet.asked()))
              .step(
                  now,
                  last.map(LoadPoint::load).orElse(OptionalDouble.empty()),
                  hpaPerReplica,
                  leadTime.duration());
      shadow = Optional.of(stepped);
      return decider.decideOnRecord(
          new Situation(
              within,
              Mode.ENFORCING,
              now,
              Optional.of(observed),
              last,
              forecast,
              perReplica,
              hpaPerReplica,
              leadTime,
              peak(),
              Headroom.stated(scaler.serviceLevel()),
              memory,
              stepped.shadow()));
    }

    private PeakPlanner.Terms termsFor(Capacity perReplica, Capacity hpaPerReplica) {
      return new PeakPlanner.Terms(
          perReplica.perReplica(),
          hpaPerReplica.perReplica(),
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
