package io.tidecaster.api;

import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.NotReady;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A forecast, or why there is none. */
@Schema(
    name = "ForecastOutcome",
    description = "Quantiles of the load, or why there are none. Look for notReady.",
    oneOf = {ForecastJson.Quantified.class, ForecastJson.Missing.class})
public sealed interface ForecastJson {

  /** A forecast. */
  @Schema(
      name = "Forecast",
      requiredProperties = {"issuedAt", "stepSeconds", "quantiles", "model"})
  record Quantified(
      @Schema(
              description = "End of the last minute that was known; the first step starts here.",
              examples = "2026-05-04T09:31:00Z")
          Instant issuedAt,
      @Schema(description = "Width of one step.", examples = "60") long stepSeconds,
      @Schema(
              type = SchemaType.OBJECT,
              description =
                  "Level → quantile of the mean load in each step, from the first step ahead; rows"
                      + " are of one length and never fall from level to level.",
              additionalProperties = double[].class,
              examples =
                  "{\"0.5\":[412.1,420.8],\"0.9\":[450.2,466.0],\"0.95\":[466.3,485.1],\"0.99\":[498.0,521.7]}")
          Map<String, List<Double>> quantiles,
      @Schema(description = "Which model made it.", examples = "GradientBoosting") String model)
      implements ForecastJson {}

  /** No forecast. */
  @Schema(
      name = "NoForecast",
      requiredProperties = {"notReady"})
  record Missing(NotReadyJson notReady) implements ForecastJson {}

  static ForecastJson of(ForecastOutcome outcome) {
    return switch (outcome) {
      case Forecast forecast -> quantified(forecast);
      case NotReady notReady -> new Missing(NotReadyJson.of(notReady));
    };
  }

  private static Quantified quantified(Forecast forecast) {
    Map<String, List<Double>> quantiles = new LinkedHashMap<>();
    for (int i = 0; i < forecast.levels().size(); i++) {
      quantiles.put(Quantiles.key(forecast.levels().get(i)), forecast.values().get(i));
    }
    return new Quantified(
        forecast.issuedAt(), forecast.step().toSeconds(), quantiles, forecast.model());
  }
}
