package io.tidecaster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Event;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An event that was announced. */
@JsonInclude(JsonInclude.Include.ALWAYS)
@Schema(
    name = "Event",
    description = "Something known in advance that may move the load.",
    requiredProperties = {
      "id",
      "kind",
      "label",
      "start",
      "end",
      "factor",
      "scalers",
      "announcedAt",
      "origin"
    })
public record EventJson(
    @Schema(description = "By which it is changed and withdrawn.", examples = "spring-sale")
        String id,
    @Schema(
            description = "What events are alike; the effect is learned for each kind.",
            examples = "campaign")
        String kind,
    @Schema(description = "Its name for people; may be empty.", examples = "Spring sale")
        String label,
    @Schema(description = "Inclusive.", examples = "2026-05-04T10:00:00Z") Instant start,
    @Schema(description = "Exclusive.", examples = "2026-05-04T11:00:00Z") Instant end,
    @Schema(
            nullable = true,
            description = "How many times the usual load is expected; null where nobody knows.",
            examples = "2.5")
        @Nullable Double factor,
    @Schema(
            description = "Whom it concerns: namespace/name or namespace/*; empty for all.",
            examples = "[\"crm/*\"]")
        List<String> scalers,
    @Schema(
            description = "Since when it is known; no forecast made earlier uses it.",
            examples = "2026-05-04T08:30:00Z")
        Instant announcedAt,
    @Schema(
            description = "Announced over REST, or read from a Feed.",
            enumeration = {"Announced", "Feed"})
        String origin) {

  static EventJson of(Announcement announcement) {
    Event event = announcement.event();
    return new EventJson(
        announcement.id(),
        event.kind(),
        event.label(),
        event.start(),
        event.end(),
        event.factor().isPresent() ? event.factor().getAsDouble() : null,
        announcement.scalers(),
        event.announcedAt(),
        event.origin().label());
  }
}
