package io.tidecaster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.calendar.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is known of a scaler's future. */
@Schema(
    name = "Calendar",
    requiredProperties = {"timeZone", "items"})
public record CalendarJson(
    @Schema(
            description = "Where the users live: days are counted there.",
            examples = "Europe/Berlin")
        String timeZone,
    @Schema(description = "By start; those that are over longer than a day are left out.")
        List<Entry> items) {

  /** How long an event that is over is still shown, and how far ahead one is. */
  private static final Duration BACK = Duration.ofDays(1);

  private static final Duration AHEAD = Duration.ofDays(14);

  /** One event. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  @Schema(
      name = "CalendarEntry",
      requiredProperties = {"kind", "label", "start", "end", "factor", "origin"})
  public record Entry(
      @Schema(description = "What events are alike.", examples = "campaign") String kind,
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
              description =
                  "Announced over REST, read from a Feed, or of the workload's own Calendar.",
              enumeration = {"Announced", "Feed", "Calendar"})
          String origin) {

    static Entry of(Event event) {
      return new Entry(
          event.kind(),
          event.label(),
          event.start(),
          event.end(),
          event.factor().isPresent() ? event.factor().getAsDouble() : null,
          event.origin().label());
    }
  }

  static CalendarJson of(Calendar calendar, Instant now, int most) {
    return new CalendarJson(
        calendar.zone().getId(),
        calendar.knownAt(now).between(now.minus(BACK), now.plus(AHEAD)).stream()
            .limit(most)
            .map(Entry::of)
            .toList());
  }
}
