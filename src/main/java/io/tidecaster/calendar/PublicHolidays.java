package io.tidecaster.calendar;

import de.focus_shift.jollyday.core.CalendarHierarchy;
import de.focus_shift.jollyday.core.Holiday;
import de.focus_shift.jollyday.core.HolidayManager;
import de.focus_shift.jollyday.core.HolidayType;
import de.focus_shift.jollyday.core.ManagerParameters;
import io.tidecaster.workload.WorkCalendar.Region;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The public holidays of a country, or of a part of it, as Jollyday's data have them; no network is
 * asked.
 */
public final class PublicHolidays {
  private static final Pattern COUNTRY = Pattern.compile("[A-Za-z]{2}");

  /** A part of a part stands after a slash: {@code BY/AG}. */
  private static final String PARTS = "/";

  private final HolidayManager manager;
  private final String[] region;

  private PublicHolidays(HolidayManager manager, String[] region) {
    this.manager = manager;
    this.region = region;
  }

  /** Those of a region that there is; says which there are where there is no such one. */
  public static PublicHolidays of(Region region) {
    String country = region.country();
    if (!COUNTRY.matcher(country).matches()) {
      throw new IllegalArgumentException(
          "country \"%s\" has not two letters; write it as ISO 3166 does: DE".formatted(country));
    }
    if (!HolidayManager.getSupportedCalendarCodes().contains(country.toUpperCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "the public holidays of country \"%s\" are not known; leave it out, and announce its holidays as events"
              .formatted(country));
    }
    HolidayManager manager =
        HolidayManager.getInstance(ManagerParameters.create(country.toLowerCase(Locale.ROOT)));
    List<String> parts = new ArrayList<>();
    Optional<String> part = region.region();
    if (part.isPresent()) {
      CalendarHierarchy here = manager.getCalendarHierarchy();
      for (String name : part.get().split(PARTS, -1)) {
        here = child(here, region, name);
        parts.add(name.toLowerCase(Locale.ROOT));
      }
    }
    return new PublicHolidays(manager, parts.toArray(String[]::new));
  }

  private static CalendarHierarchy child(CalendarHierarchy of, Region region, String name) {
    CalendarHierarchy child = of.getChildren().get(name.toLowerCase(Locale.ROOT));
    if (child == null) {
      throw new IllegalArgumentException(
          "region \"%s\" of country \"%s\" is not known; %s"
              .formatted(
                  region.region().orElse(""), region.country(), known(of.getChildren().keySet())));
    }
    return child;
  }

  private static String known(Collection<String> children) {
    return children.isEmpty()
        ? "leave it out, for no parts of it are known"
        : "known are "
            + String.join(
                ", ",
                children.stream().map(name -> name.toUpperCase(Locale.ROOT)).sorted().toList());
  }

  /** The holidays from one day to another, both included, by day, with their English names. */
  SortedMap<LocalDate, String> between(LocalDate first, LocalDate last) {
    SortedMap<LocalDate, String> names = new TreeMap<>();
    for (Holiday holiday : manager.getHolidays(first, last, HolidayType.PUBLIC_HOLIDAY, region)) {
      names.merge(
          holiday.getDate(),
          holiday.getDescription(Locale.ENGLISH),
          (one, other) -> one.compareTo(other) <= 0 ? one + ", " + other : other + ", " + one);
    }
    return names;
  }
}
