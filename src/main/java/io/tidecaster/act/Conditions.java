package io.tidecaster.act;

import static io.tidecaster.crd.v1alpha1.PredictiveScalerStatus.timeOf;

import io.tidecaster.balance.Standing;
import io.tidecaster.balance.Trouble;
import io.tidecaster.crd.v1alpha1.BoundsByTime;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus.AccuracyStatus;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus.BoundsStatus;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus.CapacityStatus;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus.Condition;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus.ContainerStatus;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus.ForecastStatus;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus.LastDecision;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus.LeadTimeStatus;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus.PromotionStatus;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus.VerticalStatus;
import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Clamp;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ThrottlingSigns;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// From a report to the resource's status.
///
/// | condition | true while |
/// | --- | --- |
/// | `Ready` | the spec is right and all that a decision needs is known |
/// | `AbleToScale` | the workload can be read, and the last scaling was not refused; a conflict passes by itself and changes nothing |
/// | `Balanced` | every HAProxy of `balance` is as it should be, or was not for less than half a minute; only with `spec.balance` and mode Enforcing |
/// | `AbleToResize` | the container of `vertical` can be seen, and the last resize was neither refused nor left undone by a node; only with `vertical` |
/// | `Throttled` | within the last hour a CPU limit held the container back, unknown where nothing says so; only with `vertical` and `usage.throttling` |
/// | `ScalingLimited` | more is needed than maxReplicas or a quota allows, fewer than a disruption budget does, or replicas do not start |
/// | `RulesKnown` | false while quotas or disruption budgets may not be listed; else it is not there |
/// | `Trusted` | its advice has earned to be followed; only with `spec.promotion` and mode Advisory |
/// | `ScalingActive` | decisions are applied: the mode in force is Enforcing, and they are made on what is known |
final class Conditions {
  static final String READY = "Ready";
  static final String ABLE_TO_SCALE = "AbleToScale";
  static final String ABLE_TO_RESIZE = "AbleToResize";
  static final String BALANCED = "Balanced";
  static final String IN_STEP = "InStep";
  static final String READY_FOR_RESIZE = "ReadyForResize";
  static final String SCALING_ACTIVE = "ScalingActive";
  static final String SCALING_LIMITED = "ScalingLimited";
  static final String THROTTLED = "Throttled";
  static final String THROTTLING_UNKNOWN = "ThrottlingUnknown";
  static final String RULES_KNOWN = "RulesKnown";
  static final String FORBIDDEN = "Forbidden";
  static final String TRUSTED = "Trusted";
  static final String LIMIT_REACHED = "LimitReached";
  static final String LIMIT_SUFFICES = "LimitSuffices";
  static final String HELD_BACK = "HeldBack";
  static final String WITHIN_RANGE = "DesiredWithinRange";
  static final String INVALID_SPEC = "InvalidSpec";
  static final String DECISION_MADE = "DecisionMade";
  static final String READY_FOR_NEW_SCALE = "ReadyForNewScale";

  private static final Set<HoldReason> BLIND =
      EnumSet.of(HoldReason.METRICS_MISSING, HoldReason.CAPACITY_UNKNOWN);

  private static final Set<String> LASTING_REFUSALS =
      Set.of("Forbidden", "OwnedByOther", "UndoneByOther", "Failed");

  /** The API has no bound for these, etcd has. */
  private static final int LONGEST_SENTENCE = 1_024;

  private static final MathContext FOUR_DIGITS = new MathContext(4, RoundingMode.HALF_UP);

  private Conditions() {}

  static PredictiveScalerStatus status(
      Report report, long generation, Optional<PredictiveScalerStatus> earlier) {
    return switch (report) {
      case Report.Decided decided -> decided(decided, generation, earlier);
      case Report.TargetUnseen unseen ->
          withoutFigures(
              generation, Optional.of(lastDecision(unseen.decision())), unseen(unseen.why()));
      case Report.SpecRejected rejected ->
          withoutFigures(
              generation,
              earlier.map(PredictiveScalerStatus::lastDecision),
              rejected(rejected.reading().sentence()));
    };
  }

