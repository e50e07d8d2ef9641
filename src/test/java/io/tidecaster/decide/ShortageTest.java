package io.tidecaster.decide;

import static io.tidecaster.decide.Situations.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.Queueing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What a balancer's queue says about the replicas, and what a decision makes of it. */
class ShortageTest {
  private static final Instant NINE = Situations.NINE;
  private static final Duration TENTH = Duration.ofMillis(100);

  @Test
  void asksForWhatBearsTheArrivalsAndWhatWaits() {
    // 480 − (900 − 300) ÷ 60 = 470 served; 4 × (480 + 900 ÷ 60) ÷ 470 = 4.2
    assertThat(shortage(480, 4, pressure(900, 300, 0, 0)))
        .hasValue(
            new Shortage(
                5,
                "requests wait 1.88 s at the balancer, 4 ready replicas served 470 of 480"
                    + " requests/s"));
  }

  @Test
  void whatGaveUpInTheQueueWasNotServed() {
    // 480 − 160 = 320 served; 4 × (480 + 240 ÷ 60) ÷ 320 = 6.05
    assertThat(shortage(480, 4, pressure(240, 240, 0, 160)).map(Shortage::least)).hasValue(7);
  }

  @Test
  void asksForTwiceAsManyAtMost() {
    // 480 − 24000 ÷ 60 = 80 served: 44 replicas by the sum, yet it is measured again in a minute
    assertThat(shortage(480, 4, pressure(24_000, 0, 0, 0)).map(Shortage::least)).hasValue(8);
    assertThat(shortage(480, 4, pressure(60, 60, 0, 480)).map(Shortage::least)).hasValue(8);
  }

  @Test
  void asksForOneMoreWhereTheMinuteBeforeIsUnknown() {
    Pressure first =
        new Pressure(
            new Queueing(OptionalDouble.of(100), OptionalDouble.empty(), OptionalDouble.empty()),
            OptionalDouble.empty(),
            TENTH);

    assertThat(shortage(480, 4, first).map(Shortage::least)).hasValue(5);
  }

  @Test
  void aWaitThatIsBearableIsNoShortage() {
    // 48 ÷ 480 = 0.1 s
    assertThat(shortage(480, 4, pressure(48, 0, 0, 0))).isEmpty();
    assertThat(shortage(480, 4, pressure(49, 49, 0, 0))).isPresent();
    assertThat(shortage(0, 4, pressure(0, 0, 0, 0))).isEmpty();
  }

  @Test
  void whatWaitsWhileNothingArrivesIsAShortage() {
    assertThat(shortage(0, 1, pressure(3, 3, 0, 0)))
        .hasValue(
            new Shortage(
                2,
                "requests wait and none arrive at the balancer, 1 ready replica served 0 of 0"
                    + " requests/s"));
  }

  @Test
  void replicasThatCannotBeReachedHoldTheOthers() {
    // (6 + 2) of 480 + 8; 1 % of 480 are borne
    assertThat(shortage(480, 4, pressure(0, 0, 6, 2)))
        .hasValue(new Shortage(4, "8 of 488 attempts/s to reach a replica fail"));
    assertThat(shortage(480, 4, pressure(0, 0, 4, 0))).isEmpty();
  }

  @Test
  void theDecisionScalesOutAlthoughTheStatedCapacityIsEnough() {
    // stated: 300 ÷ 70 = 4.3 replicas; measured: 5 × (300 + 10) ÷ (300 − 8) = 5.3
    Decision decision = decide(given(5, 300), pressure(600, 120, 0, 0));

    assertThat(decision.outcome())
        .isEqualTo(new Outcome.Scale(5, 6, ScaleReason.LOAD_ABOVE_CAPACITY));
    assertThat(decision.clamps()).extracting(Clamp::rule).contains(Clamp.Rule.SHORTAGE);
    assertThat(decision.sentence())
        .contains(
            "requests wait 2 s at the balancer, 5 ready replicas served 292 of 300 requests/s");
  }

  @Test
  void theDecisionScalesOutWhereNoCapacityIsKnown() {
    Decision decision = decide(given(3, 300).noCapacity(), pressure(600, 120, 0, 0));

    assertThat(decision.desiredReplicas()).isEqualTo(4);
  }

  @Test
  void nothingIsScaledInWhileRequestsWaitOrReplicasCannotBeReached() {
    Situations.Given idle = given(4, 100);

    assertThat(idle.decide().desiredReplicas()).isLessThan(4);
    assertThat(decide(idle, pressure(0, 0, 0, 0)).desiredReplicas()).isLessThan(4);
    Decision held = decide(idle, pressure(0, 0, 20, 0));
    assertThat(held.outcome()).isEqualTo(new Outcome.Hold(4, HoldReason.ENOUGH));
    assertThat(held.sentence()).contains("20 of 120 attempts/s to reach a replica fail");
    assertThat(decide(idle, pressure(50, 50, 0, 0)).desiredReplicas()).isGreaterThanOrEqualTo(4);
  }

  @Test
  void theBoundsWinOverTheQueue() {
    Decision decision = decide(given(10, 900), pressure(9_000, 0, 0, 0));

    assertThat(decision.desiredReplicas())
        .isEqualTo(given(10, 900).situation().scaler().bounds().maxReplicas());
  }

  @Test
  void replicasThatAreOnTheirWayAreNotAskedForAgain() {
    Situations.Given starting =
        given(8, 300).fleet(Optional.of(new Fleet(8, 3, OptionalDouble.of(1), "1")));

    assertThat(decide(starting, pressure(600, 120, 0, 0)).desiredReplicas()).isEqualTo(8);
  }

  @Test
  void isKnownOfTheMinuteBeforeOnly() {
    LoadPoint eight = point(NINE.minusSeconds(60), 120);
    LoadPoint nine = point(NINE, 600);

    assertThat(Pressure.of(Optional.of(eight), nine, TENTH)).hasValue(pressure(600, 120, 0, 0));
    assertThat(
            Pressure.of(Optional.of(point(NINE.minusSeconds(120), 120)), nine, TENTH)
                .map(Pressure::waitingBefore))
        .hasValue(OptionalDouble.empty());
    assertThat(
            Pressure.of(
                Optional.of(eight),
                new LoadPoint(NINE, OptionalDouble.of(1), OptionalDouble.empty(), 1, 0),
                TENTH))
        .isEmpty();
  }

  private static LoadPoint point(Instant minute, double waiting) {
    return new LoadPoint(
        minute,
        OptionalDouble.of(300),
        OptionalDouble.empty(),
        1,
        0,
        0,
        Optional.of(queueing(waiting, 0, 0)),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private static Decision decide(Situations.Given given, Pressure pressure) {
    return given.pressure(pressure).decide();
  }

  private static Optional<Shortage> shortage(double arriving, int ready, Pressure pressure) {
    return Shortage.of(arriving, Situations.fleet(ready), pressure);
  }

  private static Pressure pressure(double waiting, double before, double retries, double refused) {
    return new Pressure(queueing(waiting, retries, refused), OptionalDouble.of(before), TENTH);
  }

  private static Queueing queueing(double waiting, double retries, double refused) {
    return new Queueing(
        OptionalDouble.of(waiting), OptionalDouble.of(retries), OptionalDouble.of(refused));
  }
}
