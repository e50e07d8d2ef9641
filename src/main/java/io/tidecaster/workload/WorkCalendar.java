package io.tidecaster.workload;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * When and where the users of a workload work.
 *
 * @param zone their days and hours are counted there
 * @param holidays whose public holidays they keep; empty for nobody's
 * @param businessHours when they work; empty where that is not known
 * @param ends of which periods load differs at their ends and starts
 */
public record WorkCalendar(
    ZoneId zone, Optional<Region> holidays, List<BusinessHours> businessHours, Set<Period> ends) {
  public static final int MOST_BUSINESS_HOURS = 14;

  /** Days are those of UTC, and none differs from another. */
  public static final WorkCalendar NONE =
      new WorkCalendar(ZoneOffset.UTC, Optional.empty(), List.of(), Set.of());

  private static final Set<DayOfWeek> USUAL_DAYS =
      Collections.unmodifiableSet(EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY));

  public WorkCalendar {
    if (businessHours.size() > MOST_BUSINESS_HOURS) {
      throw new IllegalArgumentException(
          "%d business hours > %d; give days of the same hours together"
              .formatted(businessHours.size(), MOST_BUSINESS_HOURS));
    }
    businessHours = List.copyOf(businessHours);
    Set<Period> sorted = EnumSet.noneOf(Period.class);
    sorted.addAll(ends);
    ends = Collections.unmodifiableSet(sorted);
  }

  /** A zone of the IANA's. An offset alone knows no summer time and is wrong half the year. */
  public static ZoneId zoneOf(String id) {
    if (!ZoneId.getAvailableZoneIds().contains(id)) {
      throw new IllegalArgumentException(
          "time zone \"%s\" is not known; write it as the IANA does: Europe/Berlin, Asia/Shanghai, UTC"
              .formatted(id));
    }
    return ZoneId.of(id);
  }

  /** The days of the week on which people work, holidays aside: Monday to Friday unless told. */
  public Set<DayOfWeek> businessDays() {
    if (businessHours.isEmpty()) {
      return USUAL_DAYS;
    }
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    businessHours.forEach(hours -> days.addAll(hours.days()));
    return days;
  }

  /**
   * A country, or a part of one.
   *
   * @param country ISO 3166-1 alpha-2: {@code DE}
   * @param region its part as the public holidays know it: {@code BY}; empty for what is kept in
   *     all of it
   */
  public record Region(String country, Optional<String> region) {
    @Override
    public String toString() {
      return region.map(part -> country + "/" + part).orElse(country);
    }
  }

  /**
   * The same hours on some days of the week.
   *
   * @param days on which they begin
   * @param from inclusive
   * @param length more than nothing, at most a day; hours beyond midnight are of the day on which
   *     they began
   */
  public record BusinessHours(Set<DayOfWeek> days, LocalTime from, Duration length) {
    public BusinessHours {
      if (days.isEmpty()) {
        throw new IllegalArgumentException(
            "business hours from %s have no day; give days: [Mon-Fri]".formatted(from));
      }
      if (length.isNegative() || length.isZero() || length.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException(
            "business hours of %s must last more than nothing and at most 24 h".formatted(length));
      }
      days = Collections.unmodifiableSet(EnumSet.copyOf(days));
    }
  }

  /** A period of accounts. */
  public enum Period {
    MONTH("Month"),
    QUARTER("Quarter");

    private final String label;

    Period(String label) {
      this.label = label;
    }

    /** Its name in the resource. */
    public String label() {
      return label;
    }
  }
}
