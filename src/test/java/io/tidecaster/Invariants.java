package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.decide.Clamp;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Room;
import io.tidecaster.decide.ScaleReason;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.journal.JournalFormat;
import io.tidecaster.journal.Replay;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What must hold at every decision for one scaler, told from the decisions alone. */
final class Invariants {
  private static final Set<HoldReason> UNTOUCHED =
      EnumSet.of(HoldReason.PAUSED, HoldReason.SWITCHED_OFF, HoldReason.TARGET_UNKNOWN);
  private static final int REPLAYED_EACH = 16;

  /**
   * A scaling that was written.
   *
   * @param atLeast what must not be gone below while the window lasts
   */
  private record Applied(Instant at, int from, int to, int atLeast) {
    int change() {
      return to - from;
    }
  }

  private final Scaler scaler;
  private final List<Applied> applied = new ArrayList<>();
  private int decisions;
  private Optional<Decision> last = Optional.empty();

  Invariants(Scaler scaler) {
    this.scaler = scaler;
  }

  void check(Decided decided, LoadPoint newest) {
    Decision decision = decided.decision();
    forgetWhatWasUndone(decision);
    staysWithinTheBounds(decision);
    decided.inputs().situation().room().ifPresent(room -> staysWithinTheRoom(decision, room));
    unknownNeverScalesIn(decision, newest);
    bearsTheLoadOfNow(decision);
    if (decision.outcome() instanceof Outcome.Scale scale) {
      if (scale.reason() != ScaleReason.OUT_OF_BOUNDS) {
        keepsToThePolicies(decision, scale);
      }
      doesNotFlap(decision, scale);
    }
    if (decisions++ % REPLAYED_EACH == 0) {
      assertThat(Replay.of(JournalFormat.write(decided)))
          .isEqualTo(new Replay.Verdict.Equal(decision));
    }
    last = Optional.of(decision);
  }

  /** Nothing is written but in Enforcing, and nothing but what was decided. */
  void checkWrite(Mode inForce, int replicas) {
    assertThat(inForce).as("the mode of a write").isEqualTo(Mode.ENFORCING);
    assertThat(replicas).as("replicas written").isEqualTo(last.orElseThrow().desiredReplicas());
  }

  /** The last decision became true. */
  void written() {
    Decision decision = last.orElseThrow();
    if (decision.outcome() instanceof Outcome.Scale scale) {
      boolean forTheLoad = scale.reason() != ScaleReason.OUT_OF_BOUNDS;
      int atLeast = forTheLoad ? scale.to() : scaler.bounds().minReplicas();
      applied.add(new Applied(decision.at(), scale.from(), scale.to(), atLeast));
    }
  }

  /** Somebody put back at once what the last decision did. */
  private void forgetWhatWasUndone(Decision decision) {
    if (!applied.isEmpty()
        && decision.fleetKnown()
        && applied.getLast().at().equals(last.orElseThrow().at())
        && applied.getLast().from() == decision.fleet().specReplicas()) {
      applied.removeLast();
    }
  }

  private void staysWithinTheBounds(Decision decision) {
    boolean untouched =
        decision.outcome() instanceof Outcome.Hold hold && UNTOUCHED.contains(hold.reason());
    boolean notAllowed =
        decision.clamps().stream()
            .map(Clamp::rule)
            .anyMatch(EnumSet.of(Clamp.Rule.QUOTA, Clamp.Rule.DISRUPTION_BUDGET)::contains);
    if (!untouched && !notAllowed) {
      assertThat(decision.desiredReplicas())
          .as("bounds: " + decision.sentence())
          .isBetween(scaler.bounds().minReplicas(), scaler.bounds().maxReplicas());
    }
    assertThat(decision.hpa().desiredReplicas())
        .as("bounds of the HPA beside")
        .isBetween(scaler.bounds().minReplicas(), scaler.bounds().maxReplicas());
  }

  /** What the namespace does not allow is not asked for, nor is it a reason to scale. */
  private static void staysWithinTheRoom(Decision decision, Room room) {
    int from = decision.fleet().specReplicas();
    int to = decision.desiredReplicas();
    if (to > from) {
      room.most()
          .ifPresent(most ->
              assertThat(to)
                  .as("quota: " + decision.sentence())
                  .isLessThanOrEqualTo(most.replicas()));
    }
    if (to < from) {
      room.least()
          .ifPresent(least ->
              assertThat(to)
                  .as("disruption budget: " + decision.sentence())
                  .isGreaterThanOrEqualTo(least.replicas()));
    }
    for (Clamp clamp : decision.clamps()) {
      if (clamp.rule() == Clamp.Rule.QUOTA || clamp.rule() == Clamp.Rule.DISRUPTION_BUDGET) {
        assertThat((clamp.before() - from) * (clamp.after() - from))
            .as("it turns nothing round: " + decision.sentence())
            .isNotNegative();
      }
    }
  }

