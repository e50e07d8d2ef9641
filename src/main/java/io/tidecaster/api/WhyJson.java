package io.tidecaster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidecaster.forecast.Explanation;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.forecast.NotReady;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Why the latest forecast is what it is. */
@JsonInclude(JsonInclude.Include.ALWAYS)
@Schema(
    name = "Why",
    requiredProperties = {"notReady", "items"})
public record WhyJson(
    @Schema(nullable = true, description = "Why there is no forecast; null where there is one.")
        @Nullable NotReadyJson notReady,
    @Schema(description = "By time ahead; empty until a model with trees is in force.")
        List<Reason> items) {

  /** One time ahead. */
  @Schema(
      name = "WhyAhead",
      requiredProperties = {"aheadSeconds", "median", "sentence", "causes"})
  public record Reason(
      @Schema(examples = "1800") long aheadSeconds,
      @Schema(description = "The median forecast.", examples = "412.5") double median,
      @Schema(
              examples =
                  "In 30 min the load is expected at 412, 81 above the 331 of now, mostly by the course of the last days at this time (+64) and known events (+12).")
          String sentence,
      @Schema(
              description =
                  "Strongest first; together with the load now they give the median before blending and calibration.")
          List<Cause> causes) {

    static Reason of(Explanation explanation) {
      return new Reason(
          explanation.ahead().toSeconds(),
          explanation.median(),
          explanation.sentence(),
          explanation.contributions().stream()
              .map(part -> new Cause(part.cause(), part.change()))
              .toList());
    }
  }

  /** What moved the forecast away from the load now. */
  @Schema(
      name = "Cause",
      requiredProperties = {"cause", "change"})
  public record Cause(
      @Schema(examples = "the course of the last days at this time") String cause,
      @Schema(description = "In the unit of the load.", examples = "64.2") double change) {}

  static WhyJson of(Optional<ForecastReport> report) {
    @Nullable NotReadyJson notReady =
        report
            .map(ForecastReport::outcome)
            .filter(NotReady.class::isInstance)
            .map(outcome -> NotReadyJson.of((NotReady) outcome))
            .orElse(null);
    return new WhyJson(
        notReady,
        report.map(ForecastReport::reasons).orElse(List.of()).stream().map(Reason::of).toList());
  }
}
