package io.tidecaster.api;

import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A decision with all that led to it. */
@Schema(
    name = "Decision",
    description = "One decision with all that led to it.",
    requiredProperties = {
      "namespace",
      "name",
      "at",
      "mode",
      "outcome",
      "reason",
      "sentence",
      "currentReplicas",
      "readyReplicas",
      "desiredReplicas",
      "load",
      "neededNow",
      "planned",
      "forecast",
      "capacity",
      "cpuRequestCores",
      "leadTimeSeconds",
      "clamps",
      "hpa"
    })
public record DecisionJson(
    @Schema(examples = "crm") String namespace,
    @Schema(examples = "crm-web") String name,
    @Schema(
            description = "Event time: the end of the last minute that was known.",
            examples = "2026-05-04T09:31:00Z")
        Instant at,
    @Schema(
            description = "The mode in force, the installation's ceiling applied.",
            enumeration = {"Paused", "Advisory", "Enforcing"},
            examples = "Advisory")
        String mode,
    @Schema(
            enumeration = {"Scale", "Hold"},
            examples = "Scale")
        String outcome,
    @Schema(
            description = "One word for why; also a metric's label and an Event's reason.",
            examples = "ForecastAboveCapacity")
        String reason,
    @Schema(
            description = "The outcome and its reason for a person.",
            examples = "Scale 3 → 6: 640 requests/s are forecast in 3 min, 3 replicas bear 360.")
        String sentence,
    @Schema(description = "Replicas the workload was asked for.", examples = "3")
        int currentReplicas,
    @Schema(description = "Replicas that bore load.", examples = "3") int readyReplicas,
    @Schema(description = "Replicas that are asked for afterwards.", examples = "6")
        int desiredReplicas,
    @Schema(
            nullable = true,
            description = "The load of the minute; null where unknown.",
            examples = "331.5")
        @Nullable Double load,
    @Schema(
            nullable = true,
            description = "Replicas the load of this moment needs; null where unknown.",
            examples = "3")
        @Nullable Integer neededNow,
    @Schema(
            nullable = true,
            description =
                "Replicas the forecast over the lead time needs; null without a forecast.",
            examples = "6")
        @Nullable Integer planned,
    ForecastUsedJson forecast,
    @Schema(nullable = true, description = "Null where nothing is known yet.")
        @Nullable CapacityJson capacity,
    @Schema(
            nullable = true,
            description = "CPU request of one replica; null where none is stated.",
            examples = "1")
        @Nullable Double cpuRequestCores,
    @Schema(description = "How long a new replica takes to bear load.", examples = "180")
        double leadTimeSeconds,
    @Schema(description = "The rules that changed the number, in order.") List<ClampJson> clamps,
    ShadowJson hpa) {

  /** The forecast as the decision used it. */
  @Schema(
      name = "ForecastUsed",
      description = "The forecast as the decision used it.",
      requiredProperties = {"peakAtServiceLevel", "quantiles", "model", "notReady"})
  public record ForecastUsedJson(
      @Schema(
              nullable = true,
              description = "Largest load at the service level's quantile within the lead time.",
              examples = "640.2")
          @Nullable Double peakAtServiceLevel,
      @Schema(
              type = SchemaType.OBJECT,
              description = "Level → load at the lead time; empty without a forecast.",
              additionalProperties = double.class,
              examples = "{\"0.5\":540.0,\"0.9\":602.4,\"0.95\":640.2,\"0.99\":690.8}")
          Map<String, Double> quantiles,
      @Schema(nullable = true, description = "Which model made it.", examples = "GradientBoosting")
          @Nullable String model,
      @Schema(nullable = true, description = "Why there is none; null where there is one.")
          @Nullable String notReady) {

    private static ForecastUsedJson of(Decision.ForecastSummary forecast) {
      Map<String, Double> quantiles = new LinkedHashMap<>();
      forecast.q50().ifPresent(load -> quantiles.put("0.5", load));
      forecast.q90().ifPresent(load -> quantiles.put("0.9", load));
      forecast.q95().ifPresent(load -> quantiles.put("0.95", load));
      forecast.q99().ifPresent(load -> quantiles.put("0.99", load));
      return new ForecastUsedJson(
          orNull(forecast.peakAtServiceLevel()),
          quantiles,
          forecast.model().orElse(null),
          forecast.notReady().orElse(null));
    }
  }

  public static DecisionJson of(Decision decision) {
    return new DecisionJson(
        decision.scaler().namespace(),
        decision.scaler().name(),
        decision.at(),
        decision.mode().label(),
        switch (decision.outcome()) {
          case Outcome.Scale _ -> "Scale";
          case Outcome.Hold _ -> "Hold";
        },
        decision.outcome().reasonLabel(),
        decision.sentence(),
        decision.fleet().specReplicas(),
        decision.fleet().readyReplicas(),
        decision.desiredReplicas(),
        orNull(decision.load()),
        decision.neededNow().orElse(null),
        decision.planned().orElse(null),
        ForecastUsedJson.of(decision.forecast()),
        decision.capacity().map(CapacityJson::of).orElse(null),
        orNull(decision.fleet().cpuRequestCores()),
        seconds(decision.leadTime()),
        decision.clamps().stream().map(ClampJson::of).toList(),
        ShadowJson.of(decision.hpa()));
  }

  static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }

  static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
