package io.tidecaster.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantileRegressionTest {

  /** y = 2 + 3x + x · uniform(0, 1): its quantile p is 2 + (3 + p) x. */
  private static double[][] rows(int n, SplittableRandom random, double[] targets) {
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      double x = random.nextDouble(0, 2);
      rows[i] = new double[] {x, 1};
      targets[i] = 2 + 3 * x + x * random.nextDouble();
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.9, 0.95, 0.99})
  void findsTheLineThatThisShareLiesUnder(double level) {
    double[] targets = new double[4000];
    double[][] rows = rows(targets.length, new SplittableRandom(7), targets);
    double[] line = QuantileRegression.fit(rows, targets, level);
    int under = 0;
    for (int i = 0; i < targets.length; i++) {
      under += targets[i] <= QuantileRegression.dot(rows[i], line) ? 1 : 0;
    }
    assertThat(under / (double) targets.length).isCloseTo(level, within(0.001));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.9})
  void findsTheSlopeOfTheQuantileNotOfTheMean(double level) {
    double[] targets = new double[4000];
    double[][] rows = rows(targets.length, new SplittableRandom(7), targets);
    assertThat(QuantileRegression.fit(rows, targets, level)[0]).isCloseTo(3 + level, within(0.06));
  }

  @Test
  void theSameSamplesGiveTheSameLine() {
    double[] targets = new double[300];
    double[][] rows = rows(targets.length, new SplittableRandom(7), targets);
    assertThat(QuantileRegression.fit(rows, targets, 0.9))
        .isEqualTo(QuantileRegression.fit(rows, targets, 0.9));
  }

  @Test
  void aFeatureThatIsAlwaysZeroDoesNoHarm() {
    double[] targets = new double[400];
    double[][] rows = rows(targets.length, new SplittableRandom(7), targets);
    double[][] wider = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      wider[i] = new double[] {rows[i][0], 0, 1};
    }
    double[] line = QuantileRegression.fit(wider, targets, 0.9);
    assertThat(line[1]).isZero();
    assertThat(line[0]).isCloseTo(QuantileRegression.fit(rows, targets, 0.9)[0], within(0.01));
  }

  @Test
  void solvesByCholesky() {
    // [4 2; 2 3] x = [10; 8] → x = [1.75; 1.5]
    double[] solution =
        QuantileRegression.solve(new double[][] {{4, 0}, {2, 3}}, new double[] {10, 8});
    assertThat(solution).containsExactly(new double[] {1.75, 1.5}, within(1e-12));
  }
}
