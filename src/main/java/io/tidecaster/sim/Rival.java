package io.tidecaster.sim;

import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.ShadowFleet;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Another way to scale the same load, played on a fleet of its own: an HPA, KEDA, as many as the
 * peak needs, or an oracle.
 */
public final class Rival {

  /** In per cent; no one target suits all loads, so a fair comparison picks it in hindsight. */
  private static final int LEAST_TARGET = 10;

  private static final int LARGEST_TARGET = 95;
  private static final int TARGET_STEP = 5;
  private static final int STEPS_A_MINUTE = 4;
  private static final int[] FLOORED_TARGETS = {50, 70};
  private static final int PHPA_HISTORY = 6;

  /** AWS predictive scaling's {@code SchedulingBufferTime}. */
  private static final Duration AWS_BUFFER = Duration.ofMinutes(5);

  private final String name;
  private final SimulatedFleet.Account account;
  private final int[] asked;
  private final int[] ready;

  private Rival(String name, SimulatedFleet.Account account, int[] asked, int[] ready) {
    this.name = name;
    this.account = account;
    this.asked = asked;
    this.ready = ready;
  }

  /** {@code hpa-50%}. */
  public String name() {
    return name;
  }

  public SimulatedFleet.Account account() {
    return account;
  }

  /** Replicas asked for at the start of this minute, counted from 0; the last holds on. */
  public int asked(int minute) {
    return asked[Math.min(minute, asked.length - 1)];
  }

  /** Replicas that bore load then. */
  public int ready(int minute) {
    return ready[Math.min(minute, ready.length - 1)];
  }

  /** What they are played on. */
  private static final class Course {
    final SimulatedFleet.Settings fleet;
    final Bounds bounds;
    final Instant from;
    final double[] loads;

    Course(SimulatedFleet.Settings fleet, Bounds bounds, Instant from, double[] loads) {
      this.fleet = fleet;
      this.bounds = bounds;
      this.from = from;
      this.loads = loads;
    }

    int initial() {
      return Math.max(1, (int) Math.ceil(loads[0] / borne()));
    }

    /** The load that one replica bears before its users feel it. */
    double borne() {
      return fleet.capacity() * fleet.violationUse();
    }

    /** The mean of the load over a window that ended one step ago: what a scraper has seen. */
    double seen(int step, int window) {
      int to = Math.max(1, step - 1);
      int from = Math.max(0, to - window);
      double sum = 0;
      for (int i = from; i < to; i++) {
        sum += loads[i];
      }
      return sum / (to - from);
    }
  }

  /** All of them, from {@code from} to the end of the load. */
  public static List<Rival> playAll(
      TraceLoad load, SimulatedFleet.Settings fleet, Bounds bounds, Instant from) {
    int steps = Math.toIntExact(Duration.between(from, load.end()).dividedBy(ClosedLoop.STEP));
    double[] loads = new double[steps];
    Arrays.setAll(loads, step -> load.at(from.plus(ClosedLoop.STEP.multipliedBy(step))));
    Course course = new Course(fleet, bounds, from, loads);
    List<Rival> rivals = new ArrayList<>();
    rivals.add(oracle(course));
    for (ShadowFleet.Metric metric : ShadowFleet.Metric.values()) {
      String rule = metric == ShadowFleet.Metric.POD ? "hpa" : "keda";
      for (int target = LEAST_TARGET; target <= LARGEST_TARGET; target += TARGET_STEP) {
        rivals.add(reactive(rule + "-" + target + "%", course, metric, target / 100.0));
      }
    }
    UsualDay usual = new UsualDay(load, from);
    for (int target : FLOORED_TARGETS) {
      double bears = fleet.capacity() * target / 100;
      Floor schedule = (now, _) -> replicas(usual.medianPeak(now), bears);
      rivals.add(floored("schedule-" + target + "%", course, target / 100.0, schedule));
      Floor predictive =
          (now, _) ->
              Math.max(
                  replicas(usual.mean(now), bears),
                  replicas(usual.mean(now.plus(AWS_BUFFER)), bears));
      rivals.add(floored("aws-predictive-" + target + "%", course, target / 100.0, predictive));
      rivals.add(phpa("phpa-linear-" + target + "%", course, target / 100.0));
    }
    rivals.add(staticPeak(course));
    return rivals;
  }

  private static int replicas(double load, double bears) {
    return (int) Math.ceil(load / bears - 1e-9);
  }

  /** The least that an operator or a forecast asks for at a time, as the fleet then stands. */
  private interface Floor {
    int at(Instant now, ShadowFleet fleet);
  }

  /**
   * HPA v2 with its defaults, every 15 s: on the use of the ready pods, which is at most full, or
   * on the load itself as KEDA gives it.
   */
  private static Rival reactive(
      String name, Course course, ShadowFleet.Metric metric, double target) {
    return looking(
        name,
        course,
        metric,
        target,
        (shadow, now, seen, capacity) -> shadow.step(now, seen, capacity, course.fleet.startup()));
  }

