package io.tidecaster.calendar;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The known future of one workload.
 *
 * @param zone where its users live: the day of the week and the hour are counted there
 * @param events in order of their start
 * @param daysOff of the zone, on which its users do as they do on a Sunday
 */
public record Calendar(ZoneId zone, List<Event> events, Set<LocalDate> daysOff) {

  /** Nothing is known, and the day is that of UTC. */
  public static final Calendar EMPTY = new Calendar(ZoneOffset.UTC, List.of());

  /** No day is off. */
  public Calendar(ZoneId zone, List<Event> events) {
    this(zone, events, Set.of());
  }

  public Calendar {
    daysOff = Set.copyOf(daysOff);
    events =
        events.stream()
            .sorted(
                Comparator.comparing(Event::start)
                    .thenComparing(Event::end)
                    .thenComparing(Event::kind)
                    .thenComparing(Event::label))
            .toList();
  }

  /** What of it was known at this time. */
  public Calendar knownAt(Instant time) {
    return events.stream().allMatch(event -> event.isKnownAt(time))
        ? this
        : new Calendar(
            zone, events.stream().filter(event -> event.isKnownAt(time)).toList(), daysOff);
  }

  /** This with more events. */
  public Calendar with(List<Event> more) {
    return more.isEmpty()
        ? this
        : new Calendar(zone, Stream.concat(events.stream(), more.stream()).toList(), daysOff);
  }

  /** The kinds of event that occur, in alphabetical order. */
  public List<String> kinds() {
    return events.stream().map(Event::kind).distinct().sorted().toList();
  }

  /** The events of one kind, in order of their start. */
  public List<Event> ofKind(String kind) {
    return events.stream().filter(event -> event.kind().equals(kind)).toList();
  }

  /** The events that overlap [from, to). */
  public List<Event> between(Instant from, Instant to) {
    return events.stream()
        .filter(event -> event.start().isBefore(to) && event.end().isAfter(from))
        .toList();
  }
}
