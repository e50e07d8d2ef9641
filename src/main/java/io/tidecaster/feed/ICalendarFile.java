package io.tidecaster.feed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.fortuna.ical4j.data.CalendarBuilder;
import net.fortuna.ical4j.data.ParserException;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.Component;
import net.fortuna.ical4j.model.Period;
import net.fortuna.ical4j.model.Property;
import net.fortuna.ical4j.model.Recur;
import net.fortuna.ical4j.model.component.VEvent;
import net.fortuna.ical4j.model.property.DtEnd;
import net.fortuna.ical4j.model.property.DtStart;
import net.fortuna.ical4j.model.property.RRule;
import net.fortuna.ical4j.model.property.RecurrenceId;
import net.fortuna.ical4j.transform.recurrence.Frequency;

/**
 * The occurrences in an iCalendar file (RFC 5545) within some time: repeated by RRULE and RDATE,
 * without EXDATE, with single ones moved or cancelled by RECURRENCE-ID. Days, and times without a
 * zone, are the workload's.
 */
final class ICalendarFile {
  /** Events of a file, repeated ones counted once. */
  private static final int MOST_EVENTS = 2_000;

  /** No repetition is followed from before this: each one up to now would have to be counted. */
  private static final int OLDEST_YEAR = 1970;

  private static final int LONGEST_LABEL = 200;
  private static final int LONGEST_UID = 255;
  private static final Duration LONGEST = Duration.ofDays(31);

  /** Reading gives up after this, however it is written. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * One time at which something takes place.
   *
   * @param uid of the event, the same for all its occurrences
   */
  record Occurrence(String uid, Instant start, Instant end, String label) {}

  /**
   * What a file says.
   *
   * @param occurrences by start
   * @param leftOut what was left out, and why
   */
  record Contents(List<Occurrence> occurrences, List<String> leftOut) {
    Contents {
      occurrences = List.copyOf(occurrences);
      leftOut = List.copyOf(leftOut);
    }
  }

  private final ZoneId zone;
  private final Instant from;
  private final Instant to;
  private final int most;
  private final List<Occurrence> occurrences = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  private ICalendarFile(ZoneId zone, Instant from, Instant to, int most) {
    this.zone = zone;
    this.from = from;
    this.to = to;
    this.most = most;
  }

  /**
   * What of the file overlaps [from, to).
   *
   * @param most occurrences; of more, those that start last are left out
   */
  static Contents read(byte[] file, ZoneId zone, Instant from, Instant to, int most)
      throws UnreadableFeedException {
    return new ICalendarFile(zone, from, to, most).read(file);
  }

