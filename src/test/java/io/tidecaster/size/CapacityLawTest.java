package io.tidecaster.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapacityLawTest {
  private static final long GIB = 1L << 30;
  private static final SizeBounds BOUNDS =
      new SizeBounds(new ContainerSize(250, GIB), new ContainerSize(4000, 4 * GIB));
  private static final CapacityLaw LINEAR = new CapacityLaw(1000, 100, 0.8, 0.1, 1);

  @Test
  void twiceTheCpuBearsMoreThanTwiceAsIdlingIsPaidOnce() {
    // 100 · (0.8 · 2 − 0.1) ÷ (0.8 − 0.1)
    assertThat(LINEAR.loadAt(2000)).isCloseTo(214.29, within(0.01));
  }

  @Test
  void contentionTakesItsShare() {
    // 214.29 · 2^(0.8 − 1)
    assertThat(LINEAR.with(0.1, 0.8).loadAt(2000)).isCloseTo(186.55, within(0.01));
  }

  @Test
  void aSizeThatIdlesAwayBearsNothing() {
    assertThat(LINEAR.loadAt(125)).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {20, 50, 100, 214, 399})
  void theLeastSizeForALoadBearsItAndAStepLessDoesNot(double load) {
    long millis = LINEAR.cpuMillisFor(load, BOUNDS, 10);

    assertThat(LINEAR.loadAt(millis)).isGreaterThanOrEqualTo(load * (1 - 1e-9));
    assertThat(LINEAR.loadAt(millis - 10)).isLessThan(load);
  }

  @Test
  void theBoundsWin() {
    assertThat(LINEAR.cpuMillisFor(1, BOUNDS, 10)).isEqualTo(250);
    assertThat(LINEAR.cpuMillisFor(10_000, BOUNDS, 10)).isEqualTo(4000);
  }

  @Test
  void idlingMustLeaveSomething() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CapacityLaw(100, 100, 0.8, 0.1, 1))
        .withMessage(
            "idle CPU of 0.1 cores leaves nothing of 0.8 of 100m; raise the reference size");
  }

  @Test
  void withoutMinutesThePriorHolds() {
    assertThat(new CapacityLearner(LINEAR).law()).isEqualTo(LINEAR);
  }

  @Test
  void learnsFromADayOfSeveralSizesThatLargeOnesContend() {
    CapacityLaw truth = LINEAR.with(0.1, 0.8);
    CapacityLearner learner = new CapacityLearner(LINEAR);
    for (int minute = 0; minute < 1440; minute++) {
      long millis = 500 + 250L * (minute / 60 % 13);
      double load = truth.loadAt(millis) * (0.6 + 0.3 * Math.sin(minute));
      double costOfOne = (0.8 * millis / 1000.0 - 0.1) / truth.loadAt(millis);
      learner.observe(millis, load, 0.1 + load * costOfOne);
    }

    assertThat(learner.law().exponent()).isCloseTo(0.8, within(0.01));
  }

  @Test
  void aStarvedReplicaTeachesNothing() {
    CapacityLearner learner = new CapacityLearner(LINEAR);
    for (int minute = 0; minute < 1440; minute++) {
      learner.observe(minute % 2 == 0 ? 500 : 2000, 1000, minute % 2 == 0 ? 0.5 : 2.0);
    }

    assertThat(learner.law()).isEqualTo(LINEAR);
  }
}
