package io.tidecaster.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OvershootsTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");

  /** One a day, the first of them yesterday's. */
  private static Overshoots before(double... ratios) {
    Overshoots overshoots = Overshoots.NONE;
    for (int day = 0; day < ratios.length; day++) {
      overshoots = overshoots.plus(NOON.minus(Duration.ofDays(day + 1)), ratios[day]);
    }
    return overshoots;
  }

  @Test
  void theFactorIsTheConformalQuantileOfTheWorstMinutesOfTheDays() {
    Overshoots nine = before(1.09, 1.01, 1.05, 1.02, 1.08, 1.03, 1.07, 1.04, 1.06);

    // ⌈(9 + 1) · 0.8⌉ = 8th of nine, ⌈10 · 0.95⌉ = 10: beyond them, so the largest
    assertThat(nine.factor(NOON, 0.8)).hasValue(1.08);
    assertThat(nine.factor(NOON, 0.95)).hasValue(1.09);
  }

  @Test
  void sevenWholeDaysHaveToBeKnown() {
    Overshoots six = before(1, 1, 1, 1, 1, 1).plus(NOON, 1);

    assertThat(six.factor(NOON, 0.95)).isEmpty();
    assertThat(six.factor(NOON.plus(Duration.ofDays(1)), 0.95)).hasValue(1);
  }

  @Test
  void todayCountsAtOnceWhereItIsWorse() {
    Overshoots week = before(1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1);

    assertThat(week.plus(NOON, 1.3).plus(NOON, 1.2).factor(NOON, 0.95)).hasValue(1.3);
    assertThat(week.plus(NOON, 0.5).factor(NOON, 0.95)).hasValue(1.1);
  }

  @Test
  void forecastsThatAreAlwaysTooHighAskForNoLessThanTheySay() {
    assertThat(before(0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8).factor(NOON, 0.95)).hasValue(1);
  }

  @Test
  void fourWeeksAreKept() {
    double[] ratios = new double[40];
    java.util.Arrays.fill(ratios, 1.1);
    ratios[39] = 9;

    assertThat(before(ratios).days()).hasSize(28);
    assertThat(before(ratios).factor(NOON, 0.95)).hasValue(1.1);
  }

  @Test
  void whatIsNoRatioIsRefused() {
    assertThatThrownBy(() -> Overshoots.NONE.plus(NOON, Double.NaN))
        .hasMessageContaining("ratio NaN must be at least 0");
  }
}
