package io.tidecaster.workload;

import java.net.URI;
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
import java.util.regex.Pattern;

/**
 * When and where the users of a workload work.
 *
 * @param zone their days and hours are counted there
 * @param holidays whose public holidays they keep; empty for nobody's
 * @param businessHours when they work; empty where that is not known
 * @param ends of which periods load differs at their ends and starts
 * @param feeds of events that move the load
 */
public record WorkCalendar(
    ZoneId zone,
    Optional<Region> holidays,
    List<BusinessHours> businessHours,
    Set<Period> ends,
    List<Feed> feeds) {
  public static final int MOST_BUSINESS_HOURS = 14;
  public static final int MOST_FEEDS = 5;

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
    if (feeds.size() > MOST_FEEDS) {
      throw new IllegalArgumentException(
          "%d feeds > %d; merge some".formatted(feeds.size(), MOST_FEEDS));
    }
    feeds = List.copyOf(feeds);
    Set<Period> sorted = EnumSet.noneOf(Period.class);
    sorted.addAll(ends);
    ends = Collections.unmodifiableSet(sorted);
  }

  /** Without feeds. */
  public WorkCalendar(
      ZoneId zone, Optional<Region> holidays, List<BusinessHours> businessHours, Set<Period> ends) {
    this(zone, holidays, businessHours, ends, List.of());
  }

  /** The same without feeds: what does not depend on anybody's server. */
  public WorkCalendar withoutFeeds() {
    return feeds.isEmpty() ? this : new WorkCalendar(zone, holidays, businessHours, ends);
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

  /**
   * An iCalendar file on the web.
   *
   * @param url http or https; may hold a secret, and is therefore not shown
   * @param kind of its events: what events are alike
   */
  public record Feed(URI url, String kind) {
    private static final Pattern KIND = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public Feed {
      boolean web =
          "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
      if (!web || url.getHost() == null) {
        throw new IllegalArgumentException(
            "the URL of a feed must begin with http:// or https:// and name a host");
      }
      if (!KIND.matcher(kind).matches()) {
        throw new IllegalArgumentException(
            "kind \"%s\" must have 1 to 63 letters, digits, dots, dashes or underscores, the first a letter or digit"
                .formatted(kind));
      }
    }

    @Override
    public String toString() {
      return "%s of %s".formatted(kind, url.getHost());
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
