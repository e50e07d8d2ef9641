package io.tidecaster.decide;

import static io.tidecaster.decide.Situations.NINE;
import static io.tidecaster.decide.Situations.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.decide.DecisionMemory.Change;
import io.tidecaster.decide.DecisionMemory.Recommendation;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DecisionMemoryTest {

  @Test
  void rememberWhatWasRecommendedBeforeStabilization() {
    Decision stabilized = given(8, 250).forecast(250).behavior(Behavior.DEFAULT).decide();
    assertThat(stabilized.desiredReplicas()).isEqualTo(8);
    assertThat(DecisionMemory.EMPTY.after(stabilized).recommendations())
        .containsExactly(new Recommendation(NINE, 8), new Recommendation(NINE, 3));
  }

  @Test
  void onlyWhatWasAppliedIsAChange() {
    Decision applied = given(3, 480).forecast(480).decide();
    assertThat(DecisionMemory.EMPTY.after(applied).changes())
        .containsExactly(new Change(NINE, 3, 5));
    Decision advised = given(3, 480).forecast(480).mode(Mode.ADVISORY).decide();
    assertThat(DecisionMemory.EMPTY.after(advised).changes()).isEmpty();
  }

  /** One replica may go in five minutes. */
  @Test
  void aScaleInThatWasRefusedLeavesThePolicyItsReplica() {
    Behavior.Rules oneInFiveMinutes =
        new Behavior.Rules(
            Duration.ZERO,
            Behavior.SelectPolicy.MAX,
            List.of(new Behavior.Policy(Behavior.Policy.Type.PODS, 1, Duration.ofMinutes(5))),
            0);
    Behavior behavior = new Behavior(Situations.FREE.scaleUp(), oneInFiveMinutes);
    Decision first = given(5, 120).behavior(behavior).decide();
    assertThat(first.desiredReplicas()).isEqualTo(4);
    DecisionMemory memory = DecisionMemory.EMPTY.after(first);
    Situations.Given minuteLater = given(5, 120).at(NINE.plusSeconds(60)).behavior(behavior);

    Decision refused = minuteLater.remembering(memory).decide();
    assertThat(refused.desiredReplicas()).isEqualTo(4);
    assertThat(memory.after(refused).changes())
        .containsExactly(new Change(NINE.plusSeconds(60), 5, 4));

    Decision applied =
        minuteLater.fleet(Optional.of(Situations.fleet(4))).remembering(memory).decide();
    assertThat(applied.outcome()).isEqualTo(new Outcome.Hold(4, HoldReason.RATE_LIMITED));
  }

  @Test
  void aScalingThatIsKnownToBeRefusedCountsNoMoreThoughSomebodyElseScales() {
    DecisionMemory scaled = DecisionMemory.EMPTY.after(given(3, 480).forecast(480).decide());
    assertThat(scaled.seenWith(8).changes()).containsExactly(new Change(NINE, 3, 5));
    assertThat(scaled.withoutLastChange().changes()).isEmpty();
    assertThat(scaled.withoutLastChange().recommendations()).isEqualTo(scaled.recommendations());
  }

  @Test
  void aScalingBeforeTheLastDecisionStaysOneWhateverIsSeenLater() {
    DecisionMemory memory =
        DecisionMemory.EMPTY
            .after(given(3, 480).forecast(480).decide())
            .after(given(5, 480).forecast(480).at(NINE.plusSeconds(60)).decide());
    assertThat(memory.seenWith(3).changes()).containsExactly(new Change(NINE, 3, 5));
  }

  @Test
  void whileNothingIsSeenAScalingCounts() {
    DecisionMemory scaled = DecisionMemory.EMPTY.after(given(3, 480).forecast(480).decide());
    Decision unseen = given(3, 480).fleet(Optional.empty()).at(NINE.plusSeconds(60)).decide();
    assertThat(scaled.after(unseen).changes()).containsExactly(new Change(NINE, 3, 5));
    Decision paused = given(3, 480).mode(Mode.PAUSED).at(NINE.plusSeconds(120)).decide();
    assertThat(scaled.after(unseen).after(paused).changes()).isEmpty();
  }

  @Test
  void aPausedWorkloadRecommendsNothing() {
    Decision paused = given(3, 480).mode(Mode.PAUSED).decide();
    assertThat(DecisionMemory.EMPTY.after(paused).recommendations()).isEmpty();
  }

  @Test
  void theSameDecisionTwiceCountsOnce() {
    DecisionMemory once = DecisionMemory.EMPTY.after(given(3, 480).decide());
    assertThat(once.after(given(3, 480).decide())).isEqualTo(once);
  }

  @Test
  void forgetsAfterAnHour() {
    DecisionMemory memory = DecisionMemory.EMPTY.after(given(3, 480).decide());
    for (int minute = 1; minute <= 90; minute++) {
      memory = memory.after(given(3, 210).at(NINE.plus(Duration.ofMinutes(minute))).decide());
    }
    assertThat(memory.recommendations()).hasSize(60);
    assertThat(memory.changes()).isEmpty();
  }

  @Test
  void replayingTheJournalGivesTheMemoryThatWasLived() {
    Decision first = given(3, 480).decide();
    Decision second = given(5, 480).at(NINE.plusSeconds(60)).decide();
    assertThat(DecisionMemory.replay(List.of(first, second)))
        .isEqualTo(DecisionMemory.EMPTY.after(first).after(second));
  }
}
