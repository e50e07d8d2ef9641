package io.tidecaster.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StepsTest {
  private static final Steps MINUTES = new Steps(new Grid(Duration.ofMinutes(1), 10), 0);

  @Test
  void drawsLinesBetweenTheMiddlesOfTheBins() {
    double[][] steps = MINUTES.of(new double[][] {{10, 20}}, 5);

    // from 5 at −2.5 min to 10 at 2.5 min: the first minute's middle is 0.5 min
    assertThat(steps[0][0]).isCloseTo(8, within(1e-9));
    assertThat(steps[0][2]).isCloseTo(10, within(1e-9));
    // half way from 2.5 to 7.5 min
    assertThat(steps[0][4]).isCloseTo(14, within(1e-9));
    assertThat(steps[0][7]).isCloseTo(20, within(1e-9));
    assertThat(steps[0][9]).isCloseTo(20, within(1e-9));
  }

  @Test
  void keepsTheSpreadOfTheFirstBinUpToIt() {
    double[][] steps = MINUTES.of(new double[][] {{10, 10}, {16, 16}}, 4);

    assertThat(steps[1][0] - steps[0][0]).isCloseTo(6, within(1e-9));
  }

  @Test
  void neverFallsBelowTheFloorOrTheLevelBefore() {
    double[][] steps = MINUTES.of(new double[][] {{-5, -5}, {-9, -9}}, 1);

    assertThat(steps[0]).containsOnly(0, steps[0][0]);
    assertThat(steps[1]).isEqualTo(steps[0]);
  }

  @Test
  void leavesBinsOfOneStepAsTheyAre() {
    double[][] steps =
        new Steps(new Grid(Loads.HOUR, 2), 0).of(new double[][] {{10, 20}, {11, 25}}, 99);

    assertThat(steps).isDeepEqualTo(new double[][] {{10, 20}, {11, 25}});
  }
}
