package io.tidecaster.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MemoryDecisionTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final long MIB = 1L << 20;
  private static final Optional<OomFloor> NO_KILL = Optional.empty();

  /** 400 MiB today and on both days before. */
  private static final MemoryPeaks STEADY = peaks(400, 400, 400);

  private static MemoryPeaks peaks(long... mebibytesFromTodayBack) {
    MemoryPeaks peaks = MemoryPeaks.NONE;
    for (int day = 0; day < mebibytesFromTodayBack.length; day++) {
      peaks = peaks.plus(NOON.minus(Duration.ofDays(day)), mebibytesFromTodayBack[day] * MIB);
    }
    return peaks;
  }

  private static MemoryDecision decide(
      long mebibytes, MemoryPeaks peaks, Optional<OomFloor> oom, Optional<JvmHeap> heap) {
    return decide(mebibytes, MemoryInputs.Change.BOTH, peaks, oom, heap);
  }

  private static MemoryDecision decide(
      long mebibytes,
      MemoryInputs.Change change,
      MemoryPeaks peaks,
      Optional<OomFloor> oom,
      Optional<JvmHeap> heap) {
    return MemoryDecision.of(
        NOON, new MemoryInputs(mebibytes * MIB, 128 * MIB, 1024 * MIB, change, peaks, oom, heap));
  }

  private static void assertIs(MemoryDecision decision, long mebibytes, MemoryReason reason) {
    assertThat(decision.desiredBytes() / MIB).isEqualTo(mebibytes);
    assertThat(decision.reason()).isEqualTo(reason);
  }

  @Test
  void growsForItsPeaksAndTheirMargin() {
    // 400 × 1.15 = 460
    assertIs(decide(300, STEADY, NO_KILL, Optional.empty()), 460, MemoryReason.PEAK_ABOVE_MEMORY);
    assertIs(decide(480, STEADY, NO_KILL, Optional.empty()), 480, MemoryReason.RIGHT_MEMORY);
  }

  @Test
  void aPeakIsForgottenByHalvesADay() {
    // 700 MiB three days ago weighs 1/8 of 1 + 1/2 + 1/4 + 1/8: 6.7 %, beyond the 90th percentile
    assertIs(
        decide(900, peaks(400, 400, 400, 700), NO_KILL, Optional.empty()),
        460,
        MemoryReason.MEMORY_OVERSIZED);
    // two days ago it weighs 1/4 of 1 + 1/2 + 1/4: 14 %, and 700 × 1.15 = 805 are 10.6 % less
    assertIs(
        decide(900, peaks(400, 400, 700), NO_KILL, Optional.empty()),
        805,
        MemoryReason.MEMORY_OVERSIZED);
  }

  @Test
  void shrinksOnlyForWhatIsKnownForADayAndIsWorthIt() {
    assertIs(
        decide(900, peaks(400), NO_KILL, Optional.empty()), 900, MemoryReason.MEMORY_STABILIZING);
    // 460 of 510 saves 9.8 %
    assertIs(decide(510, STEADY, NO_KILL, Optional.empty()), 510, MemoryReason.RIGHT_MEMORY);
    assertIs(decide(512, STEADY, NO_KILL, Optional.empty()), 460, MemoryReason.MEMORY_OVERSIZED);
  }

  @Test
  void aKillIsAnsweredAndNotForgottenForThreeDays() {
    Optional<OomFloor> killed = Optional.of(OomFloor.after(NOON.minusSeconds(60), 600 * MIB));

    // max(600 × 1.2, 600 + 100) = 720
    MemoryDecision answered = decide(600, STEADY, killed, Optional.empty());
    assertIs(answered, 720, MemoryReason.OOM_KILLED);
    assertThat(answered.sentence())
        .isEqualTo(
            "Memory goes from 600Mi to 720Mi: it was killed for want of memory, and is given"
                + " 720Mi.");
    assertIs(decide(720, STEADY, killed, Optional.empty()), 720, MemoryReason.KEPT_AFTER_OOM);
    Optional<OomFloor> old = Optional.of(OomFloor.after(NOON.minus(Duration.ofDays(3)), 600 * MIB));
    assertIs(decide(720, STEADY, old, Optional.empty()), 460, MemoryReason.MEMORY_OVERSIZED);
  }

  @Test
  void aSmallContainerIsGivenAHundredMebibytesMore() {
    assertThat(OomFloor.after(NOON, 256 * MIB).bytes()).isEqualTo(356 * MIB);
    // 1024 × 1.2 = 1228.8
    assertThat(OomFloor.after(NOON, 1024 * MIB).bytes()).isBetween(1228 * MIB, 1229 * MIB);
  }

  @Test
  void aHeapIsLeftItsRoomAndNamed() {
    MemoryDecision decision =
        decide(512, STEADY, NO_KILL, JvmHeap.of(List.of("java -Xmx600m"), OptionalLong.empty()));

    assertIs(decision, 600, MemoryReason.HEAP_ABOVE_MEMORY);
    assertThat(decision.sentence())
        .isEqualTo(
            "Memory goes from 512Mi to 600Mi: its heap may take 600Mi; its heap takes 600Mi at"
                + " most (-Xmx600m), more memory is for what lies outside of it.");
  }

  @Test
  void whatWouldRestartItIsLeftAlone() {
    assertIs(
        decide(900, MemoryInputs.Change.GROW, STEADY, NO_KILL, Optional.empty()),
        900,
        MemoryReason.SHRINKING_RESTARTS);
    assertIs(
        decide(300, MemoryInputs.Change.GROW, STEADY, NO_KILL, Optional.empty()),
        460,
        MemoryReason.PEAK_ABOVE_MEMORY);
    assertIs(
        decide(300, MemoryInputs.Change.NONE, STEADY, NO_KILL, Optional.empty()),
        300,
        MemoryReason.MEMORY_NEEDS_RESTART);
  }

  @Test
  void keepsToItsBounds() {
    MemoryPeaks large = peaks(2000, 2000);
    assertIs(decide(600, large, NO_KILL, Optional.empty()), 1024, MemoryReason.PEAK_ABOVE_MEMORY);
    MemoryDecision most = decide(1024, large, NO_KILL, Optional.empty());
    assertIs(most, 1024, MemoryReason.AT_LARGEST_MEMORY);
    assertThat(most.sentence()).contains("maxAllowed.memory 1024Mi is reached; raise it");
    assertIs(
        decide(64, peaks(10, 10), NO_KILL, Optional.empty()),
        128,
        MemoryReason.MEMORY_OUT_OF_BOUNDS);
    assertIs(
        decide(2048, peaks(950), NO_KILL, Optional.empty()),
        1024,
        MemoryReason.MEMORY_OUT_OF_BOUNDS);
  }

  @Test
  void unknownUseChangesNothingButAKillDoes() {
    assertIs(
        decide(900, MemoryPeaks.NONE, NO_KILL, Optional.empty()), 900, MemoryReason.MEMORY_UNKNOWN);
    assertIs(
        decide(
            600, MemoryPeaks.NONE, Optional.of(OomFloor.after(NOON, 600 * MIB)), Optional.empty()),
        720,
        MemoryReason.OOM_KILLED);
  }

  /** Forecasts of the last week were exceeded by 8 % on the worst day. */
  private static MemoryAhead ahead(long mebibytes, long usualMebibytes, int days) {
    Overshoots overshoots = Overshoots.NONE;
    for (int day = 1; day <= days; day++) {
      overshoots = overshoots.plus(NOON.minus(Duration.ofDays(day)), day == 3 ? 1.08 : 1.02);
    }
    return new MemoryAhead(
        OptionalLong.of(mebibytes * MIB), usualMebibytes * MIB, 0.95, overshoots);
  }

  private static MemoryDecision decide(
      long mebibytes, MemoryInputs.Change change, Optional<JvmHeap> heap, MemoryAhead ahead) {
    return MemoryDecision.of(
        NOON,
        new MemoryInputs(
            mebibytes * MIB,
            128 * MIB,
            1024 * MIB,
            change,
            STEADY,
            NO_KILL,
            heap,
            Optional.of(ahead)));
  }

  @Test
  void growsForWhatIsForecastAndWhatThatWasExceededBy() {
    // its peaks need 460; 500 × 1.05 = 525
    MemoryDecision decision =
        decide(480, MemoryInputs.Change.BOTH, Optional.empty(), ahead(500, 400, 0));

    assertIs(decision, 525, MemoryReason.FORECAST_ABOVE_MEMORY);
    assertThat(decision.sentence())
        .isEqualTo("Memory goes from 480Mi to 525Mi: 500Mi for what is forecast within an hour.");
    // 500 × 1.08 × 1.05 = 567
    assertIs(
        decide(480, MemoryInputs.Change.GROW, Optional.empty(), ahead(500, 400, 7)),
        567,
        MemoryReason.FORECAST_ABOVE_MEMORY);
  }

  @Test
  void hasLessForAnHourThatNeedsLessOnceItIsKnownHowFarForecastsAreExceeded() {
    // 200 × 1.08 = 216, and 5 % further: 226.8
    MemoryDecision night =
        decide(460, MemoryInputs.Change.BOTH, Optional.empty(), ahead(200, 210, 7));
    assertIs(night, 227, MemoryReason.MEMORY_OVERSIZED);
    assertThat(night.sentence()).contains("216Mi for what is forecast within an hour");
    // six days are too few: 460 for the peaks
    assertIs(
        decide(460, MemoryInputs.Change.BOTH, Optional.empty(), ahead(200, 210, 6)),
        460,
        MemoryReason.RIGHT_MEMORY);
    // 300 × 1.08 = 324 before the day begins, and 5 % further: 340.2
    assertIs(
        decide(227, MemoryInputs.Change.BOTH, Optional.empty(), ahead(300, 210, 7)),
        341,
        MemoryReason.FORECAST_ABOVE_MEMORY);
    // 324 needed, 330 there: a rise that was provided for
    assertIs(
        decide(330, MemoryInputs.Change.BOTH, Optional.empty(), ahead(300, 210, 7)),
        330,
        MemoryReason.RIGHT_MEMORY);
  }

  @Test
  void neverHasLessThanAtThisTimeOfOtherDaysNorThanItsHeap() {
    // 380 used at this time: a container that was begun anew uses less, and will use more
    assertIs(
        decide(460, MemoryInputs.Change.BOTH, Optional.empty(), ahead(100, 380, 7)),
        399,
        MemoryReason.MEMORY_OVERSIZED);
    assertIs(
        decide(460, MemoryInputs.Change.BOTH, Optional.empty(), ahead(100, 0, 7)),
        460,
        MemoryReason.RIGHT_MEMORY);
    Optional<JvmHeap> heap = Optional.of(new JvmHeap(400 * MIB, "-Xmx400m"));
    assertIs(
        decide(460, MemoryInputs.Change.BOTH, heap, ahead(200, 210, 7)),
        400,
        MemoryReason.MEMORY_OVERSIZED);
  }

  @Test
  void aForecastThatIsMissingLeavesThePeaks() {
    MemoryAhead none = new MemoryAhead(OptionalLong.empty(), 0, 0.95, Overshoots.NONE);

    assertIs(
        decide(300, MemoryInputs.Change.BOTH, Optional.empty(), none),
        460,
        MemoryReason.PEAK_ABOVE_MEMORY);
    assertThatThrownBy(() -> new MemoryAhead(OptionalLong.of(1), 0, 1, Overshoots.NONE))
        .hasMessageContaining("serviceLevel 1.0 must lie between 0 and 1");
  }

  @Test
  void aDayHasOnePeakAndThereAreEightDays() {
    MemoryPeaks peaks = MemoryPeaks.NONE;
    for (int day = 0; day < 12; day++) {
      peaks = peaks.plus(NOON.minus(Duration.ofDays(day)), 100 + day).plus(NOON, 50);
    }

    assertThat(peaks.peaks()).hasSize(8);
    assertThat(peaks.peaks().getLast())
        .isEqualTo(new MemoryPeaks.Peak(Instant.parse("2026-03-04T00:00:00Z"), 100));
  }

  @Test
  void boundsThatCrossAreRefused() {
    assertThatThrownBy(() ->
            new MemoryInputs(
                1,
                2,
                1,
                MemoryInputs.Change.BOTH,
                MemoryPeaks.NONE,
                Optional.empty(),
                Optional.empty()))
        .hasMessageContaining("from 2 to 1: at least 1, and the least no more than the most");
  }
}