  private static PredictiveScalerStatus decided(
      Report.Decided report, long generation, Optional<PredictiveScalerStatus> earlier) {
    Decision decision = report.decision();
    String sentence = shortened(decision.sentence());
    Bounds inForce = BoundsByTime.at(report.scaler(), decision.at(), decision.leadTime());
    return new PredictiveScalerStatus(
        generation,
        decision.mode().label(),
        decision.fleet().specReplicas(),
        decision.desiredReplicas(),
        lastDecision(decision),
        leadTime(report),
        new BoundsStatus(inForce.minReplicas(), inForce.maxReplicas()),
        lastScaleTime(report, earlier),
        new ForecastStatus(
            orNull(significant(decision.forecast().peakAtServiceLevel())),
            decision.forecast().notReady().orElse(null),
            report.outlook().peak().map(peak -> significant(peak.load())).orElse(null),
            report.outlook().peak().map(peak -> timeOf(peak.at())).orElse(null)),
        report
            .outlook()
            .accuracy()
            .map(live -> new AccuracyStatus(rounded(live.skill()), live.trusted(), live.scored()))
            .orElse(null),
        decision
            .capacity()
            .map(known -> new CapacityStatus(significant(known.perReplica()), originOf(known)))
            .orElse(null),
        promotion(report).orElse(null),
        report
            .sized()
            .flatMap(Conditions::vertical)
            .or(() -> earlier.map(PredictiveScalerStatus::vertical))
            .filter(_ -> report.scaler().vertical().isPresent())
            .orElse(null),
        Stream.concat(
                Stream.of(
                    ready(decision, sentence),
                    ableToScale(report, earlier),
                    scalingActive(decision, sentence),
                    scalingLimited(report, inForce)),
                Stream.of(
                        rulesKnown(report.pods()),
                        trusted(report),
                        report.sized().map(Conditions::ableToResize),
                        report.sized().flatMap(sized -> throttled(report.scaler(), sized)),
                        report.balancers().map(Conditions::balanced))
                    .flatMap(Optional::stream))
            .toList());
  }

  private static Optional<VerticalStatus> vertical(Sized sized) {
    return sized
        .decision()
        .map(decision -> {
          List<ContainerStatus> each = decision.each().map(Conditions::container).toList();
          ContainerStatus first = each.getFirst();
          return new VerticalStatus(
              first.container(),
              first.cpu(),
              first.desiredCpu(),
              first.reason(),
              first.sentence(),
              first.memory(),
              first.desiredMemory(),
              first.memoryReason(),
              first.rollout(),
              each.subList(1, each.size()));
        });
  }

  private static ContainerStatus container(SizeDecision decision) {
    return new ContainerStatus(
        decision.container(),
        decision.inputs().currentMillis() + "m",
        decision.outcome().desiredMillis() + "m",
        decision.outcome().reasonLabel(),
        shortened(decision.with(List.of()).fullSentence()),
        decision.memory().map(memory -> mib(memory.inputs().currentBytes())).orElse(null),
        decision.memory().map(memory -> mib(memory.desiredBytes())).orElse(null),
        decision.memory().map(memory -> memory.reason().label()).orElse(null),
        decision.rollout().map(rollout -> rollout.reason().label()).orElse(null));
  }

  private static String mib(long bytes) {
    return Math.ceilDiv(bytes, 1L << 20) + "Mi";
  }

