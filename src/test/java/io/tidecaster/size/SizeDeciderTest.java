package io.tidecaster.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SizeDeciderTest {
  private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
  private static final long MIB = 1L << 20;
  private static final CpuBounds BOUNDS = new CpuBounds(250, 4000);

  private final SizeDecider decider = new SizeDecider(SizeDecider.Settings.DEFAULT);

  private SizeOutcome decide(long current, long present, long ahead) {
    return decider
        .decide(NOW, current, Optional.of(new SizeNeed(present, ahead)), BOUNDS, SizeMemory.EMPTY)
        .outcome();
  }

  @Test
  void growsForWhatIsForecastWithAReserve() {
    // ceil(1200 × 1.02 ÷ 10) × 10 = 1230
    assertThat(decide(1000, 800, 1200))
        .isEqualTo(new SizeOutcome.Resize(1000, 1230, ResizeReason.FORECAST_ABOVE_SIZE));
  }

  @Test
  void saysWhenTheUseOfThisMomentIsAboveTheSize() {
    assertThat(decide(1000, 1100, 1200))
        .isEqualTo(new SizeOutcome.Resize(1000, 1230, ResizeReason.USE_ABOVE_SIZE));
  }

  @Test
  void staysWhereASmallerSizeSavesLessThanTheBand() {
    // ceil(840 × 1.02 ÷ 10) × 10 = 860 > 1000 × 0.85
    assertThat(decide(1000, 800, 840)).isEqualTo(new SizeOutcome.Keep(1000, KeepReason.RIGHT_SIZE));
  }

  @Test
  void shrinksToTheLargestNeedOfTheWindow() {
    SizeMemory memory = SizeMemory.EMPTY;
    SizeOutcome outcome = new SizeOutcome.Keep(2000, KeepReason.RIGHT_SIZE);
    for (int minute = 0; minute <= 2; minute++) {
      SizeDecider.Decided decided =
          decider.decide(
              NOW.plus(Duration.ofMinutes(minute)),
              2000,
              Optional.of(new SizeNeed(500, minute == 0 ? 1900 : 600)),
              BOUNDS,
              memory);
      memory = decided.memory();
      outcome = decided.outcome();
      if (minute == 1) {
        assertThat(outcome).isEqualTo(new SizeOutcome.Keep(2000, KeepReason.SIZE_STABILIZING));
      }
    }

    // 1900m was needed two minutes ago; since then ceil(600 × 1.02 ÷ 10) × 10 = 620
    assertThat(outcome).isEqualTo(new SizeOutcome.Resize(2000, 620, ResizeReason.OVERSIZED));
  }

  @Test
  void theLargestSizeIsTold() {
    assertThat(decide(4000, 5000, 5000))
        .isEqualTo(new SizeOutcome.Keep(4000, KeepReason.AT_LARGEST_SIZE));
  }

  @Test
  void aSizeOutsideItsBoundsComesBack() {
    assertThat(decide(100, 50, 50))
        .isEqualTo(new SizeOutcome.Resize(100, 250, ResizeReason.SIZE_OUT_OF_BOUNDS));
    assertThat(decide(6000, 5000, 5000))
        .isEqualTo(new SizeOutcome.Resize(6000, 4000, ResizeReason.SIZE_OUT_OF_BOUNDS));
  }

  @Test
  void unknownUseShrinksNothing() {
    assertThat(decider.decide(NOW, 2000, Optional.empty(), BOUNDS, SizeMemory.EMPTY).outcome())
        .isEqualTo(new SizeOutcome.Keep(2000, KeepReason.USE_UNKNOWN));
  }

  private SizeOutcome decideAbove(long floor, long current, SizeNeed need) {
    return decider
        .decide(NOW, current, Optional.of(need), BOUNDS, SizeMemory.EMPTY, floor)
        .outcome();
  }

  @Test
  void aThrottledContainerGrowsToItsFloorThoughItUsesLess() {
    // ceil(1200 × 1.02 ÷ 10) × 10 = 1230
    assertThat(decideAbove(1200, 1000, new SizeNeed(700, 800)))
        .isEqualTo(new SizeOutcome.Resize(1000, 1230, ResizeReason.THROTTLED));
    assertThat(decideAbove(1200, 1000, new SizeNeed(700, 1300)))
        .isEqualTo(new SizeOutcome.Resize(1000, 1330, ResizeReason.FORECAST_ABOVE_SIZE));
    assertThat(decideAbove(5000, 3900, new SizeNeed(700, 800)))
        .isEqualTo(new SizeOutcome.Resize(3900, 4000, ResizeReason.THROTTLED));
    assertThat(decideAbove(5000, 4000, new SizeNeed(700, 800)))
        .isEqualTo(new SizeOutcome.Keep(4000, KeepReason.AT_LARGEST_SIZE));
  }

  @Test
  void aThrottledContainerDoesNotShrinkBelowItsFloor() {
    assertThat(decideAbove(1200, 1230, new SizeNeed(700, 800)))
        .isEqualTo(new SizeOutcome.Keep(1230, KeepReason.KEPT_AFTER_THROTTLING));
    assertThat(decideAbove(1200, 1230, new SizeNeed(700, 1150)))
        .isEqualTo(new SizeOutcome.Keep(1230, KeepReason.RIGHT_SIZE));
    assertThat(decideAbove(1200, 3000, new SizeNeed(700, 800)))
        .isEqualTo(new SizeOutcome.Resize(3000, 1230, ResizeReason.OVERSIZED));
  }

  @Test
  void aThrottledContainerGrowsThoughItsUseIsUnknown() {
    assertThat(
            decider.decide(NOW, 1000, Optional.empty(), BOUNDS, SizeMemory.EMPTY, 1200).outcome())
        .isEqualTo(new SizeOutcome.Resize(1000, 1230, ResizeReason.THROTTLED));
    assertThat(
            decider.decide(NOW, 2000, Optional.empty(), BOUNDS, SizeMemory.EMPTY, 1200).outcome())
        .isEqualTo(new SizeOutcome.Keep(2000, KeepReason.USE_UNKNOWN));
  }

  @Test
  void boundsThatCrossAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SizeBounds(new ContainerSize(500, MIB), new ContainerSize(250, MIB)))
        .withMessage("minAllowed.cpu 500m > maxAllowed.cpu 250m; lower the one or raise the other");
  }
}
