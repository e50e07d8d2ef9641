package io.tidecaster.sim;

import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Headroom;
import io.tidecaster.decide.Peak;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.decide.Plan;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.CapacityLearner;
import io.tidecaster.size.Optimiser;
import io.tidecaster.size.Patience;
import io.tidecaster.size.Shape;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeMemory;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** The stages behind the forecast for a player whose replicas have a size, and its fleet. */
final class SizedCore implements ClosedLoop.Stage {

  /** The size follows the load in shares of what a replica bears. */
  private static final double QUANTUM = 0.1;

  private static final Bounds QUANTA = new Bounds(1, 1_000_000);

  /** Ahead of now a load is looked at every so many minutes. */
  private static final int STRIDE_MINUTES = 5;

  private static final double AHEAD_LEVEL = 0.9;

  /** Room to grow is let go when none was planned for this long. */
  private static final Duration ROOM_WINDOW = Duration.ofMinutes(15);

  private static final Duration MOST_PATIENCE = Duration.ofHours(2);

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
  private final Optimiser optimiser;
  private final CapacityLearner learner;
  private final SizeDecider sizes = new SizeDecider(SizeDecider.Settings.DEFAULT);
  private final Patience patience = new Patience(MOST_PATIENCE);
  private final Duration interval;
  private final Deque<Wanted> wanted = new ArrayDeque<>();
  private SizeMemory memory = SizeMemory.EMPTY;
  private long plannedMillis;
  private int settledMinutes;

  private record Wanted(Instant at, double load) {}

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
    this.optimiser = sizing.optimiser(bounds.minReplicas(), bounds.maxReplicas());
    this.learner = new CapacityLearner(sizing.prior());
    this.plannedMillis = sizing.prior().referenceMillis();
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
    double present = present();
    double soon = Math.max(present, ahead(forecast, now, sizing.resizeTime(), upPeak()));
    double later = Math.max(present, ahead(forecast, now, core.leadTime().duration(), core.peak()));
    int replicas = scale(now, forecast, law, soon, later);
    if (sizing.freedom() != Sizing.Freedom.REPLICAS) {
      resize(now, law, replicas, present, soon);
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
                present,
                after,
                optimiser.sentence(before, after, law, soon),
                fleet.account().violationSeconds() - violatedBefore));
  }

  /** Decides on the replicas; gives those that the size is to be for. */
  private int scale(
      Instant now, ForecastOutcome forecast, CapacityLaw law, double soon, double later) {
    if (sizing.freedom() == Sizing.Freedom.SIZE) {
      return core.fleet().ready();
    }
    if (sizing.freedom() == Sizing.Freedom.REPLICAS) {
      double each = law.loadAt(sizing.prior().referenceMillis());
      Decided decided = core.decide(now, forecast, scaler, known(each));
      core.remember(decided);
      fleet.scale(decided.decision().desiredReplicas());
      return core.fleet().ready();
    }
    plannedMillis = optimiser.plan(law, plannedMillis, path(forecast, later));
    int room = optimiser.replicasToGrow(law, largestOfLate(now, later));
    Optional<Capacity> capacity = known(law.loadAt(plannedMillis));
    int wanted = core.decide(now, forecast, least(room), capacity).decision().desiredReplicas();
    patience.wish(now, wanted);
    int asked = core.fleet().asked();
    int target =
        Math.max(
            room,
            patience.replicas(
                now,
                asked,
                wait(law, asked, asked + 1, later),
                wait(law, asked, asked - 1, later)));
    int borne = optimiser.replicasAt(law, fleet.effectiveMillis(), soon);
    int kept = Math.max(target, Math.min(asked, borne));
    Decided decided = core.decide(now, forecast, exactly(kept), capacity);
    core.remember(decided);
    fleet.scale(decided.decision().desiredReplicas());
    return Math.min(target, core.fleet().ready());
  }

  /** How long {@code other} replicas must be wanted instead of those there are. */
  private Duration wait(CapacityLaw law, int present, int other, double load) {
    if (other < 1) {
      return MOST_PATIENCE;
    }
    double hour = sizing.prices().ofHour(fleet.asked());
    double saved = hourOf(law, present, load) - hourOf(law, other, load);
    return patience.until(core.leadTime().duration(), hour, saved);
  }

  private double hourOf(CapacityLaw law, int replicas, double load) {
    return new Shape(replicas, optimiser.sizeOf(optimiser.millisFor(law, replicas, load)))
        .hourPrice(sizing.prices());
  }

  private Scaler exactly(int replicas) {
    int within = scaler.bounds().clamp(replicas);
    return scaler.within(new Bounds(within, within));
  }

  private Scaler least(int replicas) {
    Bounds bounds = scaler.bounds();
    return scaler.within(new Bounds(bounds.clamp(replicas), bounds.maxReplicas()));
  }

  private static Optional<Capacity> known(double perReplica) {
    return Optional.of(new Capacity(perReplica, Capacity.Origin.LEARNED));
  }

  private void resize(Instant now, CapacityLaw law, int replicas, double present, double soon) {
    Optional<SizeNeed> need =
        core.last()
            .flatMap(point -> point.load().isPresent() ? Optional.of(point) : Optional.empty())
            .map(_ ->
                new SizeNeed(
                    optimiser.millisFor(law, replicas, present),
                    optimiser.millisFor(law, replicas, soon)));
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

  /** The largest load until what is asked for now bears load and the next decision is made. */
  private double ahead(ForecastOutcome forecast, Instant now, Duration lead, Optional<Peak> peak) {
    Duration window = lead.plus(interval);
    return switch (forecast) {
      case NotReady _ -> peak.map(Peak::load).orElse(0.0);
      case Forecast ready ->
          Plan.ahead(
                  ready,
                  now,
                  window,
                  scaler.serviceLevel(),
                  peak,
                  Headroom.stated(scaler.serviceLevel()))
              .load();
    };
  }

  /** The loads of the next hour, what is planned for first. */
  private static double[] path(ForecastOutcome forecast, double later) {
    return switch (forecast) {
      case NotReady _ -> new double[] {later};
      case Forecast ready -> {
        int steps = (int) Math.max(1, STRIDE_MINUTES * 60L / ready.step().toSeconds());
        yield IntStream.concat(IntStream.of(0), IntStream.rangeClosed(1, ready.horizon() / steps))
            .mapToDouble(i -> i == 0 ? later : ready.quantile(AHEAD_LEVEL, i * steps))
            .toArray();
      }
    };
  }

  private double largestOfLate(Instant now, double later) {
    wanted.addLast(new Wanted(now, later));
    while (!wanted.getFirst().at().isAfter(now.minus(ROOM_WINDOW))) {
      wanted.removeFirst();
    }
    return wanted.stream().mapToDouble(Wanted::load).max().orElse(later);
  }
}