  private static Condition ableToResize(Sized sized) {
    if (sized.observed() instanceof SizeObservation.Unseen unseen) {
      return Condition.of(ABLE_TO_RESIZE, false, unseen.label(), shortened(unseen.detail()));
    }
    Optional<SizeObservation.Unseen> beside =
        sized.observed() instanceof SizeObservation.Seen known
            ? known.unseenBeside()
            : Optional.empty();
    if (beside.isPresent()) {
      return Condition.of(
          ABLE_TO_RESIZE,
          false,
          beside.get().label(),
          shortened(beside.get().detail() + "; the other containers are sized"));
    }
    if (sized.result().isPresent() && sized.result().get() instanceof ResizeResult.Held held) {
      return Condition.of(ABLE_TO_RESIZE, false, held.label(), shortened(held.detail()));
    }
    boolean leftBehind =
        sized.observed() instanceof SizeObservation.Seen seen
            && sized.decision().filter(decision -> decision.rollout().isPresent()).isEmpty()
            && seen.template()
                .filter(template -> template.carries() == PodTemplate.Carries.ROLLOUT)
                .isPresent();
    return Condition.of(
        ABLE_TO_RESIZE,
        true,
        READY_FOR_RESIZE,
        leftBehind
            ? "the containers can be seen; the template stays, as another one would replace every pod, and new pods are resized when they run"
            : "the containers can be seen");
  }

  private static Optional<Condition> throttled(Scaler scaler, Sized sized) {
    List<SizeDecision> asked =
        sized.decision().stream()
            .flatMap(SizeDecision::each)
            .filter(decision -> decision.inputs().throttling().isPresent())
            .toList();
    List<String> reached =
        asked.stream()
            .flatMap(decision ->
                decision.inputs().throttling().stream()
                    .filter(throttling -> throttling.floor().isPresent())
                    .map(throttling ->
                        asked.size() == 1
                            ? throttling.lately()
                            : decision.container() + ": " + throttling.lately()))
            .toList();
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    if (!reached.isEmpty()) {
      return Optional.of(
          Condition.of(THROTTLED, true, LIMIT_REACHED, shortened(String.join("; ", reached))));
    }
    boolean counted =
        asked.stream()
            .flatMap(decision -> decision.inputs().throttling().stream())
            .anyMatch(throttling -> throttling.share().isPresent());
    return scaler.throttling().map(signs -> counted ? suffices() : uncounted(signs));
  }

  private static Condition suffices() {
    return Condition.of(THROTTLED, false, LIMIT_SUFFICES, "no limit held it back in the last hour");
  }

  private static Condition uncounted(ThrottlingSigns signs) {
    return Condition.unknown(
        THROTTLED,
        THROTTLING_UNKNOWN,
        "no samples of %s and %s that usage.throttling fits arrived in the last minute; a container without a CPU limit has none, else let Prometheus send them"
            .formatted(signs.throttled().metric(), signs.periods().metric()));
  }

  /** The oldest trouble gives the reason; the others stand in the message. */
  private static Condition balanced(Standing balancers) {
    List<Trouble> troubles = balancers.troubles();
    return troubles.isEmpty()
        ? Condition.of(
            BALANCED,
            true,
            IN_STEP,
            shortened("every HAProxy is as it should be; " + balancers.ramp()))
        : Condition.of(
            BALANCED,
            false,
            troubles.getFirst().problem().label(),
            shortened(troubles.stream().map(Trouble::sentence).collect(Collectors.joining("; "))));
  }

  private static Optional<PromotionStatus> promotion(Report.Decided report) {
    return report
        .outlook()
        .trust()
        .flatMap(trust ->
            report
                .scaler()
                .trial()
                .map(promotion ->
                    new PromotionStatus(
                        trust.standing().label(),
                        timeOf(trust.since()),
                        trust.daysWon(),
                        promotion.afterDays())));
  }

  private static Optional<Condition> trusted(Report.Decided report) {
    return report
        .outlook()
        .trust()
        .flatMap(trust ->
            report
                .scaler()
                .trial()
                .map(promotion ->
                    Condition.of(
                        TRUSTED,
                        trust.standing().enforces(),
                        trust.standing().label(),
                        shortened(trust.sentence(promotion)))));
  }

  /** The time of this scaling, else of the one before. */
  private static @Nullable String lastScaleTime(
      Report.Decided report, Optional<PredictiveScalerStatus> earlier) {
    return report.result().filter(ScaleResult.Scaled.class::isInstance).isPresent()
        ? timeOf(report.decision().at())
        : earlier.map(PredictiveScalerStatus::lastScaleTime).orElse(null);
  }

