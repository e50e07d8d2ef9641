package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.balance.Problem;
import io.tidecaster.balance.Standing;
import io.tidecaster.balance.Trouble;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus;
import io.tidecaster.crd.v1alpha1.Reading;
import io.tidecaster.crd.v1alpha1.SpecError;
import io.tidecaster.decide.Clamp;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.LeadTimeEstimate;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Outlook;
import io.tidecaster.decide.Trust;
import io.tidecaster.size.CpuBounds;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeInputs;
import io.tidecaster.size.SizeMemory;
import io.tidecaster.size.ThrottleFloor;
import io.tidecaster.size.Throttling;
import io.tidecaster.workload.BoundsWindow;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Promotion;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.ThrottlingSigns;
import io.tidecaster.workload.Vertical;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConditionsTest {
  private static final Scaler WEB = Given.deployment("crm", "web");
  private static final ThrottlingSigns LIMITS =
      new ThrottlingSigns(
          new SeriesSelector("throttled_total", SeriesSelector.Type.COUNTER, Map.of()),
          new SeriesSelector("periods_total", SeriesSelector.Type.COUNTER, Map.of()),
          "throttled",
          0.05);
  private static final Optional<ScaleResult> UNTRIED = Optional.empty();

  @Test
  void isActiveWhileDecisionsAreApplied() {
    var status = decided(Mode.ENFORCING, Given.scale(2, 5), new ScaleResult.Scaled("8"));

    assertThat(shown(status))
        .containsExactly(
            "Ready=True DecisionMade",
            "AbleToScale=True ReadyForNewScale",
            "ScalingActive=True Enforcing",
            "ScalingLimited=False DesiredWithinRange");
    assertThat(status.currentReplicas()).isEqualTo(2);
    assertThat(status.desiredReplicas()).isEqualTo(5);
  }

  @Test
  void isNotActiveInAdvisory() {
    assertThat(shown(decided(Mode.ADVISORY, Given.scale(2, 5), UNTRIED, Optional.empty())))
        .contains("Ready=True DecisionMade", "ScalingActive=False Advisory");
  }

  @Test
  void tellsOfALimitThatHoldsTheContainerBackUntilAnHourIsOver() {
    var told = throttled(Optional.of(ThrottleFloor.after(Optional.empty(), NINE, 500, false)));

    assertThat(shown(told)).contains("Throttled=True LimitReached");
    assertThat(told.condition("Throttled").orElseThrow().message())
        .isEqualTo(
            "more than 5 % of its periods were throttled at 2026-03-02T09:00:00Z, and its limit"
                + " stays; set controlledValues RequestsAndLimits, or raise the limit");
    assertThat(shown(throttled(Optional.empty()))).contains("Throttled=False LimitSuffices");
  }

  @Test
  void aThrottlingThatNobodyCountedIsNotSaidToBeNone() {
    var told = throttled(OptionalDouble.empty(), Optional.empty());

    assertThat(shown(told)).contains("Throttled=Unknown ThrottlingUnknown");
    assertThat(told.condition("Throttled").orElseThrow().message())
        .startsWith("no samples of throttled_total and periods_total that usage.throttling fits")
        .endsWith("let Prometheus send them");
  }

  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");

  /** Two of the three containers are sized, and each of them says how large it is. */
  @Test
  void namesAContainerBesideThatIsNotThereAndShowsThoseThatAre() {
    var floor = ThrottleFloor.after(Optional.empty(), NINE, 100, false);
    var told =
        status(
            new SizeObservation.Seen(
                PODS,
                Optional.empty(),
                Map.of(
                    "log",
                    new SizeObservation.Unseen(
                        "ContainerNotFound",
                        "container \"log\" is none of web, envoy; correct vertical.containers[2].name"))),
            sized("web", 500, Optional.empty())
                .with(List.of(sized("envoy", 100, Optional.of(floor)))));

    assertThat(shown(told)).contains("AbleToResize=False ContainerNotFound");
    assertThat(told.condition("AbleToResize").orElseThrow().message())
        .isEqualTo(
            "container \"log\" is none of web, envoy; correct vertical.containers[2].name; the"
                + " other containers are sized");
    assertThat(told.condition("Throttled").orElseThrow().message())
        .startsWith("envoy: more than 5 % of its periods were throttled");
    var vertical = Objects.requireNonNull(told.vertical());
    assertThat(vertical.container()).isEqualTo("web");
    assertThat(vertical.sentence()).contains("Container web").doesNotContain("envoy");
    assertThat(vertical.beside())
        .extracting(each -> each.container() + " " + each.cpu() + " " + each.desiredCpu())
        .containsExactly("envoy 100m 100m");
    assertThat(told.saysTheSameAs(told)).isTrue();
  }

  private static final List<SizeObservation.Pod> PODS =
      List.of(
          new SizeObservation.Pod(
              "web-0", 500, OptionalLong.of(500), 500, false, Optional.empty()));

  private static PredictiveScalerStatus throttled(Optional<ThrottleFloor> floor) {
    return throttled(OptionalDouble.of(0.2), floor);
  }

  private static PredictiveScalerStatus throttled(
      OptionalDouble share, Optional<ThrottleFloor> floor) {
    return status(new SizeObservation.Seen(PODS), sized("web", 500, share, floor));
  }

  private static SizeDecision sized(String container, long millis, Optional<ThrottleFloor> floor) {
    return sized(container, millis, OptionalDouble.of(0.2), floor);
  }

  private static SizeDecision sized(
      String container, long millis, OptionalDouble share, Optional<ThrottleFloor> floor) {
    return SizeDecision.of(
        NINE,
        container,
        new SizeInputs(
            SizeDecider.Settings.DEFAULT,
            millis,
            Optional.empty(),
            new CpuBounds(50, 4000),
            SizeMemory.EMPTY,
            Optional.of(new Throttling(share, 0.05, false, floor))));
  }

  private static final Scaler SIZED =
      Given.throttled(
          new Scaler(
                  WEB.id(),
                  WEB.target(),
                  WEB.mode(),
                  WEB.bounds(),
                  WEB.load(),
                  Optional.of(WEB.load()),
                  WEB.objective(),
                  WEB.hpaObjective(),
                  WEB.serviceLevel(),
                  WEB.leadTime(),
                  WEB.behavior())
              .withVertical(new Vertical("web", 50, 4000, Vertical.Values.REQUESTS_ONLY, 0.8, 6)),
          LIMITS);

  private static PredictiveScalerStatus status(SizeObservation.Seen seen, SizeDecision size) {
    return Conditions.status(
        new Report.Decided(
            SIZED,
            Given.decision(WEB.id(), Mode.ENFORCING, 2, Given.scale(2, 5)),
            Optional.empty(),
            Observation.Pods.UNKNOWN,
            Outlook.UNKNOWN,
            Optional.of(new Sized(seen, Optional.of(size))),
            Optional.empty()),
        1,
        Optional.empty());
  }

  @Test
  void isNotReadyWhileTheLoadIsUnknown() {
    var hold = Given.hold(2, HoldReason.METRICS_MISSING);
    assertThat(shown(decided(Mode.ENFORCING, hold, UNTRIED, Optional.empty())))
        .containsExactly(
            "Ready=False MetricsMissing",
            "AbleToScale=True ReadyForNewScale",
            "ScalingActive=False MetricsMissing",
            "ScalingLimited=False DesiredWithinRange");
  }

  @Test
  void isReadyAndNotActiveWhileSwitchedOff() {
    var hold = Given.hold(0, HoldReason.SWITCHED_OFF);
    assertThat(shown(decided(Mode.ENFORCING, hold, UNTRIED, Optional.empty())))
        .contains("Ready=True DecisionMade", "ScalingActive=False SwitchedOff");
  }

  @Test
  void keepsARefusalUntilAScalingIsNotRefused() {
    var refused =
        decided(Mode.ENFORCING, Given.scale(2, 5), new ScaleResult.Forbidden("no right to"));
    var hold = Given.hold(2, HoldReason.STABILIZING);
    var after = decided(Mode.ENFORCING, hold, UNTRIED, Optional.of(refused));
    var advisory = decided(Mode.ADVISORY, hold, UNTRIED, Optional.of(after));

    assertThat(shown(refused)).contains("AbleToScale=False Forbidden");
    assertThat(shown(after)).contains("AbleToScale=False Forbidden");
    assertThat(shown(advisory)).contains("AbleToScale=True ReadyForNewScale");
  }

  @Test
  void saysWhatHoldsReplicasBackAndHowTheLeadTimeIsKnown() {
    var pods =
        new Observation.Pods(
            Optional.of(
                new LearnedLeadTime(
                    new LeadTimeEstimate(Duration.ofMinutes(3), LeadTimeEstimate.Origin.LEARNED),
                    4,
                    "four of them")),
            List.of("pod web-1 has no node: Insufficient cpu"));
    var status =
        Conditions.status(
            new Report.Decided(
                WEB,
                Given.decision(WEB.id(), Mode.ENFORCING, 2, Given.scale(2, 5)),
                Optional.empty(),
                pods,
                Outlook.UNKNOWN),
            1,
            Optional.empty());

    assertThat(shown(status)).contains("ScalingLimited=True HeldBack");
    assertThat(status.condition("ScalingLimited").orElseThrow().message())
        .isEqualTo(
            "1 replicas do not start: pod web-1 has no node: Insufficient cpu; make room, mend"
                + " them, or lower maxReplicas");
    assertThat(status.leadTime())
        .isEqualTo(new PredictiveScalerStatus.LeadTimeStatus(180, "Learned", "four of them"));
  }

  @Test
  void namesTheRulesThatItMayNotReadAsLongAsItMayNot() {
    var unread = List.of("resourcequotas cannot be listed", "poddisruptionbudgets neither");
    var blind =
        Conditions.status(
            new Report.Decided(
                WEB,
                Given.decision(WEB.id(), Mode.ENFORCING, 2, Given.scale(2, 5)),
                UNTRIED,
                new Observation.Pods(Optional.empty(), List.of(), unread),
                Outlook.UNKNOWN),
            1,
            Optional.empty());
    var after =
        decided(Mode.ENFORCING, Given.hold(5, HoldReason.ENOUGH), UNTRIED, Optional.of(blind));

    assertThat(shown(blind)).contains("RulesKnown=False Forbidden");
    assertThat(blind.condition("RulesKnown").orElseThrow().message())
        .isEqualTo("resourcequotas cannot be listed; poddisruptionbudgets neither");
    assertThat(after.condition("RulesKnown")).isEmpty();
  }

  @Test
  void showsThePeakOfTheHourAndHowGoodTheForecastsAre() {
    var outlook =
        new Outlook(
            Optional.of(new Outlook.Highest(512, Given.AT.plusSeconds(1200))),
            Optional.of(new Outlook.Accuracy(0.3149, true, 97)),
            Optional.empty());
    var status =
        Conditions.status(
            new Report.Decided(
                WEB,
                Given.decision(WEB.id(), Mode.ENFORCING, 2, Given.scale(2, 5)),
                UNTRIED,
                Observation.Pods.UNKNOWN,
                outlook),
            1,
            Optional.empty());

    assertThat(status.mode()).isEqualTo("Enforcing");
    assertThat(status.forecast())
        .isEqualTo(
            new PredictiveScalerStatus.ForecastStatus(
                null, "TooLittleHistory", 512.0, "2026-03-02T08:20:00Z"));
    assertThat(status.accuracy())
        .isEqualTo(new PredictiveScalerStatus.AccuracyStatus(0.31, true, 97L));
  }

  @Test
  void saysWhatKeepsABalancerFromBeingAsItShould() {
    assertThat(shown(steered(Optional.empty()))).doesNotContain("Balanced");
    PredictiveScalerStatus inStep =
        steered(Optional.of(new Standing(List.of(), "a new replica gets its full share at once")));
    assertThat(shown(inStep)).contains("Balanced=True InStep");
    assertThat(inStep.condition("Balanced").orElseThrow().message())
        .isEqualTo("every HAProxy is as it should be; a new replica gets its full share at once");

    PredictiveScalerStatus status =
        steered(
            Optional.of(
                new Standing(
                    List.of(
                        new Trouble("HAProxy at 10.0.0.5:9999", Problem.UNREACHABLE, Given.AT),
                        new Trouble("HAProxy at 10.0.0.6:9999", Problem.NO_SLOT, Given.AT)),
                    "")));

    assertThat(shown(status)).contains("Balanced=False Unreachable");
    assertThat(status.condition("Balanced").orElseThrow().message())
        .isEqualTo(
            "HAProxy at 10.0.0.5:9999: HAProxy does not answer; HAProxy at 10.0.0.6:9999: no server"
                + " is free for a replica; raise the number of slots");
  }

  private static PredictiveScalerStatus steered(Optional<Standing> balancers) {
    return Conditions.status(
        new Report.Decided(
            WEB,
            Given.decision(WEB.id(), Mode.ENFORCING, 2, Given.scale(2, 5)),
            UNTRIED,
            Observation.Pods.UNKNOWN,
            Outlook.UNKNOWN,
            Optional.empty(),
            balancers),
        1,
        Optional.empty());
  }

  @Test
  void saysHowTheTrialStands() {
    Scaler onTrial = WEB.withMode(Mode.ADVISORY).withPromotion(Optional.of(new Promotion(7)));
    var outlook =
        new Outlook(Optional.empty(), Optional.empty(), Optional.of(Trust.begun(Given.AT)));
    var status =
        Conditions.status(
            new Report.Decided(
                onTrial,
                Given.decision(WEB.id(), Mode.ADVISORY, 2, Given.scale(2, 5)),
                UNTRIED,
                Observation.Pods.UNKNOWN,
                outlook),
            1,
            Optional.empty());

    assertThat(shown(status)).contains("Trusted=False Proving");
    assertThat(status.condition("Trusted").orElseThrow().message())
        .isEqualTo(
            "it enforces once 7 days in a row are won, 0 so far; a day is won when its advice costs no more than an HPA");
    assertThat(status.promotion())
        .isEqualTo(
            new PredictiveScalerStatus.PromotionStatus("Proving", "2026-03-02T08:00:00Z", 0, 7));
  }

  @Test
  void isLimitedAtTheMaximum() {
    assertThat(
            shown(
                decided(
                    Mode.ENFORCING,
                    Given.hold(10, HoldReason.AT_MAXIMUM),
                    UNTRIED,
                    Optional.empty())))
        .contains("ScalingLimited=True AtMaximum");
  }

  @Test
  void isLimitedByWhatTheNamespaceAllowsWhetherItStoppedTheScalingOrMadeItSmaller() {
    Clamp quota =
        new Clamp(Clamp.Rule.QUOTA, 6, 4, "ResourceQuota compute: pods 8 of 8 used, 1 a replica");
    Clamp budget =
        new Clamp(
            Clamp.Rule.DISRUPTION_BUDGET,
            2,
            5,
            "PodDisruptionBudget web: 5 of 5 healthy, 5 must be, 0 may go");

    assertThat(limited(quota, Given.hold(4, HoldReason.AT_QUOTA)))
        .isEqualTo(limited(quota, Given.scale(3, 4)))
        .isEqualTo(
            "AtQuota: 6 replicas are needed, there is room for 4 by ResourceQuota compute: pods 8 of"
                + " 8 used, 1 a replica; raise it, or lower maxReplicas");
    assertThat(limited(budget, Given.hold(5, HoldReason.AT_DISRUPTION_BUDGET)))
        .isEqualTo(
            "AtDisruptionBudget: 2 replicas are enough, 5 stay by PodDisruptionBudget web: 5 of 5"
                + " healthy, 5 must be, 0 may go; loosen it if that is not meant");
  }

  private static String limited(Clamp clamp, Outcome outcome) {
    Decision d = Given.decision(WEB.id(), Mode.ENFORCING, 5, outcome);
    Decision decision =
        new Decision(
            d.scaler(),
            d.at(),
            d.mode(),
            d.fleet(),
            d.load(),
            d.forecast(),
            d.capacity(),
            d.leadTime(),
            d.neededNow(),
            d.planned(),
            List.of(clamp),
            d.outcome(),
            d.hpa(),
            d.sentence());
    var condition =
        Conditions.status(new Report.Decided(WEB, decision, UNTRIED), 1, Optional.empty())
            .condition("ScalingLimited")
            .orElseThrow();
    assertThat(condition.status()).isEqualTo("True");
    return condition.reason() + ": " + condition.message();
  }

  @Test
  void showsTheBoundsInForceAndIsLimitedByThem() {
    var byDay =
        new BoundsWindow(
            "0 0 * * *", Duration.ofHours(24), ZoneOffset.UTC, Optional.empty(), Optional.of(6));
    var status =
        Conditions.status(
            new Report.Decided(
                Given.scheduled(WEB, byDay),
                Given.decision(WEB.id(), Mode.ENFORCING, 6, Given.hold(6, HoldReason.AT_MAXIMUM)),
                UNTRIED),
            1,
            Optional.empty());

    assertThat(status.bounds()).isEqualTo(new PredictiveScalerStatus.BoundsStatus(1, 6));
    assertThat(status.condition("ScalingLimited").orElseThrow().message())
        .isEqualTo("more than maxReplicas 6 are needed; raise it");
  }

  @Test
  void showsWhenItScaledLastAndWhyThereIsNoForecast() {
    var scaled = decided(Mode.ENFORCING, Given.scale(2, 5), new ScaleResult.Scaled("8"));
    var after =
        decided(Mode.ENFORCING, Given.hold(5, HoldReason.ENOUGH), UNTRIED, Optional.of(scaled));

    assertThat(scaled.lastScaleTime()).isEqualTo("2026-03-02T08:00:00Z");
    assertThat(after.lastScaleTime()).as("it stays").isEqualTo(scaled.lastScaleTime());
    assertThat(after.forecast())
        .isEqualTo(new PredictiveScalerStatus.ForecastStatus(null, "TooLittleHistory", null, null));
    assertThat(after.capacity()).as("unknown is not zero").isNull();
  }

  @Test
  void isWrittenAnewAfterTenMinutesAtTheLatest() {
    var first = withDecisionOf("2026-03-02T08:00:00Z");

    assertThat(withDecisionOf("2026-03-02T08:09:00Z").isYoungerBy(Duration.ofMinutes(10), first))
        .isFalse();
    assertThat(withDecisionOf("2026-03-02T08:10:00Z").isYoungerBy(Duration.ofMinutes(10), first))
        .isTrue();
  }

  private static PredictiveScalerStatus withDecisionOf(String time) {
    return new PredictiveScalerStatus(
        1L, 2, 2, new PredictiveScalerStatus.LastDecision(time, "Enough", ""), List.of());
  }

  @Test
  void takesNoNoteOfAConflict() {
    assertThat(
            shown(decided(Mode.ENFORCING, Given.scale(2, 5), new ScaleResult.Conflict("changed"))))
        .contains("AbleToScale=True ReadyForNewScale");
  }

  @Test
  void saysWhyTheTargetIsNotSeenAndNoFigures() {
    var hold = Given.hold(0, HoldReason.TARGET_UNKNOWN);
    var report =
        new Report.TargetUnseen(
            WEB,
            Given.decision(WEB.id(), Mode.ENFORCING, 0, hold),
            new Observation.NotFound("Deployment crm/web is not there"));
    var status = Conditions.status(report, 1, Optional.empty());

    assertThat(shown(status))
        .containsExactly(
            "Ready=False TargetNotFound",
            "AbleToScale=False TargetNotFound",
            "ScalingActive=False TargetNotFound");
    assertThat(status.currentReplicas()).isNull();
    assertThat(status.condition("Ready").orElseThrow().message())
        .isEqualTo("Deployment crm/web is not there");
  }

  @Test
  void saysWhatIsWrongWithASpec() {
    var rejected =
        new Reading.Rejected(
            Optional.of(WEB.id()), List.of(new SpecError("spec.leadTime", "2h > 1h")));
    var status =
        Conditions.status(new Report.SpecRejected(WEB.id(), rejected), 3, Optional.empty());

    assertThat(shown(status))
        .containsExactly("Ready=False InvalidSpec", "ScalingActive=False InvalidSpec");
    assertThat(status.condition("Ready").orElseThrow().message())
        .isEqualTo("spec.leadTime: 2h > 1h");
    assertThat(status.observedGeneration()).isEqualTo(3);
  }

  @Test
  void aSentenceAloneMakesNoDifference() {
    var hold = Given.hold(2, HoldReason.ENOUGH);
    var first = decided("load 420", hold);
    assertThat(first.saysTheSameAs(decided("load 421", hold))).isTrue();
    assertThat(first.saysTheSameAs(decided("load 420", Given.scale(2, 3)))).isFalse();
  }

  @Test
  void aConditionKeepsItsTimeUntilItsStatusChanges() {
    var hold = Given.hold(2, HoldReason.ENOUGH);
    var blind = Given.hold(2, HoldReason.METRICS_MISSING);
    var first = decided("", hold).after(Optional.empty(), Given.AT);
    var second = decided("", blind).after(Optional.of(first), Given.AT.plusSeconds(60));

    assertThat(second.condition("Ready").orElseThrow().lastTransitionTime())
        .isEqualTo("2026-03-02T08:01:00Z");
    assertThat(second.condition("AbleToScale").orElseThrow().lastTransitionTime())
        .isEqualTo("2026-03-02T08:00:00Z");
  }

  @Test
  void shortensWhatIsLongerThanAStatusShouldBe() {
    var status = decided("x".repeat(2_000), Given.scale(2, 3));

    assertThat(status.condition("Ready").orElseThrow().message()).hasSize(1_024).endsWith("x…");
  }

  private static PredictiveScalerStatus decided(Mode mode, Outcome outcome, ScaleResult result) {
    return decided(mode, outcome, Optional.of(result), Optional.empty());
  }

  private static PredictiveScalerStatus decided(
      Mode mode,
      Outcome outcome,
      Optional<ScaleResult> result,
      Optional<PredictiveScalerStatus> earlier) {
    return Conditions.status(
        new Report.Decided(WEB, Given.decision(WEB.id(), mode, 2, outcome), result), 1, earlier);
  }

  private static PredictiveScalerStatus decided(String sentence, Outcome outcome) {
    return Conditions.status(
        new Report.Decided(
            WEB, Given.decision(WEB.id(), Mode.ENFORCING, 2, outcome, sentence), UNTRIED),
        1,
        Optional.empty());
  }

  private static List<String> shown(PredictiveScalerStatus status) {
    return status.conditions().stream()
        .map(c -> "%s=%s %s".formatted(c.type(), c.status(), c.reason()))
        .toList();
  }
}
