package io.tidecaster.api;

import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is sent to announce an event; {@link EventRequests} reads it field by field. */
@Schema(
    name = "EventRequest",
    description = "An event to be announced: its end, or how long it lasts.",
    requiredProperties = {"kind", "start"})
public record EventRequestJson(
    @Schema(
            description =
                "By which it is changed and withdrawn; made up where left out. Letters, digits, dots, dashes and underscores, at most 128.",
            examples = "spring-sale")
        @Nullable String id,
    @Schema(
            description =
                "What events are alike, 1 to 63 characters; the effect is learned for each kind.",
            examples = "campaign")
        String kind,
    @Schema(description = "Its name for people, at most 200 characters.", examples = "Spring sale")
        @Nullable String label,
    @Schema(description = "Inclusive.", examples = "2026-05-04T10:00:00Z") Instant start,
    @Schema(
            description = "Exclusive, at most 31 days after the start.",
            examples = "2026-05-04T11:00:00Z")
        @Nullable Instant end,
    @Schema(description = "Instead of the end.", examples = "3600") @Nullable Long durationSeconds,
    @Schema(
            description =
                "How many times the usual load is expected, 1 to 100. It counts until the kind has occurred often enough to be learned.",
            examples = "2.5")
        @Nullable Double factor,
    @Schema(
            description = "Whom it concerns: namespace/name or namespace/*; all where left out.",
            examples = "[\"crm/*\"]")
        @Nullable List<String> scalers,
    @Schema(
            description =
                "Since when it is known, where that is earlier than now: so that past events can be learned from.",
            examples = "2026-05-04T08:30:00Z")
        @Nullable Instant announcedAt) {}
