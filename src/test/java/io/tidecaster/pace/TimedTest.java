package io.tidecaster.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TimedTest {
  @Test
  void theFirstAnswersOfAServerTookTheirMean() {
    // 100 × 20 ms, then 300 × 40 ms: a mean of 35 ms
    assertThat(new Timed(100, 20).busyMillisSince(Timed.NOTHING)).isCloseTo(2_000, within(1e-9));
    assertThat(new Timed(400, 35).busyMillisSince(new Timed(100, 20)))
        .isCloseTo(12_000, within(1e-6));
  }

  @Test
  void fromThe513thOnTheOlderOnesAreForgotten() {
    long sum = 400 * 50;
    for (int answer = 401; answer <= 1_000; answer++) {
      sum = sum - (answer <= 512 ? 0 : (sum + 511) / 512) + 80;
    }
    Timed now = new Timed(1_000, (double) Math.ceilDiv(sum, 512));

    // 600 × 80 ms, to within half a second
    assertThat(now.busyMillisSince(new Timed(400, 50))).isCloseTo(48_000, within(512.0));
  }

  @Test
  void whatNewAnswersTookIsSeenThroughTheMean() {
    // q = (511/512)^512 = 0.368: 100 · 0.368 + 200 · 0.632 = 163.2 ms
    assertThat(new Timed(1_512, 163.2).busyMillisSince(new Timed(1_000, 100)))
        .isCloseTo(512 * 200, within(150.0));
  }

  @Test
  void theErrorsOfWholeMillisecondsDoNotAddUp() {
    long sum = 512 * 100;
    Timed before = new Timed(1_000, 100);
    double busy = 0;
    for (int look = 0; look < 500; look++) {
      for (int i = 0; i < 10; i++) {
        sum = sum - (sum + 511) / 512 + 37;
      }
      Timed now = new Timed(before.answers() + 10, (double) Math.ceilDiv(sum, 512));
      busy += now.busyMillisSince(before);
      before = now;
    }

    // 5,000 × 37 ms, to within half a second once
    assertThat(busy).isCloseTo(5_000 * 37, within(512.0));
  }

  @Test
  void noAnswersTookNoTimeAndFewerAreAnotherHaproxys() {
    assertThat(new Timed(7, 12).busyMillisSince(new Timed(7, 12))).isZero();
    assertThatThrownBy(() -> new Timed(7, 12).busyMillisSince(new Timed(8, 12)))
        .hasMessage("8 answers before 7; begin anew");
    assertThatThrownBy(() -> new Timed(-1, 12)).hasMessageContaining("-1 answers");
    assertThatThrownBy(() -> new Timed(1, Double.NaN)).hasMessageContaining("NaN ms");
  }
}
