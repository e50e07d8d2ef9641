package io.tidecaster.calendar;

import java.time.Instant;

/**
 * Something known in advance that may move the load: a campaign, a match, a public holiday.
 *
 * @param start inclusive
 * @param end exclusive
 * @param kind what events are alike: {@code campaign}; the effect is learned for each kind
 * @param label its name for people; may be empty
 */
public record Event(Instant start, Instant end, String kind, String label) {

  public Event {
    if (!end.isAfter(start)) {
      throw new IllegalArgumentException(
          "event \"%s\" ends at %s, not after its start %s".formatted(label, end, start));
    }
    if (kind.isBlank() || kind.length() > 63) {
      throw new IllegalArgumentException(
          "event kind \"%s\" must have 1 to 63 characters".formatted(kind));
    }
  }

  /** Whether this time lies within the event. */
  public boolean covers(Instant time) {
    return !time.isBefore(start) && time.isBefore(end);
  }
}
