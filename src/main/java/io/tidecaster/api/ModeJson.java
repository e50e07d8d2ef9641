package io.tidecaster.api;

import io.tidecaster.workload.Mode;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A mode that is set. */
@Schema(
    name = "Mode",
    description = "How far Tidecaster may go.",
    requiredProperties = {"mode"})
public record ModeJson(
    @Schema(
            nullable = false,
            description =
                "Paused: nothing is decided. Advisory: decisions are published, never applied."
                    + " Enforcing: they are applied.",
            enumeration = {"Paused", "Advisory", "Enforcing"},
            examples = "Advisory")
        @Nullable String mode) {

  public static ModeJson of(Mode mode) {
    return new ModeJson(mode.label());
  }
}
