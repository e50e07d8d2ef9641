package io.tidecaster.sim;

import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Decided;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.optimise.FleetOptimiser;
import io.tidecaster.optimise.PlannedLoads;
import io.tidecaster.optimise.ResizePlanner;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.CapacityLearner;
import io.tidecaster.size.Optimiser;
import io.tidecaster.size.Shape;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeMemory;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.Scaler;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/** The stages behind the forecast for a player whose replicas have a size, and its fleet. */
final class SizedCore implements ClosedLoop.Stage {

  private final ClosedLoop.SizedPlayer player;
  private final Sizing sizing;
  private final Scaler scaler;
  private final TraceLoad load;
  private final ClosedLoop.Core core;
  private final SizedFleet fleet;
  private final ResizePlanner planner;
  private final FleetOptimiser fleetOptimiser;
  private final Optimiser optimiser;
  private final CapacityLearner learner;
  private final SizeDecider sizes = new SizeDecider(SizeDecider.Settings.DEFAULT);
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
    Bounds bounds = scaler.bounds();
    this.fleetOptimiser = new FleetOptimiser(sizing.terms());
    this.optimiser = sizing.terms().optimiser(bounds);
    this.learner = new CapacityLearner(sizing.prior());
    ResizePlanner.Settings resizes =
        new ResizePlanner.Settings(
            sizing.resizeTime(), settings.decider().interval(), scaler.serviceLevel());
    this.planner =
        new ResizePlanner(planners.of(ResizePlanner.terms(resizes, largestEach())), resizes);
    long start =
        sizing.freedom() == Sizing.Freedom.SIZE
            ? optimiser.millisFor(
                sizing.prior(), core.fleet().asked(), 1.5 * load.at(settings.judgedFrom()))
            : sizing.prior().referenceMillis();
    this.fleet =
        new SizedFleet(core.fleet(), sizing.truth(), optimiser.sizeOf(start), sizing.resizeTime());
  }

  SizedAccount account() {
    return fleet.account();
  }

  @Override
  public void observe(LoadPoint point) {
    core.observe(point);
    planner.observe(point.minute(), point.load());
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
      planner.fitDue(largestEach()).ifPresent(fit -> planner.adopt(fit.run()));
    }
    PlannedLoads loads =
        planner.plan(now, present(), forecast, core.leadTime().duration(), core.peak());
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

  /** As far as is known before anything was seen. */
  private double largestEach() {
    return sizing.prior().loadAt(sizing.bounds().most().cpuMillis());
  }
}
