package io.tidecaster.decide;

import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** A fleet on paper to which a known past arrives again, and which decides once a minute. */
final class Rehearsal {
  private static final int DAY = 24 * 60;

  private final Behavior behavior;
  private final double perReplica;
  private final Duration windowOfRules;
  private final int[] askedBefore;
  private DecisionMemory memory = DecisionMemory.EMPTY;
  private int minutes;
  private int asked;
  private int scalings;
  private double replicaMinutes;
  private double requests;
  private double inViolation;
  private double inViolationToday;
  private double squaresOfDays;
  private int days;

  /**
   * Begins with {@code replicas} ready ones.
   *
   * @param perReplica load that one replica bears
   * @param leadTime from asking for a replica until it bears load
   */
  Rehearsal(Behavior behavior, double perReplica, Duration leadTime, int replicas) {
    this.behavior = behavior;
    this.perReplica = perReplica;
    this.windowOfRules = BehaviorRules.longestWindow(behavior);
    this.asked = replicas;
    this.askedBefore = new int[(int) Math.max(1, Math.ceilDiv(leadTime.toSeconds(), 60L) + 1)];
    Arrays.fill(askedBefore, asked);
  }

  /** How many replicas are asked for. */
  int asked() {
    return asked;
  }

  /**
   * Lets a minute's load arrive. Replicas that were there all through the lead time bear it.
   *
   * @param next the load of the minute after, as between the two it moves in a line
   */
  void bear(double load, double next) {
    askedBefore[minutes % askedBefore.length] = asked;
    minutes++;
    int ready = asked;
    for (int before : askedBefore) {
      ready = Math.min(ready, before);
    }
    double borne = ready * perReplica * (1 + 1e-9);
    double share = (load > borne ? 0.5 : 0) + ((load + next) / 2 > borne ? 0.5 : 0);
    requests += load;
    inViolation += load * share;
    inViolationToday += load * share;
    if (minutes % DAY == 0) {
      squaresOfDays += inViolationToday * inViolationToday;
      inViolationToday = 0;
      days++;
    }
    replicaMinutes += asked;
  }

  /** Takes a recommendation through stabilization, policies and bounds. */
  void follow(Instant now, Bounds bounds, int recommended) {
    DecisionMemory started = memory.startedAt(now, asked);
    int stable = BehaviorRules.stabilize(behavior, started, now, asked, recommended);
    int limited = BehaviorRules.limit(behavior, started, now, asked, stable);
    int desired = bounds.clamp(limited);
    memory =
        started.plus(
            new DecisionMemory.Recommendation(now, recommended),
            new DecisionMemory.Change(now, asked, desired),
            windowOfRules);
    if (desired != asked) {
      scalings++;
    }
    asked = desired;
  }

  int scalings() {
    return scalings;
  }

  double replicaHours() {
    return replicaMinutes / 60;
  }

  double violationShare() {
    return requests > 0 ? inViolation / requests : 0;
  }

  /** The standard error of that share, from how much the days differ; 0 with less than two. */
  double violationError() {
    if (days < 2 || requests <= 0) {
      return 0;
    }
    double ofDays = inViolation - inViolationToday;
    double variance = Math.max(0, squaresOfDays - ofDays * ofDays / days) / (days - 1);
    return Math.sqrt(days * variance) / requests;
  }
}
