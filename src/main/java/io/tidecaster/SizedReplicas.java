package io.tidecaster;

import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Situation;
import io.tidecaster.decide.UtilizationLaw;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.optimise.FleetOptimiser;
import io.tidecaster.optimise.PlannedLoads;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.CapacityLearner;
import io.tidecaster.size.ContainerSize;
import io.tidecaster.size.MemoryLine;
import io.tidecaster.size.Optimiser;
import io.tidecaster.size.ResourcePrices;
import io.tidecaster.size.Shape;
import io.tidecaster.size.ShapeChoice;
import io.tidecaster.size.SizeBounds;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.Prices;
import io.tidecaster.workload.Vertical;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of one scaler and their size as one decision: puts what is known of them before the
 * {@link FleetOptimiser}, and learns how capacity depends on size. Under the lock of its line.
 */
final class SizedReplicas {

  private final Vertical vertical;
  private final Prices prices;
  private final Optional<CapacityLaw> learnedBefore;
  private @Nullable FleetOptimiser optimiser;
  private @Nullable CapacityLearner learner;
  private Sizes sizes = new Sizes(0, 0, OptionalLong.empty(), false, 0, 0);
  private Steady steady = new Steady(0, 0);

  /**
   * How large the containers are.
   *
   * @param largestMillis what the largest requests
   * @param smallestMillis what the smallest was given
   * @param memoryBytes what the largest requests; empty where it requests none
   * @param teaching whether all used what they needed at their size, so that one learns of it
   * @param besideMillis what the containers beside the one that is decided on request in a replica,
   *     likewise {@code besideBytes}
   */
  record Sizes(
      long largestMillis,
      long smallestMillis,
      OptionalLong memoryBytes,
      boolean teaching,
      long besideMillis,
      long besideBytes) {}

  /** A minute of which one learns: replicas that are all of one size. */
  private record Steady(int replicas, long millis) {}

  /**
   * What was decided on the replicas in one with their size.
   *
   * @param need the CPU that each of them then needs
   * @param bearing so many of them bear the load until then
   * @param from how they stood
   */
  record OneDecision(
      Decided decided,
      SizeNeed need,
      int bearing,
      Optimiser.Terms terms,
      CapacityLaw law,
      double load,
      Shape from) {

    /** The same with what has become of it for want of room. */
    OneDecision with(Decided other) {
      return new OneDecision(other, need, bearing, terms, law, load, from);
    }

    /** Which way that is, with the size that was decided on. */
    ShapeChoice choice(long desiredMillis) {
      Shape to =
          new Shape(
              decided.decision().desiredReplicas(),
              terms.memory().sizeOf(desiredMillis, terms.bounds()));
      return ShapeChoice.of(terms, law, load, from, to);
    }
  }

  /**
   * Those of a scaler that is configured like this.
   *
   * @param learnedBefore what was known of capacity and size before a restart
   */
  SizedReplicas(Vertical vertical, Prices prices, Optional<CapacityLaw> learnedBefore) {
    this.vertical = vertical;
    this.prices = prices;
    this.learnedBefore = learnedBefore;
  }

  boolean isOf(Vertical other) {
    return vertical.equals(other);
  }

  void see(Sizes seen) {
    sizes = seen;
  }

  /** What to plan for, of a present load. */
  @FunctionalInterface
  interface Planner {
    PlannedLoads plan(UtilizationLaw law, double present);
  }

  /** Empty while the load, the replicas or what one of a size bears is unknown. */
  Optional<OneDecision> decide(
      Situation situation,
      Optional<UtilizationLaw> use,
      Optional<LoadPoint> point,
      Planner planner,
      Decider decider) {
    OptionalDouble present = point.map(LoadPoint::load).orElse(OptionalDouble.empty());
    Optional<CapacityLaw> known = use.flatMap(this::lawAtThisSize);
    if (situation.fleet().isEmpty() || present.isEmpty() || known.isEmpty()) {
      return Optional.empty();
    }
    Fleet fleet = situation.fleet().get();
    CapacityLaw law = learned(known.get(), fleet, point.get());
    Bounds bounds = situation.scaler().bounds();
    FleetOptimiser fleetOptimiser = optimiser();
    PlannedLoads loads = planner.plan(use.orElseThrow(), present.getAsDouble());
    Optimiser.Terms terms = fleetOptimiser.terms().within(bounds);
    ContainerSize size = terms.memory().sizeOf(sizes.largestMillis(), terms.bounds());
    FleetOptimiser.Counted counted =
        fleetOptimiser.count(
            situation.now(),
            law,
            loads,
            bounds,
            new FleetOptimiser.Standing(
                fleet.specReplicas(),
                size,
                sizes.smallestMillis(),
                situation.leadTime().duration()),
            (within, each) -> decider.decideOnRecord(situation.within(within, each)));
    int bearing = Math.max(1, Math.min(counted.target(), fleet.readyReplicas()));
    return Optional.of(
        new OneDecision(
            counted.decided(),
            fleetOptimiser.need(law, loads, bounds, bearing),
            bearing,
            terms,
            law,
            loads.soon(),
            new Shape(fleet.specReplicas(), size)));
  }

  /** The utilization law, where replicas of this size bear anything. */
  private Optional<CapacityLaw> lawAtThisSize(UtilizationLaw use) {
    double usable = vertical.targetUse() * sizes.smallestMillis() / 1000;
    return usable <= use.idleCores()
        ? Optional.empty()
        : Optional.of(
            new CapacityLaw(
                sizes.smallestMillis(),
                (usable - use.idleCores()) / use.cpuSecondsPerRequest(),
                vertical.targetUse(),
                use.idleCores(),
                learnedBefore.map(CapacityLaw::exponent).orElse(CapacityLaw.PRIOR_EXPONENT)));
  }

  /** With how capacity grows with size, as far as that was seen. */
  private CapacityLaw learned(CapacityLaw law, Fleet fleet, LoadPoint point) {
    CapacityLearner known = learner == null ? new CapacityLearner(law) : learner;
    learner = known;
    Steady now =
        new Steady(
            sizes.smallestMillis() == sizes.largestMillis() ? fleet.readyReplicas() : 0,
            sizes.smallestMillis());
    if (now.replicas() > 0
        && now.equals(steady)
        && sizes.teaching()
        && point.cpuCores().isPresent()) {
      known.observe(
          now.millis(),
          point.load().orElse(0) / now.replicas(),
          point.cpuCores().getAsDouble() / now.replicas());
    }
    steady = now;
    return law.with(law.idleCores(), known.law().exponent());
  }

  /** Memory and the containers beside are paid for as they are: they are sized by themselves. */
  private FleetOptimiser optimiser() {
    FleetOptimiser.Terms terms =
        new FleetOptimiser.Terms(
            new SizeBounds(
                new ContainerSize(vertical.leastMillis(), 1),
                new ContainerSize(vertical.mostMillis(), Long.MAX_VALUE)),
            new MemoryLine(sizes.memoryBytes().orElse(1), 0),
            new ResourcePrices(prices.vcpuHour(), prices.gibHour())
                .beside(sizes.besideMillis(), sizes.besideBytes()));
    FleetOptimiser known = optimiser == null ? new FleetOptimiser(terms) : optimiser.under(terms);
    optimiser = known;
    return known;
  }
}
