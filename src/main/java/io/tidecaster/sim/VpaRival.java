package io.tidecaster.sim;

import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.ContainerSize;
import io.tidecaster.size.VpaRule;
import java.time.Duration;
import java.time.Instant;

/**
 * One container sized by the rule of the Vertical Pod Autoscaler's recommender: a sample a minute,
 * and its target applied in place each minute, which is sooner than its updater does.
 */
public final class VpaRival {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private VpaRival() {}

  /**
   * What it reserved and risked from {@code from} to the end of the load.
   *
   * @param use CPU that the container uses, in cores
   */
  public static SizedAccount play(TraceLoad use, Instant from, VpaRule rule, Sizing sizing) {
    Instant minute = use.start();
    for (; minute.plus(MINUTE).isBefore(from); minute = minute.plus(MINUTE)) {
      observe(use, minute, rule);
    }
    CapacityLaw truth = sizing.truth();
    SimulatedFleet one =
        new SimulatedFleet(
            new SimulatedFleet.Settings(
                truth.loadAtReference(), 1, Duration.ZERO, SimulatedFleet.Cpu.NONE),
            1,
            from);
    SizedFleet fleet = new SizedFleet(one, truth, target(rule, sizing), sizing.resizeTime());
    while (one.now().plus(ClosedLoop.STEP).isBefore(use.end())) {
      while (!minute.plus(MINUTE).isAfter(one.now())) {
        observe(use, minute, rule);
        minute = minute.plus(MINUTE);
        fleet.resize(target(rule, sizing));
      }
      fleet.advance(use.at(one.now()), ClosedLoop.STEP);
    }
    return fleet.account();
  }

  private static ContainerSize target(VpaRule rule, Sizing sizing) {
    return sizing.memory().sizeOf(rule.targetMillis(), sizing.bounds());
  }

  /** A minute that the trace leaves out is no sample. */
  private static void observe(TraceLoad use, Instant minute, VpaRule rule) {
    if (use.isKnown(minute)) {
      rule.observe(minute, use.at(minute));
    }
  }
}
