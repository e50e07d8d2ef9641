package io.tidecaster.api;

import io.tidecaster.decide.Decision;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The HPA beside. */
@Schema(
    name = "Shadow",
    description = "What an HPA would have done, run beside on the same load.",
    requiredProperties = {"desiredReplicas", "readyReplicas"})
public record ShadowJson(
    @Schema(description = "Replicas it would ask for.", examples = "5") int desiredReplicas,
    @Schema(description = "Replicas it would have ready, given the lead time.", examples = "4")
        int readyReplicas) {

  static ShadowJson of(Decision.Shadow shadow) {
    return new ShadowJson(shadow.desiredReplicas(), shadow.readyReplicas());
  }
}
