package io.tidecaster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.sim.Load;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratedLoadTest {
  private static final double PEAK = 240;

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 42, 1234})
  void theGeneratedLoadBeginsHalfAnHourBeforeItsMorningRise(long seed) {
    DemoLoad generated = DemoLoad.generated(seed, PEAK);

    double first = mean(generated.load(), generated.start(), Duration.ofMinutes(30));
    Instant inTwoHours = generated.start().plus(Duration.ofHours(2));
    double later = mean(generated.load(), inTwoHours, Duration.ofMinutes(30));
    assertThat(first).isLessThan(0.25 * PEAK);
    assertThat(later).isGreaterThan(3 * first);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 42})
  void theCampaignComesAtTen(long seed) {
    Load load = DemoLoad.generated(seed, PEAK).load();
    Instant ten = Instant.parse("2026-03-31T02:00:00Z"); // 10:00 in Shanghai

    double before = mean(load, ten.minus(Duration.ofMinutes(15)), Duration.ofMinutes(15));
    double after = mean(load, ten.plus(Duration.ofMinutes(5)), Duration.ofMinutes(10));
    // 0.4 × 240 = 96 more at its height
    assertThat(after - before).isGreaterThan(0.2 * PEAK);
  }

  private static double mean(Load load, Instant from, Duration length) {
    double sum = 0;
    long seconds = length.toSeconds();
    for (long s = 0; s < seconds; s += 15) {
      sum += load.at(from.plusSeconds(s));
    }
    return sum / Math.ceilDiv(seconds, 15);
  }
}
