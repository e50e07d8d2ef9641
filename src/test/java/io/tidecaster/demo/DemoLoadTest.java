package io.tidecaster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.sim.TraceLoad;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DemoLoadTest {
  private static final Instant FIRST = Instant.parse("2026-01-05T00:00:00Z");
  private static final Duration STEP = Duration.ofMinutes(5);
  private static final int DAY = 288;

  /** Open from 09:00 to 17:00 on five days of seven; nothing at night. */
  private static TraceLoad offices(int days) {
    double[] values = new double[days * DAY];
    for (int i = 0; i < values.length; i++) {
      int day = i / DAY;
      int minute = i % DAY * 5;
      boolean open = day % 7 < 5 && minute >= 9 * 60 && minute < 17 * 60;
      values[i] = open ? 100 : 0;
    }
    return TraceLoad.of("offices", FIRST, STEP, values);
  }

  @Test
  void beginsShortlyBeforeTheSteepestRiseOfABusyDay() {
    DemoLoad load = DemoLoad.of("offices", offices(42));

    // opens at 09:00; the steepest half hour is seen from 08:30 on; 45 minutes before it
    assertThat(load.start().atZone(java.time.ZoneOffset.UTC).toLocalTime())
        .isBetween(java.time.LocalTime.of(7, 30), java.time.LocalTime.of(8, 30));
    assertThat(load.load().at(load.start().plus(3, ChronoUnit.HOURS))).isEqualTo(100);
    assertThat(load.load().at(load.start().plus(27, ChronoUnit.HOURS))).isEqualTo(100);
  }

  @Test
  void leavesFourWeeksOfHistoryWhereTheTraceHasThem() {
    DemoLoad load = DemoLoad.of("offices", offices(42));

    assertThat(Duration.between(load.oldest(), load.start())).isGreaterThan(Duration.ofDays(28));
    assertThat(Duration.between(load.start(), load.end())).isGreaterThan(Duration.ofDays(1));
  }

  @Test
  void aShortTraceBeginsInItsMiddle() {
    DemoLoad load = DemoLoad.of("offices", offices(4));

    assertThat(load.start()).isEqualTo(FIRST.plus(48, ChronoUnit.HOURS).minus(1, ChronoUnit.HOURS));
  }

  @Test
  void aMinuteInAGapIsUnknown() {
    double[] values = new double[4 * DAY];
    Arrays.fill(values, 10);
    Arrays.fill(values, 10, 14, Double.NaN);
    DemoLoad load = DemoLoad.of("gap", TraceLoad.of("gap", FIRST, STEP, values));

    assertThat(load.minuteBefore(FIRST.plus(60, ChronoUnit.MINUTES))).isNaN();
    assertThat(load.minuteBefore(FIRST.plus(40, ChronoUnit.MINUTES))).isEqualTo(10);
    assertThat(load.minuteBefore(FIRST)).as("before the trace").isNaN();
  }

  @Test
  void theGeneratedLoadIsTheSameForTheSameSeed() {
    DemoLoad one = DemoLoad.generated(7, 200);
    DemoLoad same = DemoLoad.generated(7, 200);
    DemoLoad other = DemoLoad.generated(8, 200);
    Instant noon = one.start().plus(5, ChronoUnit.HOURS);

    assertThat(same.load().at(noon)).isEqualTo(one.load().at(noon));
    assertThat(other.load().at(noon)).isNotEqualTo(one.load().at(noon));
  }
}
