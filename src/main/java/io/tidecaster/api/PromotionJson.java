package io.tidecaster.api;

import io.tidecaster.decide.Trust;
import io.tidecaster.workload.Promotion;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The trial in which advice earns to be followed. */
@Schema(
    name = "Promotion",
    description = "The trial in which the advice of a scaler earns to be followed.",
    requiredProperties = {"standing", "since", "daysWon", "afterDays", "sentence", "lastDay"})
public record PromotionJson(
    @Schema(
            description = "Proven enforces, the others advise.",
            enumeration = {"Proving", "Proven", "AccuracyDrifted", "DearerThanHpa"},
            examples = "Proving")
        String standing,
    @Schema(examples = "2026-05-04T00:00:00Z") Instant since,
    @Schema(description = "Days in a row on which it was no worse than an HPA.", examples = "3")
        int daysWon,
    @Schema(description = "How many of them it takes.", examples = "7") int afterDays,
    @Schema(
            description = "Where it stands and why, for a person.",
            examples =
                "it enforces once 7 days in a row are won, 3 so far; a day is won when its advice costs no more than an HPA")
        String sentence,
    @Schema(nullable = true, description = "The last day that counted.")
        @Nullable ComparisonJson lastDay) {

  static PromotionJson of(Trust trust, Promotion promotion) {
    return new PromotionJson(
        trust.standing().label(),
        trust.since(),
        trust.daysWon(),
        promotion.afterDays(),
        trust.sentence(promotion),
        trust.lastDay().map(ComparisonJson::of).orElse(null));
  }
}
