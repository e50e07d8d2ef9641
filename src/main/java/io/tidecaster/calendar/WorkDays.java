package io.tidecaster.calendar;

import io.tidecaster.workload.WorkCalendar;
import io.tidecaster.workload.WorkCalendar.BusinessHours;
import io.tidecaster.workload.WorkCalendar.Period;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The events of a work calendar: holidays, business hours, ends and starts of months and quarters.
 * They were known all along.
 *
 * <p>An hour that the clocks skip does not exist, and one that they repeat lasts twice as long: of
 * business hours from 01:00 to 03:00, one hour is left in spring and three are in autumn.
 */
public final class WorkDays {
  public static final String HOLIDAY = "holiday";
  public static final String BUSINESS_HOURS = "business-hours";
  public static final String MONTH_END = "month-end";
  public static final String MONTH_START = "month-start";
  public static final String QUARTER_END = "quarter-end";
  public static final String QUARTER_START = "quarter-start";

  private final WorkCalendar rules;
  private final ZoneId zone;
  private final Optional<PublicHolidays> publicHolidays;

  public WorkDays(WorkCalendar rules) {
    this.rules = rules;
    this.zone = rules.zone();
    this.publicHolidays = rules.holidays().map(PublicHolidays::of);
  }

  /** What of it overlaps [from, to). */
  public Calendar between(Instant from, Instant to) {
    LocalDate first = LocalDate.ofInstant(from, zone).minusDays(1);
    LocalDate last = LocalDate.ofInstant(to, zone);
    // The business days at the ends of the months that are cut off have holidays of their own.
    SortedMap<LocalDate, String> holidays =
        publicHolidays
            .map(known ->
                known.between(first.withDayOfMonth(1), last.plusMonths(1).withDayOfMonth(1)))
            .orElseGet(TreeMap::new);
    List<Event> events = new ArrayList<>();
    holidays.forEach((day, name) -> events.add(wholeDay(day, HOLIDAY, name)));
    for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
      if (!holidays.containsKey(day)) {
        addHours(day, events);
      }
    }
    for (YearMonth month = YearMonth.from(first);
        !month.isAfter(YearMonth.from(last));
        month = month.plusMonths(1)) {
      addEnds(month, holidays, events);
    }
    return new Calendar(
        zone,
        events.stream()
            .filter(event -> event.start().isBefore(to) && event.end().isAfter(from))
            .toList(),
        holidays.keySet());
  }

  private void addHours(LocalDate day, List<Event> events) {
    for (BusinessHours hours : rules.businessHours()) {
      if (hours.days().contains(day.getDayOfWeek())) {
        LocalDateTime opens = day.atTime(hours.from());
        Instant start = instantOf(opens, ZonedDateTime::withEarlierOffsetAtOverlap);
        Instant end =
            instantOf(opens.plus(hours.length()), ZonedDateTime::withLaterOffsetAtOverlap);
        if (end.isAfter(start)) {
          events.add(knownAllAlong(start, end, BUSINESS_HOURS, ""));
        }
      }
    }
  }

  private void addEnds(YearMonth month, SortedMap<LocalDate, String> holidays, List<Event> events) {
    boolean endsQuarter = month.getMonthValue() % 3 == 0;
    boolean startsQuarter = month.getMonthValue() % 3 == 1;
    Optional<LocalDate> first = businessDay(month.atDay(1), 1, holidays);
    Optional<LocalDate> last = businessDay(month.atEndOfMonth(), -1, holidays);
    if (rules.ends().contains(Period.MONTH)) {
      first.ifPresent(day -> events.add(wholeDay(day, MONTH_START, "")));
      last.ifPresent(day -> events.add(wholeDay(day, MONTH_END, "")));
    }
    if (rules.ends().contains(Period.QUARTER)) {
      first
          .filter(_ -> startsQuarter)
          .ifPresent(day -> events.add(wholeDay(day, QUARTER_START, "")));
      last.filter(_ -> endsQuarter).ifPresent(day -> events.add(wholeDay(day, QUARTER_END, "")));
    }
  }

  /** The first business day from this one on, in this direction; empty where the month has none. */
  private Optional<LocalDate> businessDay(
      LocalDate from, int direction, SortedMap<LocalDate, String> holidays) {
    for (LocalDate day = from; day.getMonth() == from.getMonth(); day = day.plusDays(direction)) {
      if (rules.businessDays().contains(day.getDayOfWeek()) && !holidays.containsKey(day)) {
        return Optional.of(day);
      }
    }
    return Optional.empty();
  }

  private Event wholeDay(LocalDate day, String kind, String label) {
    return knownAllAlong(
        instantOf(day.atTime(LocalTime.MIDNIGHT), ZonedDateTime::withEarlierOffsetAtOverlap),
        instantOf(
            day.plusDays(1).atTime(LocalTime.MIDNIGHT), ZonedDateTime::withEarlierOffsetAtOverlap),
        kind,
        label);
  }

  private static Event knownAllAlong(Instant start, Instant end, String kind, String label) {
    return new Event(
        start, end, kind, label, OptionalDouble.empty(), Instant.MIN, Event.Origin.CALENDAR);
  }

  /** When this local time comes; one that the clocks skip, at the moment when they skip it. */
  private Instant instantOf(LocalDateTime local, UnaryOperator<ZonedDateTime> atOverlap) {
    ZoneOffsetTransition transition = zone.getRules().getTransition(local);
    return transition != null && transition.isGap()
        ? transition.getInstant()
        : atOverlap.apply(local.atZone(zone)).toInstant();
  }
}
