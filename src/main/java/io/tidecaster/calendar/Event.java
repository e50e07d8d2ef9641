package io.tidecaster.calendar;

import java.time.Instant;
import java.util.OptionalDouble;

/**
 * Something known in advance that may move the load: a campaign, a match, a public holiday.
 *
 * @param start inclusive
 * @param end exclusive
 * @param kind what events are alike: {@code campaign}; the effect is learned for each kind
 * @param label its name for people; may be empty
 * @param factor how many times the usual load is expected, 1.5 for half as much again; empty where
 *     nobody knows. A claim may raise a forecast and never lowers one: it is at least 1
 * @param announcedAt since when it is known; nothing that is said at an earlier time may use it
 * @param origin who says so
 */
public record Event(
    Instant start,
    Instant end,
    String kind,
    String label,
    OptionalDouble factor,
    Instant announcedAt,
    Origin origin) {
  static final double LEAST_FACTOR = 1;
  static final double MOST_FACTOR = 100;

  public Event {
    if (!end.isAfter(start)) {
      throw new IllegalArgumentException(
          "event \"%s\" ends at %s, not after its start %s".formatted(label, end, start));
    }
    if (kind.isBlank() || kind.length() > 63) {
      throw new IllegalArgumentException(
          "event kind \"%s\" must have 1 to 63 characters".formatted(kind));
    }
    if (factor.isPresent()
        && !(factor.getAsDouble() >= LEAST_FACTOR && factor.getAsDouble() <= MOST_FACTOR)) {
      throw new IllegalArgumentException(
          "factor %s must lie between %s and %s; 1.5 is half as much again as usual, and what is less than usual is learned from the load"
              .formatted(factor.getAsDouble(), LEAST_FACTOR, MOST_FACTOR));
    }
  }

  /** Where an event comes from. */
  public enum Origin {
    ANNOUNCED("Announced"),
    FEED("Feed"),
    CALENDAR("Calendar");

    private final String label;

    Origin(String label) {
      this.label = label;
    }

    /** Its name in REST and on the topic. */
    public String label() {
      return label;
    }
  }

  /** An event that somebody announced. */
  public Event(
      Instant start,
      Instant end,
      String kind,
      String label,
      OptionalDouble factor,
      Instant announcedAt) {
    this(start, end, kind, label, factor, announcedAt, Origin.ANNOUNCED);
  }

  /** An event of unknown size that was known all along. */
  public Event(Instant start, Instant end, String kind, String label) {
    this(start, end, kind, label, OptionalDouble.empty(), Instant.MIN);
  }

  /** Whether this time lies within the event. */
  public boolean covers(Instant time) {
    return !time.isBefore(start) && time.isBefore(end);
  }

  /** Whether it was announced by this time. */
  public boolean isKnownAt(Instant time) {
    return !announcedAt.isAfter(time);
  }
}
