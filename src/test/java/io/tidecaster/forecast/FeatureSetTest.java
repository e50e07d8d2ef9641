package io.tidecaster.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.calendar.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureSetTest {
  private static final Duration HALF_HOUR = Duration.ofMinutes(30);
  private static final int PER_DAY = 48;

  @ParameterizedTest
  @ValueSource(ints = {49, 400, 1000, 1151})
  void seesNothingAfterTheOrigin(int origin) {
    double[] known = Loads.daily(30 * PER_DAY, PER_DAY, 20, 1);
    double[] altered = known.clone();
    Arrays.fill(altered, origin + 1, altered.length, 1e6);
    FeatureSet set = new FeatureSet(sales(), Loads.bins(HALF_HOUR, known), 1);

    for (int ahead = 1; ahead <= 3; ahead++) {
      assertThat(row(set, altered, origin, ahead)).isEqualTo(row(set, known, origin, ahead));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void changesNoBitOfAnyFeatureForWhatComesLater(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] known = Loads.daily(30 * PER_DAY, PER_DAY, 20, seed);
    for (int i = 0; i < 40; i++) {
      known[random.nextInt(known.length)] = Double.NaN;
    }
    FeatureSet set = new FeatureSet(sales(), Loads.bins(HALF_HOUR, known), 1);
    for (int trial = 0; trial < 50; trial++) {
      int origin = random.nextInt(known.length - 4);
      double[] altered = known.clone();
      double other = random.nextInt(3) == 0 ? Double.NaN : random.nextDouble(-1e9, 1e9);
      altered[random.nextInt(origin + 1, known.length)] = other;
      altered[origin + 1] = other;

      for (int ahead = 1; ahead <= 3; ahead++) {
        assertThat(row(set, altered, origin, ahead))
            .as("origin %d, %d ahead, %s after it", origin, ahead, other)
            .isEqualTo(row(set, known, origin, ahead));
      }
    }
  }

  @Test
  void averagesTheChangeThatFollowedOnTheLastDays() {
    double[] values = new double[10 * PER_DAY];
    for (int i = 0; i < values.length; i++) {
      // at noon the load rises by the number of the day
      values[i] = i % PER_DAY >= 24 ? i / PER_DAY : 0;
    }
    FeatureSet set = new FeatureSet(Calendar.EMPTY, Loads.bins(HALF_HOUR, values), 1);
    int origin = 9 * PER_DAY + 23;

    // the mean of 8, 7, 6, 5, 4, 3, 2
    assertThat(feature(set, values, origin, 1, "meanChange7Days")).isEqualTo(5);
    assertThat(feature(set, values, origin, 1, "meanChange3Days")).isEqualTo(7);
    assertThat(feature(set, values, origin, 1, "change1Day")).isEqualTo(8);
    assertThat(feature(set, values, origin, 1, "change7Days")).isEqualTo(2);
  }

  @Test
  void doesNotChangeWithTheLevelButForTheLevelItself() {
    double[] values = Loads.daily(20 * PER_DAY, PER_DAY, 20, 3);
    double[] higher = Arrays.stream(values).map(v -> v + 1024).toArray();
    FeatureSet set = new FeatureSet(Calendar.EMPTY, Loads.bins(HALF_HOUR, values), 1);
    float[] low = row(set, values, 900, 2);
    float[] high = row(set, higher, 900, 2);

    for (int f = 0; f < set.size(); f++) {
      String name = set.features().get(f).name();
      if (!name.equals("load") && !name.startsWith("relative")) {
        assertThat(high[f])
            .as(name)
            .isCloseTo(low[f], org.assertj.core.api.Assertions.within(0.01f));
      }
    }
  }

  @Test
  void keepsTheLocalTimeOfDayWhenTheClockChanges() {
    // Berlin went from UTC+1 to UTC+2 on 29 March 2026: day 27 from Monday 2 March
    double[] values = new double[30 * PER_DAY];
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    for (int i = 0; i < values.length; i++) {
      Instant start = Loads.MONDAY.plus(HALF_HOUR.multipliedBy(i));
      values[i] = start.atZone(berlin).getHour() >= 8 ? 100 : 0;
    }
    FeatureSet set =
        new FeatureSet(new Calendar(berlin, List.of()), Loads.bins(HALF_HOUR, values), 1);
    // the bin before 8:00 of 29 March, which is 6:00 UTC
    int origin = 27 * PER_DAY + 11;

    assertThat(values[origin]).isZero();
    assertThat(values[origin + 1]).isEqualTo(100);
    assertThat(feature(set, values, origin, 1, "change1Day")).isEqualTo(100);
    assertThat(feature(set, values, origin, 1, "meanChange7Days")).isEqualTo(100);
  }

  @Test
  void comparesWithTheLastEventsOfTheKind() {
    double[] values = new double[20 * PER_DAY];
    Calendar sales = sales();
    for (int i = 0; i < values.length; i++) {
      Instant middle = Loads.MONDAY.plus(HALF_HOUR.multipliedBy(i)).plusSeconds(900);
      values[i] = sales.events().stream().anyMatch(e -> e.covers(middle)) ? 40 : 10;
    }
    FeatureSet set = new FeatureSet(sales, Loads.bins(HALF_HOUR, values), 1);
    // the sale of day 15 starts at 15 × 1 h = 15:00; the origin is the bin before
    int origin = 15 * PER_DAY + 29;

    assertThat(feature(set, values, origin, 1, "changeAtLastEvents:sale")).isEqualTo(30);
    // 10 × min(40 ÷ 10 − 1, 3)
    assertThat(feature(set, values, origin, 1, "relativeChangeAtLastEvents:sale")).isEqualTo(30);
    assertThat(feature(set, values, origin, 1, "goingOn:sale")).isEqualTo(1);
    assertThat(feature(set, values, origin, 1, "goingOnAtOrigin:sale")).isZero();
    // the middle of the next bin is 15 min after the start
    assertThat(feature(set, values, origin, 1, "minutesSinceLast:sale")).isEqualTo(15);
  }

  @Test
  void countsADayOffAsASunday() {
    double[] values = Loads.daily(28 * PER_DAY, PER_DAY, 0, 1);
    // day 22 is a Tuesday
    Calendar off = new Calendar(ZoneOffset.UTC, List.of(), Set.of(LocalDate.parse("2026-03-24")));
    FeatureSet set = new FeatureSet(off, Loads.bins(HALF_HOUR, values), 1);

    assertThat(feature(set, values, 21 * PER_DAY + 47, 1, "dayOfWeek")).isEqualTo(6);
    assertThat(feature(set, values, 21 * PER_DAY + 46, 1, "dayOfWeek")).isZero();
    assertThat(feature(set, values, 22 * PER_DAY + 47, 1, "dayOfWeek")).isEqualTo(2);
  }

  @Test
  void feelsADayOfAnEventUntilItsEnd() {
    List<Event> events = new ArrayList<>();
    double[] values = new double[20 * PER_DAY];
    for (int day : List.of(4, 9, 14)) {
      Instant start = Loads.MONDAY.plus(Duration.ofDays(day));
      events.add(new Event(start, start.plus(Duration.ofDays(1)), "month-end", ""));
      // at 18:00 of such days the load rises by 50
      Arrays.fill(values, day * PER_DAY + 36, (day + 1) * PER_DAY, 50);
    }
    FeatureSet set =
        new FeatureSet(new Calendar(ZoneOffset.UTC, events), Loads.bins(HALF_HOUR, values), 1);

    assertThat(feature(set, values, 14 * PER_DAY + 35, 1, "changeAtLastEvents:month-end"))
        .isEqualTo(50);
    assertThat(feature(set, values, 14 * PER_DAY + 35, 1, "goingOn:month-end")).isEqualTo(1);
  }

  @Test
  void leavesOutKindsThatNeverOccurredInTheHistory() {
    Instant later = Loads.MONDAY.plus(Duration.ofDays(100));
    Calendar calendar =
        new Calendar(
            ZoneOffset.UTC, List.of(new Event(later, later.plusSeconds(60), "launch", "")));

    FeatureSet set = new FeatureSet(calendar, Loads.bins(HALF_HOUR, new double[96]), 1);

    assertThat(set.features()).noneMatch(feature -> feature.name().endsWith(":launch"));
  }

  @Test
  void knowsNothingOfAnEventBeforeItWasAnnounced() {
    double[] values = new double[20 * PER_DAY];
    FeatureSet set = new FeatureSet(sales(), Loads.bins(HALF_HOUR, values), 1);
    // the next sale after the history starts on day 20 at 20:00; it is announced at 12:00
    Instant start = Loads.MONDAY.plus(Duration.ofHours(25L * 20));
    List<Event> events = new ArrayList<>(sales().events());
    events.add(
        new Event(
            start,
            start.plus(Duration.ofHours(1)),
            "sale",
            "",
            OptionalDouble.empty(),
            start.minus(Duration.ofHours(8))));
    FeatureSet now = set.with(new Calendar(ZoneOffset.UTC, events));
    double[] longer = new double[21 * PER_DAY];

    // at the end of the bin before 12:00, and of the one before that
    assertThat(feature(now, longer, 20 * PER_DAY + 22, 15, "minutesToNext:sale")).isEqualTo(360);
    // 15 bins of 30 min on from 12:00 the middle is at 19:15
    assertThat(feature(now, longer, 20 * PER_DAY + 23, 15, "minutesToNext:sale")).isEqualTo(45);
    assertThat(set.hasLearned("sale")).isTrue();
  }

  /** On day n a sale of an hour at n o'clock. */
  private static Calendar sales() {
    List<Event> events = new ArrayList<>();
    for (int day = 0; day < 20; day++) {
      Instant start = Loads.MONDAY.plus(Duration.ofHours(25L * day));
      events.add(new Event(start, start.plus(Duration.ofHours(1)), "sale", ""));
    }
    return new Calendar(ZoneOffset.UTC, events);
  }

  private static float feature(
      FeatureSet set, double[] values, int origin, int ahead, String name) {
    for (int f = 0; f < set.size(); f++) {
      if (set.features().get(f).name().equals(name)) {
        return row(set, values, origin, ahead)[f];
      }
    }
    throw new AssertionError("no feature " + name);
  }

  private static float[] row(FeatureSet set, double[] values, int origin, int ahead) {
    float[] row = new float[set.size()];
    set.at(Loads.bins(HALF_HOUR, values), origin).fill(ahead, row);
    return row;
  }
}
