package io.tidecaster.api;

import io.tidecaster.decide.Comparison;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Ours and an HPA's on the same minutes. */
@Schema(
    name = "Comparison",
    description =
        "Our replicas and those of an HPA in the shadow, on the same load over the same minutes.",
    requiredProperties = {"since", "minutes", "ours", "hpa"})
public record ComparisonJson(
    @Schema(description = "Start of the first minute counted.", examples = "2026-05-04T00:00:00Z")
        Instant since,
    @Schema(description = "Minutes with a known load that were counted.", examples = "571")
        long minutes,
    AccountJson ours,
    AccountJson hpa) {

  /** What one way of scaling cost and risked. */
  @Schema(
      name = "Account",
      description = "What one way of scaling cost and risked.",
      requiredProperties = {"replicaHours", "violationMinutes", "requestsInViolation", "requests"})
  public record AccountJson(
      @Schema(description = "Replicas asked for × hours.", examples = "38.2") double replicaHours,
      @Schema(
              description = "Minutes whose load was above ready replicas × capacity.",
              examples = "4")
          long violationMinutes,
      @Schema(description = "Requests that arrived in these minutes.", examples = "98000")
          double requestsInViolation,
      @Schema(description = "All requests that arrived.", examples = "11200000") double requests) {

    private static AccountJson of(Comparison.Account account) {
      return new AccountJson(
          account.replicaHours(),
          account.violationMinutes(),
          account.requestsInViolation(),
          account.requests());
    }
  }

  static ComparisonJson of(Comparison comparison) {
    return new ComparisonJson(
        comparison.since(),
        comparison.minutes(),
        AccountJson.of(comparison.ours()),
        AccountJson.of(comparison.hpa()));
  }
}
