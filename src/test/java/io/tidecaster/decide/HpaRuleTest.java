package io.tidecaster.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HpaRuleTest {

  @ParameterizedTest(name = "{0} asked, ready {1}, unready {2}, missing {3}, use {4} of {5}: {6}")
  @CsvSource({
    "4, 4, 0, 0, 0.90, 0.6, 6", // ceil(4 × 1.5)
    "4, 4, 0, 0, 0.30, 0.6, 2",
    "4, 4, 0, 0, 0.65, 0.6, 4", // 8 % is within the tolerance
    "4, 4, 0, 0, 0.66, 0.6, 4", // so is 10 %
    "4, 4, 0, 0, 0.67, 0.6, 5",
    "4, 0, 4, 0, 0.00, 0.6, 4", // nothing is measured: nothing is known
    "6, 4, 2, 0, 0.90, 0.6, 6", // unready count as idle: 3.6 / 6 = 0.6, on target
    "6, 4, 2, 0, 1.20, 0.6, 8", // 4.8 / 6 = 0.8; ceil(6 × 1.333)
    "6, 4, 2, 0, 0.30, 0.6, 2", // downward the unready are left out: ceil(4 × 0.5)
    "5, 4, 0, 1, 0.90, 0.6, 6", // upward the missing count as idle: 3.6 / 5 = 0.72; ceil(5 × 1.2)
    "5, 4, 0, 1, 0.70, 0.6, 5", // 2.8 / 5 = 0.56: the direction would turn
    "5, 4, 0, 1, 0.30, 0.6, 4", // downward as fully used: 2.2 / 5 = 0.44; ceil(5 × 0.733)
    "5, 3, 0, 2, 0.40, 0.6, 5", // 3.2 / 5 = 0.64: the direction would turn
  })
  void followsTheRatioOfUseToTarget(
      int current, int ready, int unready, int missing, double use, double target, int replicas) {
    var reading = new HpaRule.Reading(ready, unready, missing, use, target);
    assertThat(HpaRule.forPodMetric(current, reading, HpaRule.TOLERANCE)).isEqualTo(replicas);
  }

  @ParameterizedTest(name = "{0} asked, {1} of {2} a replica: {3}")
  @CsvSource({
    "4, 420, 100, 4", // 5 % is within the tolerance
    "4, 441, 100, 5",
    "4, 359, 100, 4", // ceil(3.59)
    "4, 299, 100, 3",
    "0, 420, 100, 5",
  })
  void dividesATotalByTheTargetAReplica(int current, double value, double target, int replicas) {
    assertThat(HpaRule.forTotal(current, value, target, HpaRule.TOLERANCE)).isEqualTo(replicas);
  }

  @Test
  void rejectsWhatIsNoReading() {
    assertThatThrownBy(() -> new HpaRule.Reading(-1, 0, 0, 0.5, 0.5))
        .hasMessage("pods ready -1, unready 0, missing 0: none can be negative");
    assertThatThrownBy(() -> new HpaRule.Reading(1, 0, 0, Double.NaN, 0.5))
        .hasMessage("use NaN must be at least 0 and target 0.5 above 0");
  }
}
