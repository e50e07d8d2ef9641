package io.tidecaster.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LiveTest {
  private static final Grid GRID = new Grid(Loads.HOUR, 3);
  private static final double[] LEVELS = {0.5, 0.9, 0.95};
  private static final int LOADS = 6000;

  private final SplittableRandom random = new SplittableRandom(5);

  /** Uniform on [0, 100): the 0.9 quantile is 90. */
  private final LoadHistory history =
      Loads.history(Loads.HOUR, random.doubles(LOADS).map(v -> 100 * v).toArray());

  @Test
  void raisesQuantilesThatCoverTooLittle() {
    Live live = run(50, 70, 80);

    assertThat(live.corrected(path(50, 70, 80))[1][0]).isCloseTo(90, within(5.0));
    assertThat(live.accuracy().leads().getFirst().coverage().get(1)).isCloseTo(0.9, within(0.06));
  }

  @Test
  void lowersQuantilesThatCoverTooMuch() {
    Live live = run(50, 99, 120);

    assertThat(live.corrected(path(50, 99, 120))[1][0]).isCloseTo(90, within(5.0));
  }

  @Test
  void boundsTheCorrection() {
    Live live = run(-1000, -999, -998);

    // the spread of 2 is less than 2 % of 1000: −998 + 3 × 20
    assertThat(live.corrected(path(-1000, -999, -998))[2][0]).isCloseTo(-938, within(0.5));
  }

  @Test
  void leavesTheMedianAlone() {
    assertThat(run(20, 70, 80).corrected(path(20, 70, 80))[0]).containsOnly(20);
  }

  @Test
  void neverCrossesQuantiles() {
    double[][] corrected = run(50, 99, 99.5).corrected(path(50, 50, 50));

    assertThat(corrected[1][0]).isGreaterThanOrEqualTo(corrected[0][0]);
    assertThat(corrected[2][0]).isGreaterThanOrEqualTo(corrected[1][0]);
  }

  @Test
  void losesTrustWhenTheNaiveForecastIsBetterAndRegainsIt() {
    Live live = new Live(GRID, LEVELS);
    double[][] good = path(50, 90, 95);
    double[][] bad = path(500, 900, 950);

    issue(live, 0, 300, bad, good);
    assertThat(live.trusted()).isFalse();
    assertThat(live.accuracy().skill()).isNegative();

    issue(live, 300, 2000, good, bad);
    assertThat(live.trusted()).isTrue();
    assertThat(live.accuracy().skill()).isGreaterThan(0.05);
  }

  @Test
  void keepsTrustWhileBothAreAlike() {
    Live live = new Live(GRID, LEVELS);

    issue(live, 0, 1000, path(50, 90, 95), path(50, 90, 95));

    assertThat(live.trusted()).isTrue();
  }

  @Test
  void keepsTrustInALossThatDoesNoHarm() {
    Live live = new Live(GRID, LEVELS);

    // off by 20 of 10,000, which is 0.2 %, where the naive forecast is off by 1
    double[] steady = new double[300];
    Arrays.fill(steady, 10_000);
    LoadHistory loads = Loads.history(Loads.HOUR, steady);
    for (int step = 0; step < steady.length; step++) {
      live.settle(loads, step);
      live.issue(step, path(10_020, 10_020, 10_020), path(10_001, 10_001, 10_001));
    }

    assertThat(live.accuracy().skill()).isNegative();
    assertThat(live.trusted()).isTrue();
  }

  @Test
  void goesOnFromACopyAsFromItself() {
    Live live = new Live(GRID, LEVELS);
    issue(live, 0, 100, path(50, 70, 80), path(50, 70, 80));
    Live copy = live.copy();

    issue(live, 100, 200, path(50, 70, 80), path(50, 70, 80));
    issue(copy, 100, 200, path(50, 70, 80), path(50, 70, 80));

    assertThat(copy.accuracy()).isEqualTo(live.accuracy());
    assertThat(copy.corrected(path(50, 70, 80))).isDeepEqualTo(live.corrected(path(50, 70, 80)));
  }

  @Test
  void learnsNothingFromUnknownLoads() {
    LoadHistory unknown = Loads.history(Loads.HOUR, Double.NaN, Double.NaN, Double.NaN);
    Live live = new Live(GRID, LEVELS);
    live.issue(0, path(50, 70, 80), path(50, 70, 80));
    live.settle(unknown, 3);

    assertThat(live.accuracy().scored()).isZero();
    assertThat(live.corrected(path(50, 70, 80))).isDeepEqualTo(path(50, 70, 80));
  }

  private Live run(double... quantiles) {
    Live live = new Live(GRID, LEVELS);
    issue(live, 0, LOADS, path(quantiles), path(quantiles));
    return live;
  }

  private void issue(Live live, int from, int to, double[][] raw, double[][] naive) {
    for (int step = from; step < to; step++) {
      live.settle(history, step);
      live.issue(step, raw, naive);
    }
    live.settle(history, to);
  }

  private static double[][] path(double... quantiles) {
    double[][] path = new double[quantiles.length][GRID.horizon()];
    for (int l = 0; l < quantiles.length; l++) {
      Arrays.fill(path[l], quantiles[l]);
    }
    return path;
  }
}
