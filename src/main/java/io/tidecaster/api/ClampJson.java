package io.tidecaster.api;

import io.tidecaster.decide.Clamp;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A rule that changed the number. */
@Schema(
    name = "Clamp",
    description = "One rule that changed the number of replicas on its way to the decision.",
    requiredProperties = {"rule", "before", "after", "detail"})
public record ClampJson(
    @Schema(
            enumeration = {
              "Headroom",
              "PayBack",
              "Ramp",
              "Reserve",
              "Tolerance",
              "Shortage",
              "UnknownIsNotZero",
              "Stabilization",
              "Behavior",
              "Bounds",
              "LeastCost",
              "Quota",
              "DisruptionBudget"
            },
            examples = "Bounds")
        String rule,
    @Schema(examples = "12") int before,
    @Schema(examples = "10") int after,
    @Schema(description = "The rule's own figures.", examples = "maxReplicas 10") String detail) {

  static ClampJson of(Clamp clamp) {
    return new ClampJson(clamp.rule().label(), clamp.before(), clamp.after(), clamp.detail());
  }
}
