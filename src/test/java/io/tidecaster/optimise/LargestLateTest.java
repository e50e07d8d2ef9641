package io.tidecaster.optimise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LargestLateTest {
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");

  @Test
  void isTheLargestOfTheWindow() {
    Random random = new Random(7);
    LargestLate late = new LargestLate(Duration.ofMinutes(10));
    double[] loads = random.doubles(200).toArray();
    for (int i = 0; i < loads.length; i++) {
      double largest = 0;
      for (int k = Math.max(0, i - 9); k <= i; k++) {
        largest = Math.max(largest, loads[k]);
      }

      assertThat(late.with(NINE.plus(Duration.ofMinutes(i)), loads[i])).isEqualTo(largest);
    }
  }
}