  /** To a percent: what changes less says nothing new. */
  private static double rounded(double ratio) {
    return Math.round(ratio * 100) / 100.0;
  }

  private static OptionalDouble significant(OptionalDouble load) {
    return load.isPresent() ? OptionalDouble.of(significant(load.getAsDouble())) : load;
  }

  /** To four digits: a column is read by a person. */
  private static double significant(double load) {
    return BigDecimal.valueOf(load).round(FOUR_DIGITS).doubleValue();
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static String originOf(Capacity capacity) {
    return switch (capacity.origin()) {
      case STATED -> "Stated";
      case LEARNED -> "Learned";
      case PROVISIONAL -> "Provisional";
    };
  }

  private static LeadTimeStatus leadTime(Report.Decided report) {
    int seconds = Math.toIntExact(report.decision().leadTime().toSeconds());
    return switch (report.scaler().leadTime()) {
      case LeadTime.Fixed stated -> new LeadTimeStatus(seconds, "Stated", "spec.leadTime says so");
      case LeadTime.Learned unstated ->
          report
              .pods()
              .leadTime()
              .map(learned -> new LeadTimeStatus(seconds, "Learned", learned.explanation()))
              .orElseGet(() ->
                  new LeadTimeStatus(
                      seconds,
                      "Default",
                      "fewer than %d start-ups were seen".formatted(StartUps.LEAST)));
    };
  }

  private static Optional<Condition> rulesKnown(Observation.Pods pods) {
    return pods.unread().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Condition.of(
                RULES_KNOWN, false, FORBIDDEN, shortened(String.join("; ", pods.unread()))));
  }

  private static Condition scalingLimited(Report.Decided report, Bounds inForce) {
    List<String> heldBack = report.pods().heldBack();
    if (!heldBack.isEmpty()) {
      return Condition.of(
          SCALING_LIMITED,
          true,
          HELD_BACK,
          shortened(
              "%d replicas do not start: %s; make room, mend them, or lower maxReplicas"
                  .formatted(heldBack.size(), heldBack.getFirst())));
    }
    Decision decision = report.decision();
    Optional<Condition> limited =
        decision.clamps().stream().flatMap(Conditions::limitedBy).findFirst();
    if (limited.isPresent()) {
      return limited.get();
    }
    boolean atMost =
        decision.outcome() instanceof Outcome.Hold hold && hold.reason() == HoldReason.AT_MAXIMUM;
    return atMost
        ? Condition.of(
            SCALING_LIMITED,
            true,
            HoldReason.AT_MAXIMUM.label(),
            "more than maxReplicas %d are needed; raise it".formatted(inForce.maxReplicas()))
        : Condition.of(
            SCALING_LIMITED, false, WITHIN_RANGE, "what is needed lies within the bounds");
  }

  /** What the namespace does not allow, whether it stopped the scaling or made it smaller. */
  private static Stream<Condition> limitedBy(Clamp clamp) {
    return switch (clamp.rule()) {
      case QUOTA ->
          Stream.of(
              Condition.of(
                  SCALING_LIMITED,
                  true,
                  HoldReason.AT_QUOTA.label(),
                  shortened(
                      "%d replicas are needed, there is room for %d by %s; raise it, or lower maxReplicas"
                          .formatted(clamp.before(), clamp.after(), clamp.detail()))));
      case DISRUPTION_BUDGET ->
          Stream.of(
              Condition.of(
                  SCALING_LIMITED,
                  true,
                  HoldReason.AT_DISRUPTION_BUDGET.label(),
                  shortened(
                      "%d replicas are enough, %d stay by %s; loosen it if that is not meant"
                          .formatted(clamp.before(), clamp.after(), clamp.detail()))));
      case HEADROOM,
          PAY_BACK,
          RAMP,
          RESERVE,
          TOLERANCE,
          SHORTAGE,
          UNKNOWN_IS_NOT_ZERO,
          STABILIZATION,
          BEHAVIOR,
          BOUNDS,
          LEAST_COST ->
          Stream.empty();
    };
  }

