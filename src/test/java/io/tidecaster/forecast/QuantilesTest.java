package io.tidecaster.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantilesTest {

  @Test
  void takesTheConformalOrderStatistic() {
    double[] sorted = new double[19];
    Arrays.setAll(sorted, i -> i + 1);

    // ceil(20 × 0.9) = 18
    assertThat(Quantiles.conformal(sorted, 19, 0.9)).isEqualTo(18);
    // ceil(20 × 0.99) = 20 > 19: the largest
    assertThat(Quantiles.conformal(sorted, 19, 0.99)).isEqualTo(19);
  }

  @Test
  void weighsShortageByTheLevelAndSurplusByTheRest() {
    // 0.9 × (10 − 8), 0.1 × (10 − 8)
    assertThat(Quantiles.pinball(0.9, 10, 8)).isCloseTo(1.8, within(1e-12));
    assertThat(Quantiles.pinball(0.9, 8, 10)).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void interpolatesBetweenTheNearestValues() {
    // position 0.9 × 2 = 1.8: 2 + 0.8 × (4 − 2)
    assertThat(Quantiles.select(new double[] {4, 1, 2}, 3, 0.9)).isCloseTo(3.6, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void selectsWhatSortingWould(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = random.doubles(200).map(v -> Math.floor(v * 30)).toArray();
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double level = random.nextInt(200) / 199.0;

    assertThat(Quantiles.select(values, 200, level))
        .isCloseTo(sorted[(int) Math.round(level * 199)], within(1e-9));
  }

  @Test
  void knowsTheNormalDistribution() {
    assertThat(Quantiles.normal(0.5)).isCloseTo(0, within(1e-6));
    assertThat(Quantiles.normal(0.95)).isCloseTo(1.644854, within(1e-5));
  }
}
