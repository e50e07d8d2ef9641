package io.tidecaster.decide;

import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered from one decision to the next; all of it can be read back from the journal.
 *
 * @param recommendations what was recommended before stabilization, oldest first, at most {@link
 *     #WINDOW} old
 * @param changes the scalings that were applied, oldest first, at most {@link #WINDOW} old
 * @param lastFleet the replicas as they were last seen
 */
public record DecisionMemory(
    List<Recommendation> recommendations, List<Change> changes, Optional<Fleet> lastFleet) {

  /** The longest stabilization window and policy period that {@link Behavior} allows. */
  public static final Duration WINDOW = Duration.ofHours(1);

  public static final DecisionMemory EMPTY =
      new DecisionMemory(List.of(), List.of(), Optional.empty());

  /** So many replicas were recommended, before stabilization, policies and bounds. */
  public record Recommendation(Instant at, int replicas) {}

  /** A scaling that was applied, or none where {@code from} is {@code to}. */
  public record Change(Instant at, int from, int to) {}

  public DecisionMemory {
    recommendations = List.copyOf(recommendations);
    changes = List.copyOf(changes);
  }

  /** The memory after these decisions of one scaler, oldest first. */
  public static DecisionMemory replay(List<Decision> decisions) {
    DecisionMemory memory = EMPTY;
    for (Decision decision : decisions) {
      memory = memory.after(decision);
    }
    return memory;
  }

  /** The memory after one more decision; one that is no later than the last changes nothing. */
  public DecisionMemory after(Decision decision) {
    if (!recommendations.isEmpty() && !decision.at().isAfter(recommendations.getLast().at())) {
      return this;
    }
    int replicas = decision.fleet().specReplicas();
    DecisionMemory seen = decision.fleetKnown() ? seenWith(replicas) : this;
    Optional<Fleet> fleet = fleetOf(decision).or(() -> lastFleet);
    Optional<Integer> recommended = recommendedBy(decision);
    if (recommended.isEmpty()) {
      return new DecisionMemory(seen.recommendations, seen.changes, fleet);
    }
    int to =
        decision.mode() == Mode.ENFORCING && decision.outcome() instanceof Outcome.Scale scale
            ? scale.to()
            : replicas;
    DecisionMemory next =
        seen.startedAt(decision.at(), replicas)
            .plus(
                new Recommendation(decision.at(), recommended.get()),
                new Change(decision.at(), replicas, to),
                WINDOW);
    return new DecisionMemory(next.recommendations, next.changes, fleet);
  }

  /** What is true where the last decision was not applied: no policy is to count it. */
  public DecisionMemory withoutLastChange() {
    boolean scaled =
        !changes.isEmpty()
            && !recommendations.isEmpty()
            && changes.getLast().at().equals(recommendations.getLast().at());
    return scaled
        ? new DecisionMemory(recommendations, changes.subList(0, changes.size() - 1), lastFleet)
        : this;
  }

  /**
   * What is true once so many replicas are seen: where the last decision scaled and there are as
   * many as before, it was refused or undone.
   */
  DecisionMemory seenWith(int replicas) {
    return !changes.isEmpty() && changes.getLast().from() == replicas ? withoutLastChange() : this;
  }

  /**
   * As an HPA begins: without any recommendation yet, the replicas there are count as one, so that
   * a restart scales nothing in before a full window was seen.
   */
  DecisionMemory startedAt(Instant now, int replicas) {
    return recommendations.isEmpty()
        ? new DecisionMemory(List.of(new Recommendation(now, replicas)), changes, lastFleet)
        : this;
  }

  /**
   * What rules that look back no further than {@code window} see of it: the last recommendation
   * stays, since none at all is a beginning.
   */
  DecisionMemory within(Duration window, Instant now) {
    Instant cutoff = now.minus(window);
    List<Recommendation> seen =
        recommendations.stream()
            .filter(earlier ->
                earlier.at().isAfter(cutoff) || earlier.equals(recommendations.getLast()))
            .toList();
    List<Change> changed = changes.stream().filter(change -> change.at().isAfter(cutoff)).toList();
    return new DecisionMemory(seen, changed, lastFleet);
  }

  /** This memory and one more step, without what is {@code window} old or older. */
  DecisionMemory plus(Recommendation recommendation, Change change, Duration window) {
    Instant cutoff = recommendation.at().minus(window);
    List<Recommendation> kept = new ArrayList<>(recommendations.size() + 1);
    for (Recommendation earlier : recommendations) {
      if (earlier.at().isAfter(cutoff)) {
        kept.add(earlier);
      }
    }
    kept.add(recommendation);
    return new DecisionMemory(kept, changesAfter(cutoff, change), lastFleet);
  }

  private List<Change> changesAfter(Instant cutoff, Change change) {
    boolean none = change.from() == change.to();
    if (changes.isEmpty() && none) {
      return changes;
    }
    List<Change> kept = new ArrayList<>(changes.size() + 1);
    for (Change earlier : changes) {
      if (earlier.at().isAfter(cutoff)) {
        kept.add(earlier);
      }
    }
    if (!none) {
      kept.add(change);
    }
    return kept;
  }

  private static Optional<Fleet> fleetOf(Decision decision) {
    return decision.fleetKnown() ? Optional.of(decision.fleet()) : Optional.empty();
  }

  /** The figure that went into stabilization; none where nothing was computed. */
  private static Optional<Integer> recommendedBy(Decision decision) {
    if (decision.outcome() instanceof Outcome.Hold hold) {
      switch (hold.reason()) {
        case PAUSED, SWITCHED_OFF, TARGET_UNKNOWN -> {
          return Optional.empty();
        }
        case ENOUGH,
            WITHIN_TOLERANCE,
            STABILIZING,
            RATE_LIMITED,
            AT_MAXIMUM,
            AT_QUOTA,
            AT_DISRUPTION_BUDGET,
            METRICS_MISSING,
            CAPACITY_UNKNOWN -> {}
      }
    }
    for (Clamp clamp : decision.clamps()) {
      switch (clamp.rule()) {
        case STABILIZATION, BEHAVIOR, BOUNDS, LEAST_COST, QUOTA, DISRUPTION_BUDGET -> {
          return Optional.of(clamp.before());
        }
        case HEADROOM, PAY_BACK, RAMP, RESERVE, TOLERANCE, SHORTAGE, UNKNOWN_IS_NOT_ZERO -> {}
      }
    }
    return Optional.of(decision.desiredReplicas());
  }
}