  private Contents read(byte[] file) throws UnreadableFeedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<VEvent> events = parse(file).getComponents(Component.VEVENT);
    if (events.size() > MOST_EVENTS) {
      throw new UnreadableFeedException(
          "%d events > %d; split the calendar".formatted(events.size(), MOST_EVENTS));
    }
    Map<String, Set<Instant>> replaced = new HashMap<>();
    for (VEvent event : events) {
      try {
        recurrenceId(event)
            .ifPresent(time ->
                replaced.computeIfAbsent(uid(event), key -> new HashSet<>()).add(instant(time)));
      } catch (RuntimeException e) {
        leaveOut(event, e);
      }
    }
    for (VEvent event : events) {
      if (System.nanoTime() > deadline) {
        throw new UnreadableFeedException(
            "it takes longer than %s to read; give it fewer repeated events".formatted(PATIENCE));
      }
      try {
        add(event, replaced.getOrDefault(uid(event), Set.of()));
      } catch (RuntimeException e) {
        leaveOut(event, e);
      }
    }
    occurrences.sort(
        Comparator.comparing(Occurrence::start)
            .thenComparing(Occurrence::end)
            .thenComparing(Occurrence::uid));
    if (occurrences.size() > most) {
      leftOut.add("%d occurrences > %d; the last ones".formatted(occurrences.size(), most));
    }
    return new Contents(occurrences.stream().distinct().limit(most).toList(), leftOut);
  }

  private static Calendar parse(byte[] file) throws UnreadableFeedException {
    try {
      Calendar calendar = new CalendarBuilder().build(new ByteArrayInputStream(file));
      if (calendar == null) {
        throw new UnreadableFeedException("it is empty");
      }
      return calendar;
    } catch (IOException | ParserException | RuntimeException e) {
      throw new UnreadableFeedException("it is no iCalendar: " + e.getMessage(), e);
    }
  }

  private void add(VEvent event, Set<Instant> replaced) {
    if (value(event, Property.STATUS).filter("CANCELLED"::equalsIgnoreCase).isPresent()) {
      return;
    }
    boolean alone = recurrenceId(event).isPresent();
    List<String> rules = alone ? List.of() : values(event, Property.RRULE);
    if (rules.isEmpty() && values(event, Property.RDATE).isEmpty()) {
      keep(event, start(event), end(event), Set.of());
      return;
    }
    requireBounded(event);
    Period<ZonedDateTime> window = new Period<>(from.minus(LONGEST).atZone(zone), to.atZone(zone));
    Set<Period<Temporal>> periods = event.calculateRecurrenceSet(window);
    for (Period<Temporal> period : periods) {
      keep(event, period.getStart(), period.getEnd(), replaced);
    }
  }

  /** A rule whose repetitions are counted by the hour or finer can be without end in a minute. */
  private static void requireBounded(VEvent event) {
    if (instantYear(start(event)) < OLDEST_YEAR) {
      throw new IllegalArgumentException(
          "it repeats from before %d; let it start later".formatted(OLDEST_YEAR));
    }
    List<RRule<Temporal>> rules = event.getProperties(Property.RRULE);
    for (RRule<Temporal> rule : rules) {
      Recur<Temporal> recur = rule.getRecur();
      Frequency frequency = recur.getFrequency();
      boolean often =
          frequency == Frequency.SECONDLY
              || frequency == Frequency.MINUTELY
              || frequency == Frequency.HOURLY;
      int aDay =
          Math.max(1, recur.getHourList().size())
              * Math.max(1, recur.getMinuteList().size())
              * Math.max(1, recur.getSecondList().size());
      if (often || aDay > 24) {
        throw new IllegalArgumentException(
            "it repeats more often than 24 times a day (%s); announce it as one event"
                .formatted(rule.getValue()));
      }
    }
  }

  private void keep(VEvent event, Temporal start, Temporal end, Set<Instant> replaced) {
    Instant starts = instant(start);
    Instant ends = instant(end);
    if (replaced.contains(starts) || !starts.isBefore(to) || !ends.isAfter(from)) {
      return;
    }
    if (!ends.isAfter(starts)) {
      throw new IllegalArgumentException("it ends at %s, not after its start".formatted(ends));
    }
    if (ends.isAfter(starts.plus(LONGEST))) {
      throw new IllegalArgumentException(
          "it lasts %s > %d days; split it"
              .formatted(Duration.between(starts, ends), LONGEST.toDays()));
    }
    String label = value(event, Property.SUMMARY).orElse("").strip();
    occurrences.add(
        new Occurrence(
            uid(event),
            starts,
            ends,
            label.length() <= LONGEST_LABEL ? label : label.substring(0, LONGEST_LABEL)));
  }

  private void leaveOut(VEvent event, RuntimeException why) {
    leftOut.add("event %s: %s".formatted(uid(event), why.getMessage()));
  }

  private static Temporal start(VEvent event) {
    DtStart<Temporal> start = event.getDateTimeStart();
    if (start == null) {
      throw new IllegalArgumentException("it has no DTSTART");
    }
    return start.getDate();
  }

  /** Its end; a day without one lasts that day, a time without one lasts no time. */
  private static Temporal end(VEvent event) {
    Temporal start = start(event);
    DtEnd<Temporal> end = event.getDateTimeEnd();
    if (end != null) {
      return end.getDate();
    }
    net.fortuna.ical4j.model.property.Duration lasts = event.getDuration();
    if (lasts != null) {
      return start.plus(lasts.getDuration());
    }
    return start instanceof LocalDate day ? day.plusDays(1) : start;
  }

  private static Optional<Temporal> recurrenceId(VEvent event) {
    RecurrenceId<Temporal> id = event.getRecurrenceId();
    return id == null ? Optional.empty() : Optional.of(id.getDate());
  }

  private static int instantYear(Temporal time) {
    return time.isSupported(java.time.temporal.ChronoField.YEAR)
        ? time.get(java.time.temporal.ChronoField.YEAR)
        : OffsetDateTime.ofInstant(Instant.from(time), java.time.ZoneOffset.UTC).getYear();
  }

  private Instant instant(Temporal time) {
    return switch (time) {
      case LocalDate day -> day.atStartOfDay(zone).toInstant();
      case LocalDateTime local -> local.atZone(zone).toInstant();
      default -> Instant.from(time);
    };
  }

  private static String uid(VEvent event) {
    String uid = value(event, Property.UID).orElse("");
    return uid.length() <= LONGEST_UID ? uid : uid.substring(0, LONGEST_UID);
  }

  private static Optional<String> value(VEvent event, String property) {
    Optional<Property> found = event.getProperty(property);
    return found.map(Property::getValue);
  }

  private static List<String> values(VEvent event, String property) {
    List<Property> found = event.getProperties(property);
    return found.stream().map(Property::getValue).toList();
  }
}
