package io.tidecaster.backtest;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.calendar.PublicHolidays;
import io.tidecaster.calendar.WorkDays;
import io.tidecaster.workload.WorkCalendar;
import io.tidecaster.workload.WorkCalendar.Region;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When the users of a recorded load work; the {@code spec.calendar} of a command line. */
final class CalendarOptions {
  private static final Duration AROUND = Duration.ofDays(2);

  @Option(
      names = "--time-zone",
      paramLabel = "ZONE",
      description =
          "Where days and hours are counted, as the IANA names it: Europe/Berlin. Default: UTC.")
  private @Nullable String timeZone;

  @Option(
      names = "--country",
      paramLabel = "CODE",
      description =
          "Whose public holidays are days off, as ISO 3166 writes it: DE. Default: nobody's.")
  private @Nullable String country;

  @Option(
      names = "--region",
      paramLabel = "CODE",
      description = "The part of the country whose public holidays are kept too: BY.")
  private @Nullable String region;

  /** Whether any is given. */
  boolean isGiven() {
    return timeZone != null || country != null || region != null;
  }

  /** What they say. */
  WorkCalendar read() throws InvalidInputException {
    try {
      if (country == null && region != null) {
        throw new IllegalArgumentException(
            "--region %s is of no country; give --country too".formatted(region));
      }
      Optional<Region> holidays =
          Optional.ofNullable(country).map(code -> new Region(code, Optional.ofNullable(region)));
      holidays.ifPresent(PublicHolidays::of);
      return new WorkCalendar(
          timeZone == null ? WorkCalendar.NONE.zone() : WorkCalendar.zoneOf(timeZone),
          holidays,
          List.of(),
          Set.of());
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(String.valueOf(e.getMessage()));
    }
  }

  /** The calendar of a recorded load. */
  static Calendar of(WorkCalendar rules, Instant from, Instant to) {
    return new WorkDays(rules).between(from.minus(AROUND), to.plus(AROUND));
  }
}
