package io.tidecaster.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.workload.WorkCalendar;
import io.tidecaster.workload.WorkCalendar.BusinessHours;
import io.tidecaster.workload.WorkCalendar.Period;
import io.tidecaster.workload.WorkCalendar.Region;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Year;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkDaysTest {
  private static final Optional<Region> NOWHERE = Optional.empty();

  @Test
  void opensAtTheSameLocalTimeAllYear() {
    Calendar calendar = year(2026, hours("Europe/Berlin", "08:00", 10));

    // 08:00 in Berlin is 07:00 UTC in winter, 06:00 UTC from 29 March on, 07:00 from 25 October on
    assertThat(startOf(calendar, "2026-03-27")).isEqualTo("2026-03-27T07:00:00Z");
    assertThat(startOf(calendar, "2026-03-30")).isEqualTo("2026-03-30T06:00:00Z");
    assertThat(startOf(calendar, "2026-10-26")).isEqualTo("2026-10-26T07:00:00Z");
    assertThat(calendar.events()).hasSize(261); // 52 weeks of 5 days, and 31 December, a Thursday
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026-03-29, 01:00, 2, 1H", // 02:00 to 03:00 is skipped
    "Europe/Berlin, 2026-10-25, 01:00, 2, 3H", // and repeated
    "Europe/Berlin, 2026-03-29, 02:00, 1, 0S", // nothing is left
    "America/St_Johns, 2026-03-08, 00:00, 24, 23H",
    "America/St_Johns, 2026-11-01, 00:00, 24, 25H",
    "Australia/Lord_Howe, 2026-10-04, 00:00, 24, 23H30M", // half an hour of summer time
    "Australia/Lord_Howe, 2026-04-05, 00:00, 24, 24H30M",
    "Asia/Beirut, 2026-03-29, 00:00, 24, 23H", // midnight itself is skipped
    "Asia/Kathmandu, 2026-03-29, 00:00, 24, 24H",
  })
  void losesTheHourThatTheClocksSkipAndKeepsTheOneTheyRepeat(
      String zone, LocalDate day, LocalTime from, int hours, String length) {
    WorkCalendar rules =
        new WorkCalendar(
            ZoneId.of(zone),
            NOWHERE,
            List.of(new BusinessHours(Set.of(day.getDayOfWeek()), from, Duration.ofHours(hours))),
            Set.of());

    Duration open =
        year(2026, rules).events().stream()
            .filter(event -> LocalDate.ofInstant(event.start(), rules.zone()).equals(day))
            .map(event -> Duration.between(event.start(), event.end()))
            .reduce(Duration.ZERO, Duration::plus);

    assertThat(open).isEqualTo(Duration.parse("PT" + length));
  }

  @Test
  void countsDaysInAZoneOfThreeQuartersOfAnHour() {
    Calendar kathmandu = year(2026, hours("Asia/Kathmandu", "08:00", 10));
    Calendar chatham = year(2026, hours("Pacific/Chatham", "08:00", 10));

    assertThat(startOf(kathmandu, "2026-06-15")).isEqualTo("2026-06-15T02:15:00Z"); // +05:45
    assertThat(startOf(chatham, "2026-06-15")).isEqualTo("2026-06-14T19:15:00Z"); // +12:45
    assertThat(startOf(chatham, "2026-01-15")).isEqualTo("2026-01-14T18:15:00Z"); // +13:45
  }

  @Test
  void isClosedOnPublicHolidays() {
    WorkCalendar rules = germanBusiness(Optional.of("BY"));
    Calendar calendar = year(2026, rules);

    assertThat(calendar.daysOff()).contains(LocalDate.parse("2026-06-04")); // Corpus Christi
    assertThat(daysOf(calendar, rules, WorkDays.BUSINESS_HOURS))
        .contains(LocalDate.parse("2026-06-03"), LocalDate.parse("2026-06-05"))
        .doesNotContain(LocalDate.parse("2026-06-04"));
    assertThat(daysOf(year(2026, germanBusiness(Optional.empty())), rules, WorkDays.BUSINESS_HOURS))
        .as("it is none of the whole country's")
        .contains(LocalDate.parse("2026-06-04"));
    assertThat(calendar.ofKind(WorkDays.HOLIDAY))
        .filteredOn(event -> event.label().equals("Corpus Christi"))
        .singleElement()
        .isEqualTo(
            new Event(
                Instant.parse("2026-06-03T22:00:00Z"),
                Instant.parse("2026-06-04T22:00:00Z"),
                WorkDays.HOLIDAY,
                "Corpus Christi",
                OptionalDouble.empty(),
                Instant.MIN,
                Event.Origin.CALENDAR));
  }

  @Test
  void endsAMonthOnItsLastBusinessDayNetOfHolidays() {
    WorkCalendar rules = germanBusiness(Optional.empty());
    Calendar calendar = year(2026, rules);

    // 31 May 2026 is a Sunday, 1 May a holiday on a Friday, 31 January a Saturday
    assertThat(daysOf(calendar, rules, WorkDays.MONTH_END))
        .hasSize(12)
        .contains(LocalDate.parse("2026-05-29"), LocalDate.parse("2026-01-30"));
    assertThat(daysOf(calendar, rules, WorkDays.MONTH_START))
        .hasSize(12)
        .contains(LocalDate.parse("2026-05-04"), LocalDate.parse("2026-01-02"));
    assertThat(daysOf(calendar, rules, WorkDays.QUARTER_END))
        .containsExactlyInAnyOrder(
            LocalDate.parse("2026-03-31"),
            LocalDate.parse("2026-06-30"),
            LocalDate.parse("2026-09-30"),
            LocalDate.parse("2026-12-31"));
    assertThat(daysOf(calendar, rules, WorkDays.QUARTER_START)).hasSize(4);
  }

  @Test
  void endsALeapFebruaryOnItsLeapDay() {
    WorkCalendar rules = germanBusiness(Optional.empty());

    // 29 February 2028 is a Tuesday; in 2027 the month ends on a Sunday
    assertThat(daysOf(year(2028, rules), rules, WorkDays.MONTH_END))
        .contains(LocalDate.parse("2028-02-29"));
    assertThat(daysOf(year(2027, rules), rules, WorkDays.MONTH_END))
        .contains(LocalDate.parse("2027-02-26"));
  }

  @Test
  void countsHoursBeyondMidnightToTheDayOnWhichTheyBegan() {
    WorkCalendar rules =
        new WorkCalendar(
            ZoneId.of("Asia/Shanghai"),
            NOWHERE,
            List.of(
                new BusinessHours(
                    Set.of(DayOfWeek.FRIDAY), LocalTime.parse("22:00"), Duration.ofHours(8))),
            Set.of());

    assertThat(
            new WorkDays(rules)
                .between(
                    Instant.parse("2026-05-01T21:00:00Z"), Instant.parse("2026-05-02T00:00:00Z"))
                .events())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.start()).isEqualTo("2026-05-01T14:00:00Z");
          assertThat(event.end()).isEqualTo("2026-05-01T22:00:00Z");
        });
  }

  /** However the time is cut, the same events are found: a restart sees what the run before saw. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void saysTheSameOfATimeHoweverItIsCut(long seed) {
    Random random = new Random(seed);
    List<String> zones =
        List.of("Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York");
    WorkCalendar rules =
        new WorkCalendar(
            ZoneId.of(zones.get(random.nextInt(zones.size()))),
            Optional.of(new Region("DE", Optional.empty())),
            List.of(
                new BusinessHours(
                    EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.SATURDAY),
                    LocalTime.MIN.plusMinutes(15L * random.nextInt(96)),
                    Duration.ofMinutes(15L * (1 + random.nextInt(96))))),
            EnumSet.allOf(Period.class));
    Instant from = Instant.parse("2028-01-01T00:00:00Z").plusSeconds(random.nextInt(300 * 86_400));
    Instant to = from.plusSeconds(random.nextInt(40 * 86_400) + 1);
    Calendar whole =
        new WorkDays(rules).between(from.minus(Duration.ofDays(60)), to.plus(Duration.ofDays(60)));

    assertThat(new WorkDays(rules).between(from, to).events())
        .as("seed %d, %s to %s", seed, from, to)
        .isEqualTo(whole.between(from, to));
  }

  private static WorkCalendar hours(String zone, String from, int hours) {
    return new WorkCalendar(
        ZoneId.of(zone),
        NOWHERE,
        List.of(
            new BusinessHours(
                EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
                LocalTime.parse(from),
                Duration.ofHours(hours))),
        Set.of());
  }

  private static WorkCalendar germanBusiness(Optional<String> region) {
    return new WorkCalendar(
        ZoneId.of("Europe/Berlin"),
        Optional.of(new Region("DE", region)),
        hours("Europe/Berlin", "08:00", 10).businessHours(),
        EnumSet.allOf(Period.class));
  }

  private static Calendar year(int year, WorkCalendar rules) {
    Function<Year, Instant> start = of -> of.atDay(1).atStartOfDay(rules.zone()).toInstant();
    return new WorkDays(rules).between(start.apply(Year.of(year)), start.apply(Year.of(year + 1)));
  }

  private static Set<LocalDate> daysOf(Calendar calendar, WorkCalendar rules, String kind) {
    return calendar.ofKind(kind).stream()
        .map(event -> LocalDate.ofInstant(event.start(), rules.zone()))
        .collect(Collectors.toSet());
  }

  private static Instant startOf(Calendar calendar, String day) {
    return calendar.events().stream()
        .filter(event ->
            LocalDate.ofInstant(event.start(), calendar.zone()).equals(LocalDate.parse(day)))
        .findFirst()
        .orElseThrow()
        .start();
  }
}
