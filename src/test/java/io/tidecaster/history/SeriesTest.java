package io.tidecaster.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesTest {
  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final double GAP = Double.NaN;

  private static Series minutes(double... values) {
    return Series.of(START, Duration.ofMinutes(1), values);
  }

  @Test
  void isAveragedOverWhatIsKnownOfEachStep() {
    Series coarse =
        minutes(1, 2, 3, 4, GAP, 6, GAP, GAP, 9, GAP, GAP, GAP)
            .averagedOver(Duration.ofMinutes(3), 0.5);

    // (1+2+3)/3, (4+6)/2, 1 of 3 known < half, none known
    assertThat(coarse.toArray()).containsExactly(2, 5, GAP, GAP);
    assertThat(coarse.step()).isEqualTo(Duration.ofMinutes(3));
    assertThat(coarse.start()).isEqualTo(START);
    assertThat(coarse.end()).isEqualTo(START.plusSeconds(720));
  }

  @Test
  void leavesOutALastStepThatIsNotWhole() {
    assertThat(minutes(1, 3, 5, 7, 9).averagedOver(Duration.ofMinutes(2), 1).toArray())
        .containsExactly(2, 6);
    assertThat(minutes(1).averagedOver(Duration.ofMinutes(2), 1).size()).isZero();
  }

  @Test
  void isItselfAtItsOwnStep() {
    assertThat(minutes(1, GAP, 3).averagedOver(Duration.ofMinutes(1), 1).toArray())
        .containsExactly(1, GAP, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1M30S", "PT30S", "PT0S", "PT-1M"})
  void isNotAveragedOverStepsThatCutItsOwn(String step) {
    assertThatThrownBy(() -> minutes(1, 2, 3).averagedOver(Duration.parse(step), 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(step);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1.01, GAP})
  void isNotAveragedOverAShareThatIsNone(double share) {
    assertThatThrownBy(() -> minutes(1, 2).averagedOver(Duration.ofMinutes(2), share))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("share");
  }

  @Test
  void refusesInfiniteValues() {
    assertThatThrownBy(() -> minutes(Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
