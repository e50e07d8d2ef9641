package io.tidecaster.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VpaRuleTest {
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

  private static void minutes(VpaRule rule, Instant from, int count, double cores) {
    for (int minute = 0; minute < count; minute++) {
      rule.observe(from.plus(Duration.ofMinutes(minute)), cores);
    }
  }

  @Test
  void aSteadyUseIsRoundedUpToItsBucketAndGetsItsMargin() {
    VpaRule rule = new VpaRule();
    minutes(rule, START, 600, 1);

    // buckets end at 0.01 · (1.05ⁿ − 1) ÷ 0.05; the first above 1 core is n = 37: 1.0163 · 1.15
    assertThat(rule.targetMillis()).isEqualTo(1169);
  }

  @Test
  void whatIsRarerThanATenthIsNotReservedFor() {
    VpaRule rule = new VpaRule();
    minutes(rule, START, 950, 1);
    minutes(rule, START.plus(Duration.ofMinutes(950)), 50, 4);

    assertThat(rule.targetMillis()).isEqualTo(1169);
  }

  @Test
  void forgetsHalfOfItInADay() {
    VpaRule rule = new VpaRule();
    minutes(rule, START, 1440, 4);
    minutes(rule, START.plus(Duration.ofDays(4)), 1440, 1);

    // what was seen four days before weighs 1 ÷ 16 of what was seen on the last: below a tenth
    assertThat(rule.targetMillis()).isEqualTo(1169);
  }

  @Test
  void reservesTheLeastWhileNothingWasSeen() {
    assertThat(new VpaRule().targetMillis()).isEqualTo(25);
  }

  @Test
  void refusesAPercentileAboveOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VpaRule(90, 1.15))
        .withMessage("percentile 90.0 must be above 0 and at most 1, margin 1.15 between 1 and 10");
  }
}
