package io.tidecaster.decide;

import static io.tidecaster.decide.Situations.FREE;
import static io.tidecaster.decide.Situations.NINE;
import static io.tidecaster.decide.Situations.given;
import static io.tidecaster.decide.Situations.pods;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.tidecaster.history.LoadPoint;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeciderTest {

  private static Outcome.Scale scale(int from, int to, ScaleReason reason) {
    return new Outcome.Scale(from, to, reason);
  }

  private static Outcome.Hold hold(int replicas, HoldReason reason) {
    return new Outcome.Hold(replicas, reason);
  }

  private static List<Clamp.Rule> rules(Decision decision) {
    return decision.clamps().stream().map(Clamp::rule).toList();
  }

  @Nested
  class ThePlan {

    @Test
    void scalesOutForTheLoadToCome() {
      Decision decision = given(3, 250).forecast(412).decide();
      // ceil(412 / 100) = 5; the load of now needs ceil(250 / 100) = 3
      assertThat(decision.outcome()).isEqualTo(scale(3, 5, ScaleReason.FORECAST_ABOVE_CAPACITY));
      assertThat(decision.neededNow()).contains(3);
      assertThat(decision.planned()).contains(5);
      assertThat(decision.sentence())
          .isEqualTo(
              "Scaling crm/crm-deployment from 3 to 5: the forecast for 09:01 UTC (95 %) is 412"
                  + " requests/s, 5 replicas bear 500; an HPA would have 4.");
    }

    @Test
    void neverPlansForLessThanTheLoadOfNow() {
      Decision decision = given(3, 480).forecast(200).decide();
      assertThat(decision.outcome()).isEqualTo(scale(3, 5, ScaleReason.LOAD_ABOVE_CAPACITY));
    }

    @ParameterizedTest(name = "a rise at step {0} gives {1} replicas")
    @CsvSource({
      "4, 8", // 3 min of lead time and 1 min until the next decision: steps 1 to 4
      "5, 3",
    })
    void looksAsFarAsANewReplicaAndTheNextDecisionTake(int step, int replicas) {
      Decision decision = given(3, 250).forecast(Situations.rising(NINE, 250, 800, step)).decide();
      assertThat(decision.desiredReplicas()).isEqualTo(replicas);
    }

    @Test
    void countsTheStepsFromNowNotFromTheForecastsOrigin() {
      var issuedBefore = Situations.rising(NINE.minusSeconds(120), 250, 800, 6);
      // step 6 from 08:58 is [09:03, 09:04): the fourth minute from now
      assertThat(given(3, 250).forecast(issuedBefore).decide().desiredReplicas()).isEqualTo(8);
    }

    @Test
    void aForecastThatEndedIsNone() {
      Decision decision =
          given(3, 210).forecast(Situations.flat(NINE.minusSeconds(3600), 900)).decide();
      assertThat(decision.forecast().notReady()).contains("LoadUnknown");
      assertThat(decision.planned()).isEmpty();
    }

    @Test
    void scalesInWhereLoadAndForecastAgree() {
      Decision decision = given(6, 250).forecast(310).decide();
      assertThat(decision.outcome()).isEqualTo(scale(6, 4, ScaleReason.SURPLUS));
      assertThat(given(6, 580).forecast(310).decide().outcome())
          .isEqualTo(hold(6, HoldReason.ENOUGH));
    }

    @Test
    void keepsReplicasThatTheForecastWantsBackBeforeTheyHavePaid() {
      // 2 lead times of 3 min and 1 min until the next decision: wanted at step 7, not at step 8
      Decision kept = given(6, 250).forecast(Situations.rising(NINE, 250, 600, 7)).decide();
      assertThat(kept.outcome()).isEqualTo(hold(6, HoldReason.ENOUGH));
      assertThat(rules(kept)).containsExactly(Clamp.Rule.PAY_BACK);
      Decision let = given(6, 250).forecast(Situations.rising(NINE, 250, 600, 8)).decide();
      assertThat(let.desiredReplicas()).isEqualTo(3);
    }

    @Test
    void recordsWhatTheHeadroomChanged() {
      Decision decision =
          given(3, 250)
              .forecast(400)
              .headroom(new Headroom(0.95, 1.2, Headroom.Origin.LEARNED))
              .decide();
      // ceil(400 × 1.2 / 100) = 5, without the factor 4
      assertThat(decision.clamps())
          .containsExactly(new Clamp(Clamp.Rule.HEADROOM, 4, 5, "quantile 0.95 × 1.2, learned"));
      assertThat(decision.planned()).contains(4);
      assertThat(decision.sentence()).contains("(95 % × 1.2) is 480 requests/s");
    }
  }

  @Nested
  class ThePeakThatWasLearned {
    private static Peak peak(double load) {
      return new Peak(load, new Headroom(0.95, 1.08, Headroom.Origin.LEARNED), Optional.empty());
    }

    @Test
    void isPlannedForInsteadOfTheForecastsQuantile() {
      Decision decision = given(3, 250).forecast(412).peak(peak(390)).decide();
      // ceil(390 / 100) = 4; the forecast's 0.95 quantile alone would have asked for 5
      assertThat(decision.outcome()).isEqualTo(scale(3, 4, ScaleReason.FORECAST_ABOVE_CAPACITY));
      assertThat(decision.planned()).contains(5);
      assertThat(decision.clamps())
          .containsExactly(new Clamp(Clamp.Rule.HEADROOM, 5, 4, "quantile 0.95 × 1.08, learned"));
    }

    @Test
    void givesWayToALargerMedianOfTheForecast() {
      // the median is 660 / 1.1 = 600, an event that the past does not know
      assertThat(given(3, 250).forecast(660).peak(peak(330)).decide().desiredReplicas())
          .isEqualTo(6);
    }

    @Test
    void keepsReplicasThatTheMedianWantsBack() {
      Decision decision =
          given(6, 250).forecast(Situations.rising(NINE, 250, 660, 7)).peak(peak(330)).decide();
      assertThat(decision.outcome()).isEqualTo(hold(6, HoldReason.ENOUGH));
      assertThat(rules(decision)).contains(Clamp.Rule.PAY_BACK);
    }

    @Test
    void aScalingStartsWhatTheMedianWantsSoonAfterWithTheOthers() {
      // 330 need 4; the median is 660 / 1.1 = 600 at step 7: within 2 lead times and a minute
      Decision decision =
          given(3, 330).forecast(Situations.rising(NINE, 330, 660, 7)).peak(peak(330)).decide();
      assertThat(decision.outcome()).isEqualTo(scale(3, 6, ScaleReason.LOAD_ABOVE_CAPACITY));
      assertThat(rules(decision)).containsExactly(Clamp.Rule.RAMP);
      assertThat(
              given(3, 330)
                  .forecast(Situations.rising(NINE, 330, 660, 8))
                  .peak(peak(330))
                  .decide()
                  .desiredReplicas())
          .isEqualTo(4);
    }

    @Test
    void aRampThatNeedsNoReplicaYetStartsNone() {
      Decision decision =
          given(3, 250).forecast(Situations.rising(NINE, 250, 660, 7)).peak(peak(290)).decide();
      assertThat(decision.outcome()).isEqualTo(hold(3, HoldReason.ENOUGH));
    }

    @Test
    void comesWithTheHysteresisThatGoesWithIt() {
      Peak wide = new Peak(390, peak(390).headroom(), Optional.of(new Hysteresis(0.3, 0.5)));
      Decider decider = new Decider(Decider.Settings.DEFAULT);
      // ceil(390 × 1.05 / 100) = 5, ceil(390 × 1.3 / 100) = 6
      assertThat(decider.decide(given(3, 250).forecast(412).peak(peak(390)).situation()))
          .returns(5, Decision::desiredReplicas);
      assertThat(decider.decide(given(3, 250).forecast(412).peak(wide).situation()))
          .returns(6, Decision::desiredReplicas)
          .extracting(Decision::clamps)
          .asInstanceOf(LIST)
          .contains(new Clamp(Clamp.Rule.RESERVE, 4, 6, "30 %"));
      // 390 × 1.05 = 410 of 800 borne: 12 % could go; 390 × 1.3 = 507: not half of them
      assertThat(decider.decide(given(8, 250).forecast(412).peak(peak(390)).situation()))
          .returns(5, Decision::desiredReplicas);
      assertThat(decider.decide(given(8, 250).forecast(412).peak(wide).situation()))
          .returns(8, Decision::desiredReplicas);
    }

    @Test
    void withoutAForecastTheReactiveRuleDecidesAllTheSame() {
      assertThat(given(3, 250).peak(peak(900)).decide().desiredReplicas()).isEqualTo(4);
    }
  }

  @Nested
  class ReserveAndBand {
    private final Decider decider = new Decider(Decider.Settings.DEFAULT);

    @Test
    void aScalingGoesALittleFurtherThanItMust() {
      Decision decision = decider.decide(given(3, 390).forecast(390).situation());
      // ceil(390 / 100) = 4, ceil(390 × 1.05 / 100) = 5
      assertThat(decision.desiredReplicas()).isEqualTo(5);
      assertThat(decision.clamps()).containsExactly(new Clamp(Clamp.Rule.RESERVE, 4, 5, "5 %"));
    }

    @Test
    void aSmallSurplusIsKept() {
      Decision decision = decider.decide(given(10, 850).forecast(850).situation());
      // 850 × 1.05 = 893 of 1000 borne: less than 12 % could go
      assertThat(decision.outcome()).isEqualTo(hold(10, HoldReason.WITHIN_TOLERANCE));
    }
  }

  @Nested
  class WithoutAForecast {

    @Test
    void isAnHpaAndSaysSo() {
      Decision decision = given(3, 250).decide();
      // ceil(250 / 70) = 4
      assertThat(decision.outcome()).isEqualTo(scale(3, 4, ScaleReason.LOAD_ABOVE_CAPACITY));
      assertThat(decision.forecast().notReady()).contains("TooLittleHistory");
      assertThat(decision.sentence())
          .contains("without a forecast (TooLittleHistory) the reactive rule decides");
    }

    @Test
    void holdsWithinTheHpasTolerance() {
      // |225 / (3 × 70) − 1| = 7 %
      Decision decision = given(3, 225).decide();
      assertThat(decision.outcome()).isEqualTo(hold(3, HoldReason.WITHIN_TOLERANCE));
      assertThat(rules(decision)).containsExactly(Clamp.Rule.TOLERANCE);
    }
  }

  @Nested
  class UnknownIsNotZero {

    @Test
    void holdsWhereNeitherLoadNorForecastIsKnown() {
      assertThat(given(6, 0).load(Optional.empty()).decide().outcome())
          .isEqualTo(hold(6, HoldReason.METRICS_MISSING));
    }

    @Test
    void neverScalesInWithoutALoad() {
      Decision decision = given(6, 0).load(Optional.empty()).forecast(200).decide();
      assertThat(decision.outcome()).isEqualTo(hold(6, HoldReason.METRICS_MISSING));
      assertThat(rules(decision)).contains(Clamp.Rule.UNKNOWN_IS_NOT_ZERO);
    }

    @Test
    void mayScaleOutOnTheForecastAlone() {
      assertThat(given(3, 0).load(Optional.empty()).forecast(500).decide().outcome())
          .isEqualTo(scale(3, 5, ScaleReason.FORECAST_ABOVE_CAPACITY));
    }

    @Test
    void aStaleLoadIsUnknown() {
      var old = Optional.of(Situations.load(NINE.minusSeconds(240), 100));
      assertThat(given(6, 0).load(old).decide().outcome())
          .isEqualTo(hold(6, HoldReason.METRICS_MISSING));
      var fresh = Optional.of(Situations.load(NINE.minusSeconds(180), 100));
      assertThat(given(6, 0).load(fresh).decide().desiredReplicas()).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0} report and {1} are silent: {2} replicas")
    @CsvSource({"1, 4, 6", "2, 3, 6", "3, 3, 2", "5, 1, 2"})
    void freezesScaleInWhileMostReplicasAreSilent(int reporting, int silent, int replicas) {
      var point =
          new LoadPoint(
              NINE.minusSeconds(60),
              OptionalDouble.of(50),
              OptionalDouble.empty(),
              reporting,
              silent);
      assertThat(given(6, 0).load(Optional.of(point)).decide().desiredReplicas())
          .isEqualTo(replicas);
    }

    @Test
    void scalesOutEvenWhereMostReplicasAreSilent() {
      var point =
          new LoadPoint(
              NINE.minusSeconds(60), OptionalDouble.of(690), OptionalDouble.empty(), 1, 5);
      // ceil(690 / 70) = 10
      assertThat(given(6, 0).load(Optional.of(point)).decide().desiredReplicas()).isEqualTo(10);
    }

    @Test
    void holdsWithoutACapacity() {
      assertThat(given(6, 100).noCapacity().decide().outcome())
          .isEqualTo(hold(6, HoldReason.CAPACITY_UNKNOWN));
    }
  }

  @Nested
  class WhatIsNotTouched {

    @Test
    void aPausedWorkload() {
      assertThat(given(6, 900).mode(Mode.PAUSED).decide().outcome())
          .isEqualTo(hold(6, HoldReason.PAUSED));
    }

    @Test
    void aWorkloadThatSomeoneSwitchedOff() {
      assertThat(given(0, 900).forecast(900).decide().outcome())
          .isEqualTo(hold(0, HoldReason.SWITCHED_OFF));
    }

    @Test
    void aWorkloadThatCannotBeReadStaysAsItWasLastSeen() {
      Decision seen = given(6, 450).decide();
      Decision decision =
          given(6, 900)
              .at(NINE.plusSeconds(60))
              .fleet(Optional.empty())
              .remembering(DecisionMemory.replay(List.of(seen)))
              .decide();
      assertThat(decision.outcome()).isEqualTo(hold(6, HoldReason.TARGET_UNKNOWN));
      assertThat(decision.fleetKnown()).isFalse();
      // 900 requests/s ÷ 100 = 9, which the bounds allow
      assertThat(decision.sentence())
          .contains("could not be read from the cluster; ", ", which takes 9 replicas");
    }

    @Test
    void adviceIsTheSameNumberInOtherWords() {
      Decision advised = given(3, 480).forecast(200).mode(Mode.ADVISORY).decide();
      Decision applied = given(3, 480).forecast(200).decide();
      assertThat(advised.outcome()).isEqualTo(applied.outcome());
      assertThat(advised.sentence()).startsWith("Advising to scale crm/crm-deployment from 3 to 5");
    }
  }

  @Nested
  class Limits {

    private final Behavior.Rules free = FREE.scaleUp();

    private Behavior.Rules tolerating(double tolerance) {
      return new Behavior.Rules(Duration.ZERO, Behavior.SelectPolicy.MAX, pods(1000), tolerance);
    }

    private Behavior.Rules stabilized(Duration window) {
      return new Behavior.Rules(window, Behavior.SelectPolicy.MAX, pods(1000), 0);
    }

    @ParameterizedTest(name = "{0} requests/s on 5 replicas: {1}")
    @CsvSource({"540, 5", "560, 6", "460, 5", "380, 4"})
    void holdsWhileTheNeedIsWithinTolerance(double load, int replicas) {
      // 5 replicas bear 500; 10 % either way
      Decision decision =
          given(5, load)
              .forecast(load)
              .behavior(new Behavior(tolerating(0.1), tolerating(0.1)))
              .decide();
      assertThat(decision.desiredReplicas()).isEqualTo(replicas);
    }

    @Test
    void upwardNothingIsToleratedUnlessItIsSaid() {
      assertThat(given(5, 501).forecast(501).behavior(Behavior.DEFAULT).decide().desiredReplicas())
          .isEqualTo(6);
    }

    @Test
    void keepsTheLargestRecommendationOfTheWindowOnTheWayDown() {
      Behavior behavior = new Behavior(free, stabilized(Duration.ofMinutes(5)));
      DecisionMemory memory =
          new DecisionMemory(
              List.of(
                  new DecisionMemory.Recommendation(NINE.minusSeconds(300), 9),
                  new DecisionMemory.Recommendation(NINE.minusSeconds(240), 5)),
              List.of(),
              Optional.empty());
      // the 9 of 5 minutes ago has left the window, the 5 has not
      Decision decision =
          given(8, 250).forecast(250).behavior(behavior).remembering(memory).decide();
      assertThat(decision.outcome()).isEqualTo(scale(8, 5, ScaleReason.SURPLUS));
      assertThat(decision.clamps())
          .containsExactly(
              new Clamp(Clamp.Rule.STABILIZATION, 3, 5, "stabilizationWindowSeconds 300"));
    }

    @Test
    void keepsTheLeastRecommendationOfTheWindowOnTheWayUp() {
      Behavior behavior = new Behavior(stabilized(Duration.ofMinutes(2)), free);
      DecisionMemory memory =
          new DecisionMemory(
              List.of(new DecisionMemory.Recommendation(NINE.minusSeconds(60), 3)),
              List.of(),
              Optional.empty());
      Decision decision =
          given(3, 480).forecast(480).behavior(behavior).remembering(memory).decide();
      assertThat(decision.outcome()).isEqualTo(hold(3, HoldReason.STABILIZING));
    }

    @Test
    void aFreshStartScalesNothingInBeforeAWindowWasSeen() {
      Decision decision = given(8, 250).forecast(250).behavior(Behavior.DEFAULT).decide();
      assertThat(decision.outcome()).isEqualTo(hold(8, HoldReason.STABILIZING));
    }

    @ParameterizedTest(name = "{0} {1} %, {2} pods, from 4 wanting 20: {3}")
    @CsvSource({
      "MAX, 100, 3, 8", // max(4 × 2, 4 + 3)
      "MIN, 100, 3, 7",
      "MAX, 10, 1, 5", // max(ceil(4.4), 5)
      "MIN, 60, 9, 7", // min(ceil(6.4), 13)
    })
    void scalesOutAsFastAsThePoliciesAllow(
        Behavior.SelectPolicy select, int percent, int pods, int replicas) {
      Behavior behavior = new Behavior(policies(select, percent, pods), free);
      Decision decision = given(4, 2000).forecast(2000).behavior(behavior).decide();
      assertThat(decision.desiredReplicas()).isEqualTo(replicas);
      assertThat(rules(decision)).containsExactly(Clamp.Rule.BEHAVIOR);
    }

    @ParameterizedTest(name = "{0} {1} %, {2} pods, from 9 wanting 2: {3}")
    @CsvSource({
      "MAX, 50, 2, 4", // min(floor(4.5), 7)
      "MIN, 50, 2, 7",
      "MIN, 10, 5, 8", // max(floor(8.1), 4)
    })
    void scalesInAsFastAsThePoliciesAllow(
        Behavior.SelectPolicy select, int percent, int pods, int replicas) {
      Behavior behavior = new Behavior(free, policies(select, percent, pods));
      assertThat(given(9, 150).forecast(150).behavior(behavior).decide().desiredReplicas())
          .isEqualTo(replicas);
    }

    @Test
    void aDirectionThatIsDisabledIsHeld() {
      Behavior.Rules disabled =
          new Behavior.Rules(Duration.ZERO, Behavior.SelectPolicy.DISABLED, List.of(), 0);
      assertThat(
              given(9, 150).forecast(150).behavior(new Behavior(free, disabled)).decide().outcome())
          .isEqualTo(hold(9, HoldReason.RATE_LIMITED));
      assertThat(
              given(3, 800).forecast(800).behavior(new Behavior(disabled, free)).decide().outcome())
          .isEqualTo(hold(3, HoldReason.RATE_LIMITED));
    }

    @Test
    void whatWasAddedWithinThePeriodCounts() {
      Behavior.Rules twoInFiveMinutes =
          new Behavior.Rules(
              Duration.ZERO,
              Behavior.SelectPolicy.MAX,
              List.of(new Behavior.Policy(Behavior.Policy.Type.PODS, 2, Duration.ofMinutes(5))),
              0);
      DecisionMemory memory =
          new DecisionMemory(
              List.of(new DecisionMemory.Recommendation(NINE.minusSeconds(60), 8)),
              List.of(
                  new DecisionMemory.Change(NINE.minusSeconds(300), 1, 3),
                  new DecisionMemory.Change(NINE.minusSeconds(120), 3, 4)),
              Optional.empty());
      // the 2 of 5 minutes ago are out of the period: 4 − 1 at its start, + 2 = 5
      assertThat(
              given(4, 800)
                  .forecast(800)
                  .behavior(new Behavior(twoInFiveMinutes, free))
                  .remembering(memory)
                  .decide()
                  .desiredReplicas())
          .isEqualTo(5);
    }

    @Test
    void boundsHoldAboveAll() {
      assertThat(given(8, 1500).forecast(1500).decide().outcome())
          .isEqualTo(scale(8, 10, ScaleReason.LOAD_ABOVE_CAPACITY));
      assertThat(given(10, 1500).forecast(1500).decide().outcome())
          .isEqualTo(hold(10, HoldReason.AT_MAXIMUM));
      assertThat(given(3, 50).forecast(50).decide().outcome())
          .isEqualTo(scale(3, 2, ScaleReason.SURPLUS));
      assertThat(given(2, 50).forecast(50).decide().outcome())
          .isEqualTo(hold(2, HoldReason.ENOUGH));
    }

    @Test
    void replicasThatAreOneDecisionWithTheirSizeAreSaidToBe() {
      Decision fewer = given(6, 550).sizedInOne(4).forecast(550).decide();

      assertThat(fewer.outcome()).isEqualTo(scale(6, 4, ScaleReason.LEAST_COST));
      assertThat(fewer.sentence())
          .isEqualTo(
              "Scaling crm/crm-deployment from 6 to 4: replicas and size as one decision; an HPA"
                  + " would have 4.");
      assertThat(given(4, 550).sizedInOne(4).forecast(550).decide().outcome())
          .isEqualTo(hold(4, HoldReason.ENOUGH));
    }

    @Test
    void replicasOutsideTheBoundsAreBroughtBackWhateverIsKnown() {
      assertThat(given(12, 0).load(Optional.empty()).decide().outcome())
          .isEqualTo(scale(12, 10, ScaleReason.OUT_OF_BOUNDS));
      Decision decision = given(1, 0).load(Optional.empty()).noCapacity().decide();
      assertThat(decision.outcome()).isEqualTo(scale(1, 2, ScaleReason.OUT_OF_BOUNDS));
      assertThat(decision.sentence())
          .isEqualTo("Scaling crm/crm-deployment from 1 to 2: minReplicas 2; an HPA would have 4.");
    }

    private Behavior.Rules policies(Behavior.SelectPolicy select, int percent, int pods) {
      return new Behavior.Rules(
          Duration.ZERO,
          select,
          List.of(
              new Behavior.Policy(Behavior.Policy.Type.PERCENT, percent, Duration.ofSeconds(15)),
              new Behavior.Policy(Behavior.Policy.Type.PODS, pods, Duration.ofSeconds(15))),
          0);
    }
  }

  @Nested
  class WhatTheNamespaceAllows {

    @Test
    void asksForNoMoreThanTheQuotaHasRoomFor() {
      Decision decision = given(3, 590).forecast(590).most(4).decide();
      // ceil(590 / 100) = 6
      assertThat(decision.outcome()).isEqualTo(scale(3, 4, ScaleReason.LOAD_ABOVE_CAPACITY));
      assertThat(decision.clamps().getLast())
          .isEqualTo(
              new Clamp(
                  Clamp.Rule.QUOTA, 6, 4, "ResourceQuota compute: pods 8 of 9 used, 1 a replica"));
      assertThat(decision.sentence())
          .isEqualTo(
              "Scaling crm/crm-deployment from 3 to 4: the load is 590 requests/s, 4 replicas bear"
                  + " 400; there is room for 4, not 6, by ResourceQuota compute: pods 8 of 9 used,"
                  + " 1 a replica; raise it; an HPA would have 4.");
    }

    @Test
    void holdsWhereTheQuotaIsFullAndScalesNothingInForIt() {
      assertThat(given(4, 590).forecast(590).most(4).decide().outcome())
          .isEqualTo(hold(4, HoldReason.AT_QUOTA));
      assertThat(given(4, 590).forecast(590).most(2).decide().outcome())
          .as("the controller may not have made all pods yet")
          .isEqualTo(hold(4, HoldReason.AT_QUOTA));
      assertThat(given(4, 150).forecast(150).most(1).decide().outcome())
          .as("a scale-in needs no room")
          .isEqualTo(scale(4, 2, ScaleReason.SURPLUS));
    }

    @Test
    void letsNoMoreGoThanTheDisruptionBudgetDoes() {
      Decision decision = given(6, 250).forecast(250).least(5).decide();
      assertThat(decision.outcome()).isEqualTo(scale(6, 5, ScaleReason.SURPLUS));
      assertThat(decision.sentence())
          .endsWith(
              "; 5 stay, not 3, by PodDisruptionBudget web: 6 of 6 healthy, 5 must be, 1 may go;"
                  + " an HPA would have 4.");
      assertThat(given(6, 250).forecast(250).least(6).decide().outcome())
          .isEqualTo(hold(6, HoldReason.AT_DISRUPTION_BUDGET));
      assertThat(given(6, 250).forecast(250).least(8).decide().outcome())
          .as("it scales nothing out")
          .isEqualTo(hold(6, HoldReason.AT_DISRUPTION_BUDGET));
      assertThat(given(3, 590).forecast(590).least(5).decide().desiredReplicas()).isEqualTo(6);
    }

    @Test
    void theBoundsAreReachedOnlyAsFarAsThatIsAllowed() {
      Decision decision = given(12, 0).load(Optional.empty()).least(11).decide();
      assertThat(decision.outcome()).isEqualTo(scale(12, 11, ScaleReason.OUT_OF_BOUNDS));
      assertThat(decision.sentence())
          .startsWith("Scaling crm/crm-deployment from 12 to 11: maxReplicas 10; 11 stay, not 10,");
      assertThat(given(1, 150).forecast(150).most(1).decide().outcome())
          .isEqualTo(hold(1, HoldReason.AT_QUOTA));
    }

    @Test
    void whatWasWantedIsRememberedForTheStabilization() {
      Decision decision = given(4, 590).forecast(590).most(4).decide();

      assertThat(DecisionMemory.EMPTY.after(decision).recommendations().getLast().replicas())
          .isEqualTo(6);
    }

    @Test
    void aLimitIsNoNegativeNumber() {
      assertThatThrownBy(() -> new Room.Limit(-1, "ResourceQuota compute"))
          .hasMessage("replicas -1 < 0, by ResourceQuota compute");
    }
  }

  @Nested
  class SettingsOfTheWindows {

    @Test
    void areBounded() {
      assertThatThrownBy(
              () -> new Decider.Settings(Duration.ofMinutes(6), Duration.ofMinutes(3), 2, 0, 0))
          .hasMessage("interval PT6M must be above 0s and at most 5m");
      assertThatThrownBy(
              () -> new Decider.Settings(Duration.ofMinutes(1), Duration.ofMinutes(16), 2, 0, 0))
          .hasMessage("staleAfter PT16M must lie between 0s and 15m");
      assertThatThrownBy(
              () -> new Decider.Settings(Duration.ofMinutes(1), Duration.ofMinutes(3), 0.5, 0, 0))
          .hasMessage("payBackLeadTimes 0.5 must lie between 1 and 10");
      assertThatThrownBy(
              () -> new Decider.Settings(Duration.ofMinutes(1), Duration.ofMinutes(3), 2, 0.05, 1))
          .hasMessage("scaleOutReserve 0.05 must lie between 0 and 1, scaleInBand 1.0 below 1");
    }
  }
}
