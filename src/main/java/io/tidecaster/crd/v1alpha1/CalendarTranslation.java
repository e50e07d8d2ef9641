package io.tidecaster.crd.v1alpha1;

import io.tidecaster.calendar.PublicHolidays;
import io.tidecaster.workload.WorkCalendar;
import io.tidecaster.workload.WorkCalendar.BusinessHours;
import io.tidecaster.workload.WorkCalendar.Feed;
import io.tidecaster.workload.WorkCalendar.Period;
import io.tidecaster.workload.WorkCalendar.Region;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** From {@code spec.calendar} to the vocabulary. What is absent says nothing; the zone is UTC. */
final class CalendarTranslation {
  private static final String PATH = "spec.calendar";
  private static final Pattern DAYS = Pattern.compile("([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))?");
  private static final Pattern TIME = Pattern.compile("([01]\\d|2[0-3]):([0-5]\\d)");
  private static final String MIDNIGHT = "24:00";

  private final List<SpecError> errors;

  /**
   * @param errors gets what is wrong
   */
  CalendarTranslation(List<SpecError> errors) {
    this.errors = errors;
  }

  WorkCalendar translate(PredictiveScalerSpec.CalendarSpec spec) {
    ZoneId zone =
        attempt(
            ".timeZone",
            () ->
                spec.timeZone() == null
                    ? WorkCalendar.NONE.zone()
                    : WorkCalendar.zoneOf(spec.timeZone()),
            WorkCalendar.NONE.zone());
    var given =
        spec.businessHours() == null ? List.<PredictiveScalerSpec.Hours>of() : spec.businessHours();
    var hours = new ArrayList<BusinessHours>();
    for (int i = 0; i < given.size(); i++) {
      var one = given.get(i);
      attempt(
          ".businessHours[%d]".formatted(i),
          () -> {
            hours.add(hours(one));
            return true;
          },
          false);
    }
    Set<Period> ends = EnumSet.noneOf(Period.class);
    for (String label : spec.ends() == null ? List.<String>of() : spec.ends()) {
      attempt(".ends", () -> ends.add(period(label)), false);
    }
    Optional<Region> holidays = holidays(spec);
    List<Feed> feeds = feeds(spec.feeds() == null ? List.of() : spec.feeds());
    return attempt(
        ".businessHours",
        () -> new WorkCalendar(zone, holidays, hours, ends, feeds),
        WorkCalendar.NONE);
  }

  private List<Feed> feeds(List<PredictiveScalerSpec.FeedSpec> given) {
    List<Feed> feeds = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      var one = given.get(i);
      attempt(
          ".feeds[%d]".formatted(i), () -> feeds.add(new Feed(url(one.url()), one.kind())), false);
    }
    return feeds;
  }

  /** What is wrong with a URL is said without showing it: it may hold a secret. */
  private static URI url(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "the URL of a feed is none at character %d: %s".formatted(e.getIndex(), e.getReason()),
          e);
    }
  }

  private Optional<Region> holidays(PredictiveScalerSpec.CalendarSpec spec) {
    String country = spec.country();
    if (country == null) {
      if (spec.region() != null) {
        errors.add(
            new SpecError(
                PATH + ".region",
                "\"%s\" is of no country; give country too".formatted(spec.region())));
      }
      return Optional.empty();
    }
    Region region = new Region(country, Optional.ofNullable(spec.region()));
    return attempt(
        "",
        () -> {
          var _ = PublicHolidays.of(region);
          return Optional.of(region);
        },
        Optional.empty());
  }

  private static BusinessHours hours(PredictiveScalerSpec.Hours spec) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    spec.days().forEach(text -> days.addAll(days(text)));
    LocalTime from = time("from", spec.from());
    boolean untilMidnight = spec.to().equals(MIDNIGHT);
    LocalTime to = untilMidnight ? LocalTime.MIDNIGHT : time("to", spec.to());
    if (from.equals(to) && !untilMidnight) {
      throw new IllegalArgumentException(
          "from %s is to %s; for the whole day write from \"00:00\" to \"24:00\""
              .formatted(spec.from(), spec.to()));
    }
    Duration length = Duration.between(from, to);
    return new BusinessHours(
        days, from, length.isPositive() ? length : length.plus(Duration.ofDays(1)));
  }

  private static Set<DayOfWeek> days(String text) {
    Matcher matcher = DAYS.matcher(text);
    if (!matcher.matches()) {
      throw unknownDays(text);
    }
    DayOfWeek first = day(text, matcher.group(1));
    DayOfWeek last = matcher.group(2) == null ? first : day(text, matcher.group(2));
    Set<DayOfWeek> days = EnumSet.of(first);
    for (DayOfWeek day = first; day != last; day = day.plus(1)) {
      days.add(day.plus(1));
    }
    return days;
  }

  private static DayOfWeek day(String text, String name) {
    return Arrays.stream(DayOfWeek.values())
        .filter(day -> day.name().startsWith(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> unknownDays(text));
  }

  private static IllegalArgumentException unknownDays(String text) {
    return new IllegalArgumentException(
        "days \"%s\" are none; write Mon, Tue, Wed, Thu, Fri, Sat, Sun, or a range: Mon-Fri"
            .formatted(text));
  }

  private static LocalTime time(String what, String text) {
    if (!TIME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "%s \"%s\" is no time of the day; write \"08:00\"".formatted(what, text));
    }
    return LocalTime.parse(text);
  }

  private static Period period(String label) {
    return Arrays.stream(Period.values())
        .filter(period -> period.label().equals(label))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "\"%s\" is none of %s"
                    .formatted(
                        label,
                        Arrays.stream(Period.values())
                            .map(Period::label)
                            .collect(Collectors.joining(", ")))));
  }

  private <T> T attempt(String path, Supplier<T> making, T otherwise) {
    try {
      return making.get();
    } catch (IllegalArgumentException e) {
      errors.add(new SpecError(PATH + path, String.valueOf(e.getMessage())));
      return otherwise;
    }
  }
}
