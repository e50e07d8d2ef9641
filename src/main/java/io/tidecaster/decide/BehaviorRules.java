package io.tidecaster.decide;

import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Behavior.Policy;
import io.tidecaster.workload.Behavior.Rules;
import io.tidecaster.workload.Behavior.SelectPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * HPA v2's {@code behavior}: stabilization over recent recommendations, and policies over recent
 * changes. As {@code stabilizeRecommendationWithBehaviors} and {@code
 * convertDesiredReplicasWithBehaviorRate} in kubernetes/pkg/controller/podautoscaler/horizontal.go.
 */
final class BehaviorRules {
  private BehaviorRules() {}

  /**
   * The least recommendation of the up window where that is above {@code current}, the largest of
   * the down window where that is below, else {@code current}.
   */
  static int stabilize(
      Behavior behavior, DecisionMemory memory, Instant now, int current, int recommended) {
    Instant upCutoff = now.minus(behavior.scaleUp().stabilizationWindow());
    Instant downCutoff = now.minus(behavior.scaleDown().stabilizationWindow());
    int up = recommended;
    int down = recommended;
    for (DecisionMemory.Recommendation earlier : memory.recommendations()) {
      if (earlier.at().isAfter(upCutoff)) {
        up = Math.min(up, earlier.replicas());
      }
      if (earlier.at().isAfter(downCutoff)) {
        down = Math.max(down, earlier.replicas());
      }
    }
    if (current < up) {
      return up;
    }
    return Math.min(current, down);
  }

  /** {@code wanted} as far as the policies let it go from {@code current}. */
  static int limit(Behavior behavior, DecisionMemory memory, Instant now, int current, int wanted) {
    if (wanted > current) {
      return Math.min(
          wanted, Math.max(current, upperLimit(behavior.scaleUp(), memory, now, current)));
    }
    if (wanted < current) {
      return Math.max(
          wanted, Math.min(current, lowerLimit(behavior.scaleDown(), memory, now, current)));
    }
    return current;
  }

  private static int upperLimit(Rules rules, DecisionMemory memory, Instant now, int current) {
    if (rules.select() == SelectPolicy.DISABLED) {
      return current;
    }
    boolean least = rules.select() == SelectPolicy.MIN;
    int limit = least ? Integer.MAX_VALUE : Integer.MIN_VALUE;
    for (Policy policy : rules.policies()) {
      int atStart = replicasAtStart(policy, memory, now, current);
      int proposed =
          switch (policy.type()) {
            case PODS -> atStart + policy.value();
            case PERCENT -> (int) Math.ceil(atStart * (1 + policy.value() / 100.0) - 1e-9);
          };
      limit = least ? Math.min(limit, proposed) : Math.max(limit, proposed);
    }
    return limit;
  }

  private static int lowerLimit(Rules rules, DecisionMemory memory, Instant now, int current) {
    if (rules.select() == SelectPolicy.DISABLED) {
      return current;
    }
    boolean least = rules.select() == SelectPolicy.MIN;
    int limit = least ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    for (Policy policy : rules.policies()) {
      int atStart = replicasAtStart(policy, memory, now, current);
      int proposed =
          switch (policy.type()) {
            case PODS -> atStart - policy.value();
            case PERCENT -> (int) (atStart * (1 - policy.value() / 100.0) + 1e-9);
          };
      limit = least ? Math.max(limit, proposed) : Math.min(limit, proposed);
    }
    return limit;
  }

  /** How many there were when the policy's period began: current − added + removed since. */
  private static int replicasAtStart(
      Policy policy, DecisionMemory memory, Instant now, int current) {
    if (memory.changes().isEmpty()) {
      return current;
    }
    Instant cutoff = now.minus(policy.period());
    int atStart = current;
    for (DecisionMemory.Change change : memory.changes()) {
      if (change.at().isAfter(cutoff)) {
        atStart -= change.to() - change.from();
      }
    }
    return atStart;
  }

  /** How far back these rules look at most. */
  static Duration longestWindow(Behavior behavior) {
    Duration longest = Duration.ZERO;
    for (Rules rules : List.of(behavior.scaleUp(), behavior.scaleDown())) {
      longest = longer(longest, rules.stabilizationWindow());
      for (Policy policy : rules.policies()) {
        longest = longer(longest, policy.period());
      }
    }
    return longest;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
