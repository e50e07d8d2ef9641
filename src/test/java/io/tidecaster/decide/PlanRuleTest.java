package io.tidecaster.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.workload.Behavior;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanRuleTest {
  private static final Hysteresis HYSTERESIS = new Hysteresis(0.05, 0.15);
  private static final Capacity HUNDRED = new Capacity(100, Capacity.Origin.STATED);

  @ParameterizedTest(name = "{1} on {0} of 100: {2}")
  @CsvSource({
    "20, 2000, 20", // just borne
    "20, 2001, 22", // ceil(2001 × 1.05 / 100)
    "20, 1620, 20", // 1620 × 1.05 = 1701 > 85 % of 2000
    "20, 1610, 17", // 1690.5 < 1700: ceil(16.905)
    "3, 190, 2", // 199.5 ≤ 255: ceil(1.995)
    "3, 198, 3", // 207.9 needs 3 again
    "2, 0, 0",
  })
  void goesALittleFurtherThanItMustAndNotAtAllForLittle(int current, double demand, int replicas) {
    assertThat(PlanRule.recommend(current, demand, HUNDRED, Behavior.DEFAULT, HYSTERESIS))
        .isEqualTo(replicas);
  }
}
