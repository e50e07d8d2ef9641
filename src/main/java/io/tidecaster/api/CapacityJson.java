package io.tidecaster.api;

import io.tidecaster.decide.Capacity;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What one replica bears. */
@Schema(
    name = "Capacity",
    description = "The load that one ready replica is meant to bear.",
    requiredProperties = {"perReplica", "origin"})
public record CapacityJson(
    @Schema(description = "In the unit of the load.", examples = "118.4") double perReplica,
    @Schema(
            description = "Where it comes from.",
            enumeration = {"Stated", "Learned", "Provisional"},
            examples = "Learned")
        String origin) {

  static CapacityJson of(Capacity capacity) {
    return new CapacityJson(
        capacity.perReplica(),
        switch (capacity.origin()) {
          case STATED -> "Stated";
          case LEARNED -> "Learned";
          case PROVISIONAL -> "Provisional";
        });
  }
}
