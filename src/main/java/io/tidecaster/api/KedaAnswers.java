package io.tidecaster.api;

import io.tidecaster.decide.Decision;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.workload.Actuation;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.ScalerId;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// From a scaler's last decision to what KEDA is told.
///
/// The metric is a number of replicas and its target is 1 a replica, so that the HPA that KEDA
/// makes wants `ceil(metric ÷ target) = ceil(7 ÷ 1) = 7` replicas (type `AverageValue`, KEDA's
/// default).
///
/// | the scaler | metric | active |
/// | --- | --- | --- |
/// | is Enforcing | the replicas of its last decision | where these are not 0 |
/// | is Advisory or Paused, `whileAdvising: Hold` (default) | the replicas there are, which changes nothing where this is the only trigger, and holds scale-in beside others | where these are not 0 |
/// | is Advisory or Paused, `whileAdvising: Yield` | 0, by which the other triggers decide alone; never for the only trigger | no |
/// | is not known, acts otherwise, has no decision that is fresh, or was decided on without its load, capacity or workload | none: a gRPC status | none |
final class KedaAnswers {
  /** The key in a trigger's metadata that names the PredictiveScaler. */
  static final String SCALER = "scaler";

  /** The key in a trigger's metadata that says what is told while nothing is to be changed. */
  static final String WHILE_ADVISING = "whileAdvising";

  private static final String HOLD = "Hold";
  private static final String YIELD = "Yield";

  private static final Set<HoldReason> BLIND =
      EnumSet.of(
          HoldReason.METRICS_MISSING, HoldReason.CAPACITY_UNKNOWN, HoldReason.TARGET_UNKNOWN);

  private KedaAnswers() {}

  /**
   * The scaler that a trigger names in its metadata, else the one of the ScaledObject's name;
   * always one of the ScaledObject's namespace.
   *
   * @throws IllegalArgumentException where that is no name
   */
  static ScalerId named(String namespace, String scaledObject, Map<String, String> metadata) {
    return new ScalerId(namespace, metadata.getOrDefault(SCALER, scaledObject));
  }

  /**
   * What is told of a scaler.
   *
   * @param state empty where there is none
   * @param metadata the trigger's
   * @param freshFor the greatest age of a decision that is told
   */
  static KedaAnswer of(
      ScalerId id,
      Optional<ScalerState> state,
      Mode installation,
      Map<String, String> metadata,
      Instant now,
      Duration freshFor) {
    String whileAdvising = metadata.getOrDefault(WHILE_ADVISING, HOLD);
    if (!Set.of(HOLD, YIELD).contains(whileAdvising)) {
      return new KedaAnswer.Unknown(
          GrpcStatus.INVALID_ARGUMENT,
          "metadata %s \"%s\" is none of %s, %s"
              .formatted(WHILE_ADVISING, whileAdvising, HOLD, YIELD));
    }
    if (state.isEmpty()) {
      return new KedaAnswer.Unknown(
          GrpcStatus.NOT_FOUND,
          "there is no PredictiveScaler %s that can be followed; make one, or name it in the trigger's metadata as %s"
              .formatted(id, SCALER));
    }
    Actuation actuation = state.get().scaler().actuation();
    if (actuation != Actuation.AUTO && actuation != Actuation.KEDA) {
      return new KedaAnswer.Unknown(
          GrpcStatus.FAILED_PRECONDITION,
          "PredictiveScaler %s acts by horizontal.actuator %s; set it to Keda or Auto"
              .formatted(id, actuation.label()));
    }
    Mode mode = state.get().mode().cappedBy(installation);
    return state
        .get()
        .lastDecision()
        .map(decision -> of(decision, mode, whileAdvising.equals(YIELD), now, freshFor))
        .orElseGet(() ->
            new KedaAnswer.Unknown(
                GrpcStatus.UNAVAILABLE,
                "PredictiveScaler %s is not decided on yet; wait for its first minute"
                    .formatted(id)));
  }

  private static KedaAnswer of(
      Decision decision, Mode mode, boolean yields, Instant now, Duration freshFor) {
    if (mode != Mode.ENFORCING && yields) {
      return new KedaAnswer.Replicas(0, false);
    }
    Duration age = Duration.between(decision.at(), now);
    if (age.compareTo(freshFor) > 0) {
      return new KedaAnswer.Unknown(
          GrpcStatus.UNAVAILABLE,
          "the last decision on PredictiveScaler %s is of %s, %d s ago, which is more than %d s; see its conditions"
              .formatted(decision.scaler(), decision.at(), age.toSeconds(), freshFor.toSeconds()));
    }
    if (!decision.fleetKnown()
        || (mode == Mode.ENFORCING
            && decision.outcome() instanceof Outcome.Hold hold
            && BLIND.contains(hold.reason()))) {
      return new KedaAnswer.Unknown(
          GrpcStatus.FAILED_PRECONDITION,
          "%s: %s".formatted(decision.outcome().reasonLabel(), decision.sentence()));
    }
    int replicas =
        mode == Mode.ENFORCING ? decision.desiredReplicas() : decision.fleet().specReplicas();
    return new KedaAnswer.Replicas(replicas, replicas > 0);
  }
}
