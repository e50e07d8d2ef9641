package io.tidecaster.decide;

import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A fleet that exists on paper only, scaled by HPA v2's rule on the load of the real one: what an
 * HPA would have had. A value; {@link #step} gives the next.
 *
 * @param ready replicas that bear load
 * @param starting those that do not yet, oldest first
 */
public record ShadowFleet(Rule rule, int ready, List<Starting> starting, DecisionMemory memory) {

  /** So many replicas become ready at this time. */
  public record Starting(Instant readyAt, int replicas) {}

  /** Which of the HPA's metrics it is given. */
  public enum Metric {
    /** Use a pod, as CPU: what is not ready yet is not seen in it. */
    POD,
    /** The load of the whole workload, as KEDA gives it. */
    TOTAL
  }

  /**
   * How it scales.
   *
   * @param podLimit the most use a pod can show, where it bears 1 under the target; infinite where
   *     the metric does not saturate
   */
  public record Rule(Metric metric, Bounds bounds, Behavior behavior, double podLimit) {
    public Rule {
      if (!(podLimit > 0)) {
        throw new IllegalArgumentException("podLimit %s must be above 0".formatted(podLimit));
      }
    }
  }

  public ShadowFleet {
    starting = List.copyOf(starting);
  }

  /** A shadow of this scaler's workload that begins with {@code replicas} ready ones. */
  public static ShadowFleet of(Scaler scaler, int replicas) {
    return of(ruleOf(scaler), replicas);
  }

  private static Rule ruleOf(Scaler scaler) {
    Metric metric =
        switch (scaler.hpaObjective()) {
          case Objective.TargetUtilization utilization -> Metric.POD;
          case Objective.RequestsPerReplica requests -> Metric.TOTAL;
          case Objective.Latency latency -> Metric.TOTAL;
        };
    return new Rule(metric, scaler.bounds(), scaler.behavior(), Double.POSITIVE_INFINITY);
  }

  /** A shadow of this rule that begins with {@code replicas} ready ones. */
  public static ShadowFleet of(Rule rule, int replicas) {
    return new ShadowFleet(rule, rule.bounds().clamp(replicas), List.of(), DecisionMemory.EMPTY);
  }

  /**
   * The shadow as it stood after these decisions, oldest first: what was asked for within the lead
   * time of the last is starting still. With none, it begins with {@code replicas}.
   */
  public static ShadowFleet replay(Scaler scaler, List<Decision> decisions, int replicas) {
    if (decisions.isEmpty()) {
      return of(scaler, replicas);
    }
    ShadowFleet shadow =
        new ShadowFleet(
            ruleOf(scaler),
            decisions.getFirst().hpa().readyReplicas(),
            List.of(),
            DecisionMemory.EMPTY);
    for (Decision decision : decisions) {
      int desired = decision.hpa().desiredReplicas();
      shadow = shadow.follow(desired, decision.at(), decision.leadTime());
    }
    return shadow;
  }

  /** Replicas asked for: those that bear load, and those that start. */
  public int desired() {
    int replicas = ready;
    for (Starting batch : starting) {
      replicas += batch.replicas();
    }
    return replicas;
  }

  /** The same fleet with other bounds, as a schedule moves {@code minReplicas}. */
  public ShadowFleet within(Bounds bounds) {
    return bounds.equals(rule.bounds())
        ? this
        : new ShadowFleet(
            new Rule(rule.metric(), bounds, rule.behavior(), rule.podLimit()),
            ready,
            starting,
            memory);
  }

  /** This fleet after one look of the HPA at a load; an unknown load changes nothing. */
  public ShadowFleet step(
      Instant now, OptionalDouble load, Optional<Capacity> capacity, Duration leadTime) {
    return step(now, load, capacity, leadTime, 0);
  }

  /**
   * The same where another metric recommends {@code other}: the larger of the two recommendations
   * goes on to stabilization and policies.
   */
  public ShadowFleet step(
      Instant now, OptionalDouble load, Optional<Capacity> capacity, Duration leadTime, int other) {
    ShadowFleet arrived = arrivedAt(now);
    if (load.isEmpty() || capacity.isEmpty()) {
      return arrived;
    }
    int current = arrived.desired();
    int byLoad = recommend(arrived, current, load.getAsDouble(), capacity.get().perReplica());
    int recommended = Math.max(byLoad, other);
    DecisionMemory remembered = arrived.memory.startedAt(now, current);
    Behavior behavior = rule.behavior();
    int stable = BehaviorRules.stabilize(behavior, remembered, now, current, recommended);
    int limited = BehaviorRules.limit(behavior, remembered, now, current, stable);
    return new ShadowFleet(rule, arrived.ready, arrived.starting, remembered)
        .scaledTo(rule.bounds().clamp(limited), recommended, now, leadTime);
  }

  /** This fleet asked for other replicas by somebody else's decision. */
  ShadowFleet follow(int replicas, Instant now, Duration leadTime) {
    return arrivedAt(now).scaledTo(replicas, replicas, now, leadTime);
  }

  /** The last recommendations before stabilization, at most {@code count}, oldest first. */
  public int[] lastRecommendations(int count) {
    List<DecisionMemory.Recommendation> all = memory.recommendations();
    return all.subList(Math.max(0, all.size() - count), all.size()).stream()
        .mapToInt(DecisionMemory.Recommendation::replicas)
        .toArray();
  }

  public Decision.Shadow shadow() {
    return new Decision.Shadow(desired(), ready);
  }

  private int recommend(ShadowFleet arrived, int current, double load, double perReplica) {
    double tolerance = HpaRule.TOLERANCE;
    return switch (rule.metric()) {
      case TOTAL -> HpaRule.forTotal(current, load, perReplica, tolerance);
      case POD -> {
        int ready = Math.max(1, arrived.ready);
        double use = Math.min(rule.podLimit(), load / (ready * perReplica));
        yield HpaRule.forPodMetric(
            current, new HpaRule.Reading(ready, current - arrived.ready, 0, use, 1), tolerance);
      }
    };
  }

  /** The same at this time: what has become ready until then bears load. */
  ShadowFleet arrivedAt(Instant now) {
    if (starting.isEmpty() || starting.getFirst().readyAt().isAfter(now)) {
      return this;
    }
    int arrived = ready;
    List<Starting> waiting = new ArrayList<>();
    for (Starting batch : starting) {
      if (batch.readyAt().isAfter(now)) {
        waiting.add(batch);
      } else {
        arrived += batch.replicas();
      }
    }
    return new ShadowFleet(rule, arrived, waiting, memory);
  }

  /** New replicas start; of those to go the youngest go first, as a ReplicaSet removes them. */
  private ShadowFleet scaledTo(int wanted, int recommended, Instant now, Duration leadTime) {
    int current = desired();
    DecisionMemory next =
        memory.plus(
            new DecisionMemory.Recommendation(now, recommended),
            new DecisionMemory.Change(now, current, wanted),
            BehaviorRules.longestWindow(rule.behavior()));
    if (wanted == current) {
      return new ShadowFleet(rule, ready, starting, next);
    }
    List<Starting> batches = new ArrayList<>(starting);
    int bearing = ready;
    if (wanted > current) {
      batches.add(new Starting(now.plus(leadTime), wanted - current));
    } else {
      int surplus = current - wanted;
      while (surplus > 0 && !batches.isEmpty()) {
        Starting youngest = batches.removeLast();
        int cut = Math.min(surplus, youngest.replicas());
        surplus -= cut;
        if (youngest.replicas() > cut) {
          batches.add(new Starting(youngest.readyAt(), youngest.replicas() - cut));
        }
      }
      bearing -= surplus;
    }
    return new ShadowFleet(rule, bearing, batches, next).arrivedAt(now);
  }
}
