package io.tidecaster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.forecast.LiveAccuracy;
import io.tidecaster.forecast.NotReady;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How a scaler's forecasts have done. */
@JsonInclude(JsonInclude.Include.ALWAYS)
@Schema(
    name = "Accuracy",
    requiredProperties = {"trusted", "sentence", "scored", "skill", "leads"})
public record AccuracyJson(
    @Schema(
            description =
                "Whether decisions go by the forecasts: not while they lose more than the seasonal naive ones, and again once they lose clearly less.")
        boolean trusted,
    @Schema(
            description = "The same for a person.",
            examples = "The forecasts lose 31 % less than the seasonal naive ones.")
        String sentence,
    @Schema(
            description = "Loads that forecasts were held against, over all times ahead.",
            examples = "8640")
        long scored,
    @Schema(
            nullable = true,
            description =
                "1 − pinball loss ÷ the seasonal naive forecasts' over all times ahead; those of two days ago count half. Null before the first.",
            examples = "0.31")
        @Nullable Double skill,
    @Schema(description = "By time ahead.") List<Lead> leads) {

  /** One time ahead. */
  @Schema(
      name = "AccuracyLead",
      requiredProperties = {"aheadSeconds", "pinball", "naivePinball", "skill", "coverage"})
  public record Lead(
      @Schema(description = "From the forecast to the end of the bin.", examples = "300")
          long aheadSeconds,
      @Schema(
              description = "Mean pinball loss over the levels, in the unit of the load.",
              examples = "4.2")
          double pinball,
      @Schema(description = "The seasonal naive forecasts'.", examples = "6.1") double naivePinball,
      @Schema(description = "1 − pinball ÷ naivePinball.", examples = "0.31") double skill,
      @Schema(
              type = SchemaType.OBJECT,
              description = "Level → share of loads at or under its quantile.",
              additionalProperties = Double.class,
              examples = "{\"0.5\":0.51,\"0.9\":0.9,\"0.95\":0.94,\"0.99\":0.99}")
          Map<String, Double> coverage) {

    static Lead of(LiveAccuracy.Lead lead) {
      Map<String, Double> coverage = new LinkedHashMap<>();
      List<Double> levels = ForecastSettings.DEFAULT.levels();
      for (int l = 0; l < Math.min(levels.size(), lead.coverage().size()); l++) {
        coverage.put(Quantiles.key(levels.get(l)), lead.coverage().get(l));
      }
      return new Lead(
          lead.ahead().toSeconds(), lead.pinball(), lead.naivePinball(), lead.skill(), coverage);
    }
  }

  static AccuracyJson of(Optional<ForecastReport> report) {
    Optional<LiveAccuracy> measured = report.flatMap(ForecastReport::accuracy);
    if (measured.isEmpty()) {
      return new AccuracyJson(
          true, "No forecast has been held against its load yet.", 0, null, List.of());
    }
    LiveAccuracy accuracy = measured.get();
    return new AccuracyJson(
        accuracy.trusted(),
        sentence(accuracy, report.orElseThrow()),
        accuracy.scored(),
        accuracy.skill(),
        accuracy.leads().stream().map(Lead::of).toList());
  }

  private static String sentence(LiveAccuracy accuracy, ForecastReport report) {
    if (!accuracy.trusted() && report.outcome() instanceof NotReady notReady) {
      return "The forecasts are not trusted: %s.".formatted(notReady.detail());
    }
    return "The forecasts lose %.0f %% %s than the seasonal naive ones."
        .formatted(Math.abs(100 * accuracy.skill()), accuracy.skill() < 0 ? "more" : "less");
  }
}
