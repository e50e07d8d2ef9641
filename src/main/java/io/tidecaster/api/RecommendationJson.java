package io.tidecaster.api;

import io.tidecaster.decide.Decision;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.workload.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The last decision as advice, or why there is none. */
@Schema(
    name = "RecommendationOutcome",
    description = "The last decision as advice, or why there is none. Look for notReady.",
    oneOf = {RecommendationJson.Advice.class, RecommendationJson.Missing.class})
public sealed interface RecommendationJson {

  /** Advice. */
  @Schema(
      name = "Recommendation",
      requiredProperties = {
        "at",
        "validUntil",
        "modeInForce",
        "currentReplicas",
        "desiredReplicas",
        "reason",
        "sentence",
        "clamps",
        "size",
        "sizesBeside"
      })
  record Advice(
      @Schema(
              description = "Event time: the end of the last minute that was known.",
              examples = "2026-05-04T09:31:00Z")
          Instant at,
      @Schema(
              description = "From this time on it is too old to be followed.",
              examples = "2026-05-04T09:34:00Z")
          Instant validUntil,
      @Schema(
              description = "Enforcing means that Tidecaster follows it itself.",
              enumeration = {"Paused", "Advisory", "Enforcing"},
              examples = "Advisory")
          String modeInForce,
      @Schema(description = "Replicas the workload is asked for.", examples = "3")
          int currentReplicas,
      @Schema(examples = "6") int desiredReplicas,
      @Schema(examples = "ForecastAboveCapacity") String reason,
      @Schema(
              description = "The outcome and its reason for a person.",
              examples = "Scale 3 → 6: 640 requests/s are forecast in 3 min, 3 replicas bear 360.")
          String sentence,
      @Schema(description = "The rules that changed the number, in order.") List<ClampJson> clamps,
      @Schema(
              nullable = true,
              implementation = SizeJson.class,
              description = "How large they are to be; null where that is left alone.")
          @Nullable SizeJson size,
      @Schema(
              description =
                  "The same of the containers beside that one; empty where none is sized.")
          List<SizeJson> sizesBeside)
      implements RecommendationJson {}

  /** No advice. */
  @Schema(
      name = "NoRecommendation",
      requiredProperties = {"notReady"})
  record Missing(NotReadyJson notReady) implements RecommendationJson {}

  /**
   * The state's last decision as advice.
   *
   * @param validity how long advice holds after the minute it was made for
   */
  static RecommendationJson of(ScalerState state, Mode installation, Duration validity) {
    return state
        .lastDecision()
        .<RecommendationJson>map(decision ->
            advice(decision, state.mode().cappedBy(installation), validity, state.size()))
        .orElseGet(() ->
            new Missing(
                new NotReadyJson(
                    "NoDecisionYet",
                    "no minute was decided on yet; the first follows the first full minute of"
                        + " samples")));
  }

  private static Advice advice(
      Decision decision, Mode inForce, Duration validity, Optional<SizeDecision> size) {
    return new Advice(
        decision.at(),
        decision.at().plus(validity),
        inForce.label(),
        decision.fleet().specReplicas(),
        decision.desiredReplicas(),
        decision.outcome().reasonLabel(),
        decision.sentence(),
        decision.clamps().stream().map(ClampJson::of).toList(),
        size.map(SizeJson::of).orElse(null),
        SizeJson.beside(size));
  }
}
