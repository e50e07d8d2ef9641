package io.tidecaster.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.forecast.FitTask;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.size.MemoryAhead;
import io.tidecaster.size.Overshoots;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryForecasterTest {
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final double MIB = 1 << 20;
  private static final int DAY = 24 * 60;

  private final MemoryForecaster forecaster = forecaster();

  private static MemoryForecaster forecaster() {
    return new MemoryForecaster(
        new ScalerId("crm", "web"), Calendar.EMPTY, MemoryForecaster.Settings.DEFAULT, 0.95);
  }

  private static Instant minute(int number) {
    return MONDAY.plus(Duration.ofMinutes(number));
  }

  private static double constant(int minute) {
    return 300 * MIB;
  }

  private interface Use {
    double at(int minute);
  }

  private static void live(MemoryForecaster forecaster, int from, int to, Use use) {
    for (int i = from; i < to; i++) {
      forecaster.observe(minute(i), OptionalDouble.of(use.at(i)));
    }
  }

  private MemoryAhead aheadAt(int minute) {
    return forecaster.ahead(minute(minute), forecaster.forecast());
  }

  @Test
  void saysNothingUntilAQuarterOfAnHourIsKnown() {
    live(forecaster, 0, 14, MemoryForecasterTest::constant);
    assertThat(aheadAt(14).bytes()).isEmpty();

    live(forecaster, 14, 15, MemoryForecasterTest::constant);
    // the last value, and a spread as long as little is known
    assertThat(aheadAt(15).bytes().orElseThrow() / MIB).isBetween(300.0, 600.0);
  }

  @Test
  void waitsForAFitThatIsDueAndThenSeesTheDayBegin() {
    // 200 MiB at night and 600 from 8 to 18, an hour between
    Use use =
        i -> {
          double hour = i % DAY / 60.0;
          return (200 + 400 * (Math.clamp(hour - 7, 0, 1) - Math.clamp(hour - 17, 0, 1))) * MIB;
        };
    int now = 4 * DAY + 6 * 60 + 30;
    live(forecaster, 0, now, use);

    assertThat(forecaster.forecast())
        .isInstanceOfSatisfying(
            NotReady.class,
            notReady -> assertThat(notReady.reason()).isEqualTo(NotReady.Reason.MODEL_FITTING));
    forecaster.fitDue().map(FitTask::run).ifPresent(forecaster::adopt);

    assertThat(forecaster.forecast()).isInstanceOf(Forecast.class);
    // at half past six 200 are used, at half past seven 400 will be
    assertThat(aheadAt(now).bytes().orElseThrow() / MIB).isCloseTo(400, within(60.0));
    // yesterday between half past six and half past seven: 400 at its end
    assertThat(aheadAt(now).usualBytes() / MIB).isCloseTo(400, within(40.0));
  }

  @Test
  void keepsByHowMuchTheUseGoesBeyondWhatWasSaidUntilItIsAnswered() {
    live(forecaster, 0, 60, MemoryForecasterTest::constant);
    double said = aheadAt(60).bytes().orElseThrow();
    live(forecaster, 60, 62, i -> i == 60 ? 320 * MIB : 330 * MIB);

    assertThat(forecaster.overshoots().days())
        .containsExactly(
            new Overshoots.Worst(MONDAY, Math.ceil(330 * MIB / said * 10_000) / 10_000));

    // what was said five minutes before was answered by then
    forecaster.resume(Overshoots.NONE);
    live(forecaster, 65, 66, i -> 900 * MIB);
    assertThat(forecaster.overshoots()).isEqualTo(Overshoots.NONE);
  }

  @Test
  void unknownUseIsNoOvershootAndNoForecastAfterAWhile() {
    live(forecaster, 0, 60, MemoryForecasterTest::constant);
    aheadAt(60);
    IntStream.range(60, 80).forEach(i -> forecaster.observe(minute(i), OptionalDouble.empty()));

    assertThat(forecaster.overshoots()).isEqualTo(Overshoots.NONE);
    assertThat(aheadAt(80).bytes()).isEmpty();
  }

  @Test
  void knowsTheUseAtThisTimeOfTheDayBeforeAndTheWeekBefore() {
    DayMemory days = new DayMemory();
    IntStream.range(0, 7 * DAY + 12 * 60)
        .forEach(i -> days.put(minute(i), i == 12 * 60 + 30 ? 500 : 100));

    // the 500 of half past twelve on Monday, within the hour that began a week before
    assertThat(days.usual(minute(7 * DAY + 12 * 60))).isEqualTo(500);

    IntStream.range(7 * DAY + 12 * 60, 8 * DAY)
        .forEach(i -> days.put(minute(i), i == 7 * DAY + 12 * 60 + 59 ? 400 : 100));
    // the 400 of a day before
    assertThat(days.usual(minute(8 * DAY + 12 * 60))).isEqualTo(400);
    assertThat(days.usual(minute(8 * DAY + 15 * 60))).isEqualTo(100);
    assertThat(new DayMemory().usual(MONDAY)).isZero();
  }
}
