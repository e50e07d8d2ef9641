package io.tidecaster.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QuantileTreesTest {
  private static final double[] LEVELS = {0.5, 0.9};
  private static final QuantileTrees.Settings SETTINGS =
      new QuantileTrees.Settings(60, 4, 0.1, 10, 1, 1000, 1e6);
  private static final int ROWS = 2000;

  /** Uniform noise on [0, 1) where x ≥ 0.5, on [0, 10) elsewhere; the second feature is noise. */
  private final float[][] x = new float[2][ROWS];

  private final double[] y = new double[ROWS];

  QuantileTreesTest() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < ROWS; i++) {
      x[0][i] = (float) random.nextDouble();
      x[1][i] = (float) random.nextDouble();
      y[i] = random.nextDouble() * (x[0][i] >= 0.5 ? 1 : 10);
    }
  }

  @Test
  void learnsTheQuantilesOnEachSideOfAStep() {
    QuantileTrees trees = fit(42);

    assertThat(predict(trees, 0.75f)[0]).isCloseTo(0.5, within(0.15));
    assertThat(predict(trees, 0.75f)[1]).isCloseTo(0.9, within(0.15));
    assertThat(predict(trees, 0.25f)[0]).isCloseTo(5, within(0.8));
    assertThat(predict(trees, 0.25f)[1]).isCloseTo(9, within(0.8));
  }

  @Test
  void givesTheSameTreesForTheSameSeed() {
    assertThat(predict(fit(42), 0.3f)).isEqualTo(predict(fit(42), 0.3f));
    assertThat(predict(fit(42), 0.3f)).isNotEqualTo(predict(fit(43), 0.3f));
  }

  @Test
  void attributesThePredictionToTheFeatureThatMadeIt() {
    double[] contributions = new double[2];

    fit(42).addContributions(new float[] {0.25f, 0.5f}, 1, contributions);

    assertThat(contributions[0]).isGreaterThan(1);
    assertThat(Math.abs(contributions[1])).isLessThan(0.3 * contributions[0]);
  }

  @Test
  void takesUnknownFeaturesAsTheirOwnKind() {
    for (int i = 0; i < ROWS; i += 2) {
      x[0][i] = Float.NaN;
      y[i] = 100;
    }

    assertThat(predict(fit(42), Float.NaN)[0]).isCloseTo(100, within(1.0));
    assertThat(predict(fit(42), 0.75f)[0]).isLessThan(20);
  }

  @Test
  void predictsAConstantWhereThereIsNothingElse() {
    java.util.Arrays.fill(y, 3);

    assertThat(predict(fit(42), 0.1f)).containsExactly(3, 3);
  }

  @Test
  void predictsNothingWithoutRows() {
    QuantileTrees trees =
        QuantileTrees.fit(new BinnedSample(new float[2][0], 0), new double[0], LEVELS, SETTINGS, 1);

    assertThat(predict(trees, 0.1f)).containsExactly(0, 0);
  }

  @Test
  void rejectsMoreRowsThanItsCountsHold() {
    assertThatThrownBy(() -> new QuantileTrees.Settings(1, 2, 0.1, 1, 1, 65_536, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("65536 rows a tree > 65535");
  }

  private QuantileTrees fit(long seed) {
    return QuantileTrees.fit(new BinnedSample(x, ROWS), y, LEVELS, SETTINGS, seed);
  }

  private static double[] predict(QuantileTrees trees, float first) {
    double[] out = new double[2];
    trees.addPrediction(new float[] {first, 0.5f}, 1, out);
    return out;
  }
}
