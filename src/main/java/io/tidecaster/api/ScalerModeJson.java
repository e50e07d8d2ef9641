package io.tidecaster.api;

import io.tidecaster.workload.Mode;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A scaler's mode and what is left of it under the ceiling. */
@Schema(
    name = "ScalerMode",
    description = "A scaler's mode and what holds of it under the installation's.",
    requiredProperties = {"mode", "modeInForce"})
public record ScalerModeJson(
    @Schema(
            description = "What the scaler is set to.",
            enumeration = {"Paused", "Advisory", "Enforcing"},
            examples = "Enforcing")
        String mode,
    @Schema(
            description = "The lesser of it and the installation's mode.",
            enumeration = {"Paused", "Advisory", "Enforcing"},
            examples = "Advisory")
        String modeInForce) {

  public static ScalerModeJson of(Mode mode, Mode installation) {
    return new ScalerModeJson(mode.label(), mode.cappedBy(installation).label());
  }
}