  /**
   * An HPA whose {@code minReplicas} something moves: a schedule that its operator wrote after a
   * look at the week before, or an hourly forecast, as AWS predictive scaling does beside target
   * tracking.
   */
  private static Rival floored(String name, Course course, double target, Floor floor) {
    return looking(
        name,
        course,
        ShadowFleet.Metric.POD,
        target,
        (shadow, now, seen, capacity) -> {
          int least = course.bounds.clamp(floor.at(now, shadow));
          return shadow
              .within(new Bounds(least, course.bounds.maxReplicas()))
              .step(now, seen, capacity, course.fleet.startup());
        });
  }

  /**
   * The Predictive Horizontal Pod Autoscaler's linear model with its default history of 6: the
   * straight line through the last recommendations, looked up one start-up time ahead; the larger
   * of it and the HPA's own counts.
   */
  private static Rival phpa(String name, Course course, double target) {
    double ahead = (double) course.fleet.startup().toMillis() / ClosedLoop.STEP.toMillis();
    return looking(
        name,
        course,
        ShadowFleet.Metric.POD,
        target,
        (shadow, now, seen, capacity) -> {
          ShadowFleet own = shadow.step(now, seen, capacity, course.fleet.startup());
          int line = (int) Math.ceil(extrapolate(own.lastRecommendations(PHPA_HISTORY), ahead));
          return shadow.step(now, seen, capacity, course.fleet.startup(), line);
        });
  }

  /** The least-squares line through equally spaced values, so many steps after the last. */
  static double extrapolate(int[] values, double steps) {
    int n = values.length;
    double middle = (n - 1) / 2.0;
    double mean = Arrays.stream(values).average().orElse(0);
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < n; i++) {
      covariance += (i - middle) * (values[i] - mean);
      variance += (i - middle) * (i - middle);
    }
    double slope = variance > 0 ? covariance / variance : 0;
    return mean + slope * (middle + steps);
  }

  /** What one look of an HPA makes of its fleet. */
  private interface Look {
    ShadowFleet at(
        ShadowFleet fleet, Instant now, OptionalDouble seen, Optional<Capacity> capacity);
  }

  private static Rival looking(
      String name, Course course, ShadowFleet.Metric metric, double target, Look look) {
    boolean pods = metric == ShadowFleet.Metric.POD;
    ShadowFleet.Rule rule =
        new ShadowFleet.Rule(
            metric, course.bounds, Behavior.DEFAULT, pods ? 1 / target : Double.POSITIVE_INFINITY);
    int window = pods ? 2 : 4;
    Optional<Capacity> capacity =
        Optional.of(new Capacity(course.fleet.capacity() * target, Capacity.Origin.STATED));
    ShadowFleet shadow = ShadowFleet.of(rule, course.initial());
    Tally tally = new Tally(course, shadow.desired());
    Instant now = course.from;
    for (int step = 0; step < course.loads.length; step++) {
      shadow = look.at(shadow, now, OptionalDouble.of(course.seen(step, window)), capacity);
      tally.step(shadow.desired());
      now = now.plus(ClosedLoop.STEP);
    }
    return tally.rival(name);
  }

  private static Rival staticPeak(Course course) {
    double peak = Arrays.stream(course.loads).max().orElse(0);
    int replicas = course.bounds.clamp((int) Math.ceil(peak / course.borne()));
    Tally tally = new Tally(course, replicas);
    for (int step = 0; step < course.loads.length; step++) {
      tally.step(replicas);
    }
    return tally.rival("static-peak");
  }

  /** The least replicas that never violate: each is started just in time, and let go at once. */
  private static Rival oracle(Course course) {
    int[] need = new int[course.loads.length];
    Arrays.setAll(
        need,
        step -> course.bounds.clamp((int) Math.ceil(course.loads[step] / course.borne() - 1e-9)));
    int lead = Math.toIntExact(course.fleet.startup().dividedBy(ClosedLoop.STEP));
    Tally tally = new Tally(course, Math.max(need[0], course.initial()));
    for (int step = 0; step < need.length; step++) {
      int most = 0;
      for (int ahead = step; ahead <= Math.min(step + lead, need.length - 1); ahead++) {
        most = Math.max(most, need[ahead]);
      }
      tally.step(most);
    }
    return tally.rival("oracle");
  }

  /** A fleet that is told at each step how many it is to have. */
  private static final class Tally {
    private final Course course;
    private final SimulatedFleet fleet;
    private final int[] asked;
    private final int[] ready;
    private int steps;

    Tally(Course course, int replicas) {
      this.course = course;
      this.fleet = new SimulatedFleet(course.fleet, replicas, course.from);
      int minutes = Math.ceilDiv(course.loads.length, STEPS_A_MINUTE);
      this.asked = new int[minutes];
      this.ready = new int[minutes];
    }

    void step(int desired) {
      fleet.scale(desired);
      if (steps % STEPS_A_MINUTE == 0) {
        asked[steps / STEPS_A_MINUTE] = fleet.asked();
        ready[steps / STEPS_A_MINUTE] = fleet.ready();
      }
      fleet.advance(course.loads[steps], ClosedLoop.STEP);
      steps++;
    }

    Rival rival(String name) {
      return new Rival(name, fleet.account(), asked, ready);
    }
  }
}
