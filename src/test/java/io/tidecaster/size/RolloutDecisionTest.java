package io.tidecaster.size;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutDecisionTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final long MIB = 1L << 20;
  private static final CpuBounds BOUNDS = new CpuBounds(250, 4000);
  private static final RolloutRule RULE =
      new RolloutRule(0.2, Duration.ofMinutes(30), Duration.ofHours(6));

  /** Pods of 1000m, whose template says the same and is at rest. */
  private static RolloutInputs.Standing at(long templateMillis) {
    return new RolloutInputs.Standing(
        1000,
        OptionalLong.empty(),
        WantedSize.ofCpu(templateMillis),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static RolloutInputs.Standing at(
      Optional<String> busy, Optional<Instant> writtenAt, Optional<RolloutInputs.Undone> undone) {
    return new RolloutInputs.Standing(
        1000,
        OptionalLong.empty(),
        WantedSize.ofCpu(1000),
        Optional.empty(),
        busy,
        writtenAt,
        undone);
  }

  private static RolloutDecision decide(
      RolloutInputs.Standing standing, long wantedMillis, Duration offFor) {
    return RolloutDecision.of(
        NOON,
        new RolloutInputs(RULE, true, standing, DayPeaks.NONE, Optional.of(NOON.minus(offFor))),
        wantedMillis == 1000
            ? new SizeOutcome.Keep(1000, KeepReason.RIGHT_SIZE)
            : new SizeOutcome.Resize(1000, wantedMillis, ResizeReason.USE_ABOVE_SIZE),
        Optional.empty(),
        BOUNDS);
  }

  @ParameterizedTest
  @CsvSource({
    "1200, 60, WithinDeviation", // 200 of 1000 are 20 %, and no more
    "1210, 29, DeviationNotLasting",
    "1210, 30, TemplateChanges",
    "800, 60, WithinDeviation",
    "790, 60, TemplateChanges"
  })
  void aRolloutTakesADeviationThatLasts(long wanted, long minutes, String reason) {
    RolloutDecision decision = decide(at(1000), wanted, Duration.ofMinutes(minutes));

    assertThat(decision.reason().label()).isEqualTo(reason);
    assertThat(decision.offSince().isPresent()).isEqualTo(!reason.equals("WithinDeviation"));
  }

  @Test
  void podsThatTheTemplateWillMakeRightNeedNoOther() {
    RolloutDecision decision = decide(at(2000), 2100, Duration.ofHours(1));

    assertThat(decision.reason()).isEqualTo(RolloutReason.TEMPLATE_IN_STEP);
    assertThat(decision.sentence())
        .isEqualTo("The template says 2000m CPU, and pods made from now on have that.");
  }

  @Test
  void noneComesDuringAnother() {
    RolloutDecision decision =
        decide(
            at(Optional.of("1 of 3 replicas are ready"), Optional.empty(), Optional.empty()),
            2000,
            Duration.ofHours(1));

    assertThat(decision.reason()).isEqualTo(RolloutReason.ROLLOUT_IN_PROGRESS);
    assertThat(decision.sentence())
        .isEqualTo("A rollout to 2000m CPU waits: 1 of 3 replicas are ready.");
  }

  @ParameterizedTest
  @CsvSource({"PT5H59M, LeastInterval", "PT6H, TemplateChanges"})
  void theLeastIntervalLiesBetweenTwo(Duration ago, String reason) {
    RolloutDecision decision =
        decide(
            at(Optional.empty(), Optional.of(NOON.minus(ago)), Optional.empty()),
            2000,
            Duration.ofHours(1));

    assertThat(decision.reason().label()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({"PT5H59M, UndoneByOther", "PT6H, TemplateChanges"})
  void whatSomebodyUndidIsLeftToThemForTheLeastInterval(Duration ago, String reason) {
    RolloutDecision decision =
        decide(
            at(
                Optional.empty(),
                Optional.of(NOON.minus(Duration.ofHours(7))),
                Optional.of(new RolloutInputs.Undone("argocd-controller", NOON.minus(ago)))),
            2000,
            Duration.ofHours(1));

    assertThat(decision.reason().label()).isEqualTo(reason);
  }

  @Test
  void theTemplateIsForTheLargestNeedOfADayWithinBounds() {
    DayPeaks peaks = DayPeaks.NONE.plus(NOON.minus(Duration.ofHours(20)), 5000).plus(NOON, 900);
    RolloutDecision decision =
        RolloutDecision.of(
            NOON,
            new RolloutInputs(
                RULE, false, at(1000), peaks, Optional.of(NOON.minus(Duration.ofHours(1)))),
            new SizeOutcome.Resize(1000, 2000, ResizeReason.USE_ABOVE_SIZE),
            Optional.empty(),
            BOUNDS);

    assertThat(decision.wanted()).isEqualTo(WantedSize.ofCpu(4000));
  }

  @Test
  void aLimitThatStaysIsNotGoneBeyond() {
    RolloutInputs.Standing limited =
        new RolloutInputs.Standing(
            1000,
            OptionalLong.empty(),
            WantedSize.ofCpu(1000),
            Optional.of(WantedSize.ofCpu(1000)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    assertThat(decide(limited, 2000, Duration.ofHours(1)).reason())
        .isEqualTo(RolloutReason.WITHIN_DEVIATION);
  }

  /** Killed at 512Mi: 20 % more are 615Mi, which 10 minutes after the last rollout may follow. */
  @ParameterizedTest
  @CsvSource({"PT9M, LeastInterval", "PT10M, TemplateChanges"})
  void aKillForWantOfMemoryWaitsForTenMinutesAlone(Duration ago, String reason) {
    MemoryDecision killed =
        MemoryDecision.of(
            NOON,
            new MemoryInputs(
                512 * MIB,
                256 * MIB,
                4096 * MIB,
                MemoryInputs.Change.BOTH,
                MemoryPeaks.NONE,
                Optional.of(OomFloor.after(NOON.minusSeconds(60), 512 * MIB)),
                Optional.empty()));
    RolloutInputs.Standing standing =
        new RolloutInputs.Standing(
            1000,
            OptionalLong.of(512 * MIB),
            new WantedSize(1000, OptionalLong.of(512 * MIB)),
            Optional.empty(),
            Optional.empty(),
            Optional.of(NOON.minus(ago)),
            Optional.empty());

    RolloutDecision decision =
        RolloutDecision.of(
            NOON,
            new RolloutInputs(RULE, true, standing, DayPeaks.NONE, Optional.empty()),
            new SizeOutcome.Keep(1000, KeepReason.RIGHT_SIZE),
            Optional.of(killed),
            BOUNDS);

    assertThat(decision.reason().label()).isEqualTo(reason);
    assertThat(decision.wanted()).isEqualTo(new WantedSize(1000, OptionalLong.of(615 * MIB)));
  }

  @Test
  void peaksOfADayAreThoseOfItsHours() {
    DayPeaks peaks = DayPeaks.NONE;
    for (int minute = 0; minute < 48 * 60; minute++) {
      peaks = peaks.plus(NOON.plus(Duration.ofMinutes(minute)), 5000 - minute);
    }

    // 25 hours: from the start of that which was a day before the last
    assertThat(peaks.hours()).hasSize(25);
    assertThat(peaks.largest()).isEqualTo(5000 - 23 * 60);
    assertThat(peaks.plus(NOON.plus(Duration.ofDays(4)), 100).largest()).isEqualTo(100);
  }
}
