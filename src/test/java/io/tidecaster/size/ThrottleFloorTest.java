package io.tidecaster.size;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ThrottleFloorTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  private static Instant minute(int minute) {
    return NOON.plusSeconds(60L * minute);
  }

  @Test
  void risesByAFifthOfWhatTheNodeHasGiven() {
    // 1000 × 1.2 = 1200
    assertThat(ThrottleFloor.after(Optional.empty(), NOON, 1000, true).millis()).isEqualTo(1200);
    assertThat(ThrottleFloor.after(Optional.empty(), NOON, 1000, false).millis()).isEqualTo(1000);
  }

  @Test
  void waitsForAWholeMinuteUnderTheLastStep() {
    ThrottleFloor first = ThrottleFloor.after(Optional.empty(), NOON, 1000, true);
    ThrottleFloor waiting = ThrottleFloor.after(Optional.of(first), minute(1), 1230, true);
    ThrottleFloor second = ThrottleFloor.after(Optional.of(waiting), minute(2), 1230, true);
    ThrottleFloor undone = ThrottleFloor.after(Optional.of(second), minute(4), 1000, true);

    assertThat(waiting).isEqualTo(new ThrottleFloor(1200, NOON, minute(1)));
    // 1230 × 1.2 = 1476
    assertThat(second).isEqualTo(new ThrottleFloor(1476, minute(2), minute(2)));
    // a node that gives no more than 1000 adds nothing: 1200 < 1476
    assertThat(undone).isEqualTo(new ThrottleFloor(1476, minute(2), minute(4)));
  }

  @Test
  void standsForAnHourAfterTheLastThrottledMinute() {
    ThrottleFloor floor = ThrottleFloor.after(Optional.empty(), NOON, 1000, true);

    assertThat(floor.stands(minute(59))).isTrue();
    assertThat(floor.stands(minute(60))).isFalse();
    assertThat(ThrottleFloor.after(Optional.of(floor), minute(90), 500, true))
        .isEqualTo(new ThrottleFloor(600, minute(90), minute(90)));
  }

  @Test
  void theSentenceSaysValueBoundAndWhatToDoWhereTheLimitStays() {
    SizeDecision foreign = decision(false, Optional.of(new SizeNeed(700, 800)), 0.23);
    SizeDecision own = decision(true, Optional.empty(), 0.23);

    assertThat(foreign.sentence())
        .isEqualTo(
            "Container web keeps 1000m CPU: 700m are needed now and 800m for what is forecast; 23"
                + " % of its periods are throttled, more than 5 %, and its limit stays; set"
                + " controlledValues RequestsAndLimits, or raise the limit.");
    assertThat(own.sentence())
        .isEqualTo(
            "Container web goes from 1000m to 1230m CPU: 23 % of its periods are throttled, more than"
                + " 5 %.");
    assertThat(own.again()).isEqualTo(own);
  }

  @Test
  void afterAnHourItIsAnOrdinaryContainerAgain() {
    SizeDecision made = decision(true, Optional.of(new SizeNeed(300, 300)), 0.01);
    SizeDecision later = SizeDecision.of(NOON.plus(Duration.ofHours(1)), "web", made.inputs());

    assertThat(made.outcome().desiredMillis()).isEqualTo(1230);
    assertThat(later.outcome())
        .isEqualTo(new SizeOutcome.Resize(1000, 310, ResizeReason.OVERSIZED));
  }

  private static SizeDecision decision(boolean ours, Optional<SizeNeed> need, double share) {
    return SizeDecision.of(
        NOON,
        "web",
        new SizeInputs(
            SizeDecider.Settings.DEFAULT,
            1000,
            need,
            new CpuBounds(250, 4000),
            SizeMemory.EMPTY,
            Optional.of(
                new Throttling(
                    OptionalDouble.of(share),
                    0.05,
                    ours,
                    Optional.of(ThrottleFloor.after(Optional.empty(), NOON, 1000, ours))))));
  }
}