  private static Condition ready(Decision decision, String sentence) {
    return Condition.of(
        READY,
        !isBlind(decision),
        isBlind(decision) ? decision.outcome().reasonLabel() : DECISION_MADE,
        sentence);
  }

  private static boolean isBlind(Decision decision) {
    return decision.outcome() instanceof Outcome.Hold hold && BLIND.contains(hold.reason());
  }

  private static Condition ableToScale(
      Report.Decided report, Optional<PredictiveScalerStatus> earlier) {
    Decision decision = report.decision();
    var able = Condition.of(ABLE_TO_SCALE, true, READY_FOR_NEW_SCALE, "the workload can be read");
    if (report.result().isPresent()) {
      return switch (report.result().get()) {
        case ScaleResult.Scaled scaled -> able;
        case ScaleResult.Unchanged unchanged -> able;
        case ScaleResult.LeftToKeda left ->
            Condition.of(ABLE_TO_SCALE, true, left.label(), shortened(left.detail()));
        case ScaleResult.Conflict conflict -> able;
        case ScaleResult.Refused refused ->
            Condition.of(ABLE_TO_SCALE, false, refused.label(), shortened(refused.detail()));
      };
    }
    boolean isWhatItShouldBe =
        decision.outcome() instanceof Outcome.Hold hold && hold.reason() == HoldReason.ENOUGH;
    return decision.mode() == Mode.ENFORCING && !isWhatItShouldBe
        ? refusedBefore(earlier).orElse(able)
        : able;
  }

  /** A refusal stands until a scaling is not refused. */
  private static Optional<Condition> refusedBefore(Optional<PredictiveScalerStatus> earlier) {
    return earlier
        .flatMap(status -> status.condition(ABLE_TO_SCALE))
        .filter(condition -> LASTING_REFUSALS.contains(condition.reason()));
  }

  private static Condition scalingActive(Decision decision, String sentence) {
    if (decision.mode() != Mode.ENFORCING) {
      return Condition.of(SCALING_ACTIVE, false, decision.mode().label(), sentence);
    }
    boolean switchedOff =
        decision.outcome() instanceof Outcome.Hold hold && hold.reason() == HoldReason.SWITCHED_OFF;
    return isBlind(decision) || switchedOff
        ? Condition.of(SCALING_ACTIVE, false, decision.outcome().reasonLabel(), sentence)
        : Condition.of(SCALING_ACTIVE, true, decision.mode().label(), sentence);
  }

  private static List<Condition> unseen(Observation.Unseen why) {
    String detail = shortened(why.detail());
    return List.of(
        Condition.of(READY, false, why.label(), detail),
        Condition.of(ABLE_TO_SCALE, false, why.label(), detail),
        Condition.of(SCALING_ACTIVE, false, why.label(), detail));
  }

  private static List<Condition> rejected(String sentence) {
    return List.of(
        Condition.of(READY, false, INVALID_SPEC, shortened(sentence)),
        Condition.of(SCALING_ACTIVE, false, INVALID_SPEC, shortened(sentence)));
  }

  /** What is not known is not said. */
  private static PredictiveScalerStatus withoutFigures(
      long generation, Optional<LastDecision> lastDecision, List<Condition> conditions) {
    return new PredictiveScalerStatus(
        generation, null, null, lastDecision.orElse(null), conditions);
  }

  private static LastDecision lastDecision(Decision decision) {
    return new LastDecision(
        timeOf(decision.at()), decision.outcome().reasonLabel(), shortened(decision.sentence()));
  }

  private static String shortened(String sentence) {
    return sentence.length() <= LONGEST_SENTENCE
        ? sentence
        : sentence.substring(0, LONGEST_SENTENCE - 1) + "…";
  }
}
