package io.tidecaster.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Promotion;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TrialTest {
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");
  private static final Promotion WEEK = new Promotion(7);
  private static final Decider DECIDER = new Decider(Decider.Settings.DEFAULT);

  private Trial trial = Trial.of(Trust.begun(NINE));

  /** A workload that stays at its replicas, whatever is advised. */
  private void minutes(int from, int to, int replicas, double load, Mode mode) {
    for (int minute = from; minute < to; minute++) {
      Instant now = NINE.plusSeconds(60L * minute);
      Situation situation =
          Situations.given(replicas, load)
              .at(now)
              .load(Optional.of(Situations.load(now, load)))
              .mode(mode)
              .shadow(new Decision.Shadow(9, 9))
              .situation();
      trial = trial.after(DECIDER, situation, DECIDER.decide(situation), WEEK);
    }
  }

  @Test
  void adviceIsJudgedOnAFleetThatFollowsIt() {
    minutes(0, 11, 2, 800, Mode.ADVISORY);

    Comparison.Account ours = trial.trust().day().ours();
    // 2 replicas bear 200 until those advised at 9:00 are ready, the default's 3 min later
    assertThat(trial.trust().day().minutes()).isEqualTo(10);
    assertThat(ours.violationMinutes()).isEqualTo(3);
    // the reactive rule goes by the HPA's 70: 800 ÷ 70 = 12, of which the bounds allow 10
    assertThat(ours.replicaHours()).isCloseTo(10 * 10 / 60.0, within(1e-9));
    assertThat(trial.trust().day().hpa().violationMinutes()).isZero();
  }

  @Test
  void onceEnforcingTheWorkloadItselfIsJudged() {
    minutes(0, 11, 2, 800, Mode.ENFORCING);

    assertThat(trial.trust().day().ours().violationMinutes()).isEqualTo(10);
    assertThat(trial.trust().day().ours().replicaHours()).isCloseTo(10 * 2 / 60.0, within(1e-9));
    assertThat(trial.paper()).isEmpty();
  }

  @Test
  void aWorkloadThatIsNotSeenOrSwitchedOffProvesNothing() {
    minutes(0, 5, 2, 150, Mode.ADVISORY);
    long known = trial.trust().day().minutes();
    Instant now = NINE.plusSeconds(300);
    Situation unseen =
        Situations.given(2, 150).at(now).mode(Mode.ADVISORY).fleet(Optional.empty()).situation();
    trial = trial.after(DECIDER, unseen, DECIDER.decide(unseen), WEEK);
    Situation off =
        Situations.given(2, 150)
            .at(now.plusSeconds(60))
            .mode(Mode.ADVISORY)
            .fleet(Optional.of(new Fleet(0, 0, OptionalDouble.empty(), "1")))
            .situation();
    trial = trial.after(DECIDER, off, DECIDER.decide(off), WEEK);
    minutes(7, 8, 2, 150, Mode.ADVISORY);

    assertThat(trial.trust().day().minutes()).isEqualTo(known);
  }

  @Test
  void aPauseProvesNothing() {
    minutes(0, 5, 2, 150, Mode.PAUSED);

    assertThat(trial.trust().day().minutes()).isZero();
  }

  @Test
  void whatIsConfiguredAnewIsComparedAnew() {
    minutes(0, 5, 2, 150, Mode.ADVISORY);

    assertThat(trial.begunAnew().trust().day().minutes()).isZero();
    assertThat(trial.begunAnew().paper()).isEmpty();
  }
}
