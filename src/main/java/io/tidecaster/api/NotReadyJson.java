package io.tidecaster.api;

import io.tidecaster.forecast.NotReady;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Why there is nothing yet. */
@Schema(
    name = "NotReadyReason",
    description = "Why there is nothing yet.",
    requiredProperties = {"reason", "detail"})
public record NotReadyJson(
    @Schema(
            enumeration = {
              "TooLittleHistory",
              "LoadUnknown",
              "ModelFitting",
              "NotTrusted",
              "UseUnknown",
              "NoDecisionYet"
            },
            examples = "TooLittleHistory")
        String reason,
    @Schema(description = "For a person.", examples = "12 min of history < 60 min") String detail) {

  static NotReadyJson of(NotReady notReady) {
    return new NotReadyJson(notReady.reason().label(), notReady.detail());
  }
}
