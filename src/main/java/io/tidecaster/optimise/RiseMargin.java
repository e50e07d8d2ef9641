package io.tidecaster.optimise;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What is put on the load that is planned for until a resize has taken effect, so that no more of
 * what comes exceeds it than is allowed: each minute that exceeds its plan raises the factor, each
 * other lowers it by as much less as exceeding is to be rarer. What a forecast learned of other
 * days so holds on a day that is unlike them (adaptive conformal inference, Gibbs and Candès 2021).
 * Not thread-safe.
 */
final class RiseMargin {

  /** How far one minute moves the factor. */
  private static final double STEP = 0.005;

  private static final double MOST = 1.3;

  private final double allowed;
  private final Duration window;
  private final Deque<Plan> plans = new ArrayDeque<>();
  private double factor = 1;

  /** A load that was planned for, and the largest that came. */
  private static final class Plan {
    final Instant madeAt;
    final double load;
    double largest = Double.NaN;

    Plan(Instant madeAt, double load) {
      this.madeAt = madeAt;
      this.load = load;
    }
  }

  /**
   * One that plans are exceeded by no more than allowed.
   *
   * @param serviceLevel the share of plans that are to hold, 0.95 for all but one in twenty
   * @param window what a plan is for; a load is known at the end of its minute
   */
  RiseMargin(double serviceLevel, Duration window) {
    if (!(serviceLevel > 0 && serviceLevel < 1)) {
      throw new IllegalArgumentException(
          "serviceLevel %s must lie between 0 and 1".formatted(serviceLevel));
    }
    this.allowed = 1 - serviceLevel;
    this.window = Duration.ofMinutes(Math.ceilDiv(window.toMillis(), 60_000));
  }

  /** Takes in the mean load of the minute that ends at this time. */
  void observe(Instant end, double load) {
    for (Plan plan : plans) {
      if (plan.madeAt.isBefore(end) && !plan.madeAt.plus(window).isBefore(end)) {
        plan.largest = Double.isNaN(plan.largest) ? load : Math.max(plan.largest, load);
      }
    }
    while (!plans.isEmpty() && !plans.getFirst().madeAt.plus(window).isAfter(end)) {
      learn(plans.removeFirst());
    }
  }

  private void learn(Plan plan) {
    if (!Double.isNaN(plan.largest)) {
      double exceeded = plan.largest > plan.load ? 1 : 0;
      factor = Math.clamp(factor + STEP * (exceeded - allowed), 1, MOST);
    }
  }

  /** The loads with the margin, which what comes is held against. */
  PlannedLoads on(Instant now, PlannedLoads loads) {
    PlannedLoads raised = loads.soon(loads.soon() * factor);
    plans.addLast(new Plan(now, raised.soon()));
    return raised;
  }

  /** What the load is multiplied with, from 1 to 1.3. */
  double factor() {
    return factor;
  }
}
