package io.tidecaster.sim;

import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Peak;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.optimise.FleetOptimiser;
import io.tidecaster.optimise.PlannedLoads;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.CapacityLearner;
import io.tidecaster.size.Optimiser;
import io.tidecaster.size.Shape;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeMemory;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The stages behind the forecast for a player whose replicas have a size, and its fleet. */
final class SizedCore implements ClosedLoop.Stage {

  /** The size follows the load in shares of what a replica bears. */
  private static final double QUANTUM = 0.1;

  private static final Bounds QUANTA = new Bounds(1, 1_000_000);

  /** A size may grow as far as it must, and falls as {@link SizeDecider.Settings} say. */
  private static final Behavior SIZES =
      new Behavior(
          new Behavior.Rules(
              Duration.ZERO,
              Behavior.SelectPolicy.MAX,
              List.of(
                  new Behavior.Policy(
                      Behavior.Policy.Type.PODS, 1_000_000, Duration.ofSeconds(15))),
              0),
          new Behavior.Rules(
              SizeDecider.Settings.DEFAULT.shrinkWindow(),
              Behavior.SelectPolicy.MAX,
              List.of(
                  new Behavior.Policy(Behavior.Policy.Type.PERCENT, 100, Duration.ofSeconds(15))),
              SizeDecider.Settings.DEFAULT.shrinkBand()));

  private final ClosedLoop.SizedPlayer player;
  private final Sizing sizing;
  private final Scaler scaler;
  private final TraceLoad load;
  private final ClosedLoop.Core core;
  private final SizedFleet fleet;
  private final PeakPlanner upPlanner;
  private final PeakPlanner.Terms upTerms;
  private final FleetOptimiser fleetOptimiser;
  private final Optimiser optimiser;
  private final CapacityLearner learner;
  private final SizeDecider sizes = new SizeDecider(SizeDecider.Settings.DEFAULT);
  private final Duration interval;
  private SizeMemory memory = SizeMemory.EMPTY;
  private int settledMinutes;

  SizedCore(
      ClosedLoop.SizedPlayer player,
      ClosedLoop.Settings settings,
      TraceLoad load,
      ClosedLoop.Planners planners) {
    this.player = player;
    this.sizing = player.sizing();
    this.scaler = player.player().scaler();
    this.load = load;
    this.core = new ClosedLoop.Core(player.player(), settings, load, planners);
    this.interval = settings.decider().interval();
    Bounds bounds = scaler.bounds();
    long plannedMillis = sizing.prior().referenceMillis();
    this.fleetOptimiser = new FleetOptimiser(sizing.terms(), plannedMillis);
    this.optimiser = sizing.terms().optimiser(bounds);
    this.learner = new CapacityLearner(sizing.prior());
    double perQuantum = sizing.prior().loadAtReference() * QUANTUM;
    this.upTerms =
        new PeakPlanner.Terms(
            perQuantum, perQuantum, sizing.resizeTime(), QUANTA, SIZES, scaler.serviceLevel());
    this.upPlanner = planners.of(upTerms);
    long start =
        sizing.freedom() == Sizing.Freedom.SIZE
            ? optimiser.millisFor(
                sizing.prior(), core.fleet().asked(), 1.5 * load.at(settings.judgedFrom()))
            : plannedMillis;
    this.fleet =
        new SizedFleet(core.fleet(), sizing.truth(), optimiser.sizeOf(start), sizing.resizeTime());
  }

  SizedAccount account() {
    return fleet.account();
  }

  @Override
  public void observe(LoadPoint point) {
    core.observe(point);
    upPlanner.observe(point.minute(), point.load());
    if (settledMinutes > 1 && point.load().isPresent()) {
      double all = point.load().getAsDouble();
      learner.observe(
          fleet.effectiveMillis(), all / Math.max(1, core.fleet().ready()), fleet.coresUsed(all));
    }
  }

  @Override
  public void play(Instant now, ForecastOutcome forecast, Instant next) {
    Shape before = shape();
    CapacityLaw law = learner.law();
    if (sizing.freedom() != Sizing.Freedom.REPLICAS) {
      upPlanner.fitDue(upTerms).ifPresent(fit -> upPlanner.adopt(fit.run()));
    }
    PlannedLoads loads =
        PlannedLoads.of(
            now,
            present(),
            forecast,
            new PlannedLoads.Horizon(
                sizing.resizeTime(), core.leadTime().duration(), interval, scaler.serviceLevel()),
            upPeak(),
            core.peak());
    int replicas = scale(now, forecast, law, loads);
    if (sizing.freedom() != Sizing.Freedom.REPLICAS) {
      resize(now, law, replicas, loads);
    }
    Shape after = shape();
    settledMinutes = before.equals(after) ? settledMinutes + 1 : 0;
    double violatedBefore = fleet.account().violationSeconds();
    while (core.fleet().now().isBefore(next)) {
      fleet.advance(load.at(core.fleet().now()), ClosedLoop.STEP);
    }
    player
        .listener()
        .accept(
            new ClosedLoop.SizedMinute(
                now,
                loads.present(),
                after,
                optimiser.sentence(before, after, law, loads.soon()),
                fleet.account().violationSeconds() - violatedBefore));
  }

  /** Decides on the replicas; gives those that the size is to be for. */
  private int scale(Instant now, ForecastOutcome forecast, CapacityLaw law, PlannedLoads loads) {
    return switch (sizing.freedom()) {
      case SIZE -> core.fleet().ready();
      case REPLICAS -> {
        double each = law.loadAt(sizing.prior().referenceMillis());
        apply(core.decide(now, forecast, scaler, known(each)));
        yield core.fleet().ready();
      }
      case BOTH -> {
        FleetOptimiser.Counted counted =
            fleetOptimiser.count(
                now,
                law,
                loads,
                scaler.bounds(),
                new FleetOptimiser.Standing(
                    core.fleet().asked(),
                    fleet.asked(),
                    fleet.effectiveMillis(),
                    core.leadTime().duration()),
                (bounds, each) ->
                    core.decide(now, forecast, scaler.within(bounds), Optional.of(each)));
        apply(counted.decided());
        yield Math.min(counted.target(), core.fleet().ready());
      }
    };
  }

  private void apply(Decided decided) {
    core.remember(decided);
    fleet.scale(decided.decision().desiredReplicas());
  }

  private static Optional<Capacity> known(double perReplica) {
    return Optional.of(new Capacity(perReplica, Capacity.Origin.LEARNED));
  }

  private void resize(Instant now, CapacityLaw law, int replicas, PlannedLoads loads) {
    Optional<SizeNeed> need =
        core.last()
            .flatMap(point -> point.load().isPresent() ? Optional.of(point) : Optional.empty())
            .map(_ -> fleetOptimiser.need(law, loads, scaler.bounds(), replicas));
    SizeDecider.Decided decided =
        sizes.decide(now, fleet.asked().cpuMillis(), need, sizing.bounds().cpu(), memory);
    memory = decided.memory();
    fleet.resize(optimiser.sizeOf(decided.outcome().desiredMillis()));
  }

  private Shape shape() {
    return new Shape(core.fleet().asked(), fleet.asked());
  }

  private double present() {
    return core.last().map(LoadPoint::load).orElse(OptionalDouble.empty()).orElse(0);
  }

  private Optional<Peak> upPeak() {
    return upPlanner.peak(sizing.resizeTime());
  }
}