  /**
   * With an unknown load, or most replicas silent, none goes; with some silent, none that would be
   * needed if each of them bore as much as one that reports.
   */
  private void unknownNeverScalesIn(Decision decision, LoadPoint newest) {
    if (!(decision.outcome() instanceof Outcome.Scale scale)
        || scale.to() > scale.from()
        || scale.reason() == ScaleReason.OUT_OF_BOUNDS) {
      return;
    }
    assertThat(decision.load()).as("scale-in without a load: " + decision.sentence()).isPresent();
    assertThat(newest.isMostlySilent()).as("scale-in though most replicas are silent").isFalse();
    double whole =
        decision.load().getAsDouble()
            * (newest.reporting() + newest.silent())
            / Math.max(1, newest.reporting());
    assertThat(scale.to())
        .as("scale-in while %d of replicas are silent, %s", newest.silent(), decision.sentence())
        .isGreaterThanOrEqualTo(
            Math.min(
                Math.min(scale.from(), scaler.bounds().maxReplicas()),
                decision.capacity().orElseThrow().replicasFor(whole)));
  }

  private void bearsTheLoadOfNow(Decision decision) {
    int needed = decision.neededNow().orElse(0);
    boolean untouched =
        decision.outcome() instanceof Outcome.Hold hold && UNTOUCHED.contains(hold.reason());
    boolean tolerated = scaler.behavior().scaleUp().tolerance() > 0;
    if (untouched || tolerated || decision.desiredReplicas() >= needed) {
      return;
    }
    assertThat(decision.clamps())
        .as("fewer than the load of now needs, and no rule says why: " + decision)
        .extracting(Clamp::rule)
        .containsAnyOf(
            Clamp.Rule.STABILIZATION, Clamp.Rule.BEHAVIOR, Clamp.Rule.BOUNDS, Clamp.Rule.QUOTA);
  }

  /** By the replicas that the scalings since leave for the start of each policy's period. */
  private void keepsToThePolicies(Decision decision, Outcome.Scale scale) {
    boolean out = scale.to() > scale.from();
    Behavior.Rules rules = out ? scaler.behavior().scaleUp() : scaler.behavior().scaleDown();
    assertThat(rules.select())
        .as("scaling where it is disabled: " + decision.sentence())
        .isNotEqualTo(Behavior.SelectPolicy.DISABLED);
    List<Double> mostChanges = new ArrayList<>();
    for (Behavior.Policy policy : rules.policies()) {
      Instant cutoff = decision.at().minus(policy.period());
      int since =
          applied.stream()
              .filter(earlier -> earlier.at().isAfter(cutoff))
              .mapToInt(Applied::change)
              .sum();
      int atStart = scale.from() - since;
      double allowed =
          switch (policy.type()) {
            case PODS -> policy.value();
            case PERCENT -> atStart * policy.value() / 100.0;
          };
      // what is left of the period's allowance, and a replica for rounding
      mostChanges.add(out ? allowed - since + 1 : allowed + since + 1);
    }
    double most =
        rules.select() == Behavior.SelectPolicy.MIN
            ? mostChanges.stream().mapToDouble(Double::doubleValue).min().orElseThrow()
            : mostChanges.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    int beforeBounds =
        decision.clamps().stream()
            .filter(clamp -> clamp.rule() == Clamp.Rule.BOUNDS)
            .map(Clamp::before)
            .findFirst()
            .orElse(scale.to());
    assertThat((double) Math.abs(beforeBounds - scale.from()))
        .as("rate limit: " + decision.sentence())
        .isLessThanOrEqualTo(most);
  }

  /** After a scale-out nothing goes below it within the window of the scale-in. */
  private void doesNotFlap(Decision decision, Outcome.Scale scale) {
    if (scale.to() > scale.from() || scale.reason() == ScaleReason.OUT_OF_BOUNDS) {
      return;
    }
    Instant cutoff = decision.at().minus(scaler.behavior().scaleDown().stabilizationWindow());
    for (Applied earlier : applied) {
      if (earlier.change() > 0 && earlier.at().isAfter(cutoff)) {
        assertThat(scale.to())
            .as("scaled out to %d at %s: %s", earlier.to(), earlier.at(), decision.sentence())
            .isGreaterThanOrEqualTo(Math.min(scale.from(), earlier.atLeast()));
      }
    }
  }
}
