package io.tidecaster.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Inputs;
import io.tidecaster.journal.Replay.Difference;
import io.tidecaster.journal.Replay.Verdict;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.ContainerSize;
import io.tidecaster.size.CpuBounds;
import io.tidecaster.size.DayPeaks;
import io.tidecaster.size.JvmHeap;
import io.tidecaster.size.MemoryAhead;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.MemoryLine;
import io.tidecaster.size.MemoryPeaks;
import io.tidecaster.size.OomFloor;
import io.tidecaster.size.Optimiser;
import io.tidecaster.size.Overshoots;
import io.tidecaster.size.ResourcePrices;
import io.tidecaster.size.RolloutInputs;
import io.tidecaster.size.RolloutRule;
import io.tidecaster.size.Shape;
import io.tidecaster.size.ShapeChoice;
import io.tidecaster.size.SizeBounds;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeInputs;
import io.tidecaster.size.SizeMemory;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.size.ThrottleFloor;
import io.tidecaster.size.Throttling;
import io.tidecaster.size.WantedSize;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private static final Decided DECIDED = SampleDecisions.decided(SampleDecisions.NINE);
  private static final String LINE = new String(JournalFormat.write(DECIDED), UTF_8);

  private static Verdict replay(String line) {
    return Replay.of(line.getBytes(UTF_8));
  }

  @Test
  void aRecordedDecisionIsMadeAgainBitForBit() {
    assertThat(replay(LINE)).isEqualTo(new Verdict.Equal(DECIDED.decision()));
  }

  @Test
  void whatTheNamespaceHadRoomForIsPartOfTheInputs() {
    Decided held = SampleDecisions.withoutRoom(SampleDecisions.NINE);
    String line = new String(JournalFormat.write(held), UTF_8);

    assertThat(held.decision().desiredReplicas()).isEqualTo(4);
    assertThat(replay(line)).isEqualTo(new Verdict.Equal(held.decision()));
    assertThat(replay(line.replace("\"most\":{\"replicas\":4,", "\"most\":{\"replicas\":9,")))
        .isInstanceOf(Verdict.Different.class);
  }

  @Test
  void aDecisionThatWasChangedAfterwardsIsNamedFieldByField() {
    String tampered =
        LINE.replace("\"from\":3,\"to\":5", "\"from\":3,\"to\":9")
            .replace("\"neededNow\":2", "\"neededNow\":null");
    assertThat(replay(tampered))
        .isInstanceOfSatisfying(
            Verdict.Different.class,
            different ->
                assertThat(different.differences())
                    .containsExactly(
                        new Difference("neededNow", "null", "2"),
                        new Difference("outcome.to", "9", "5")));
  }

  @Test
  void aSizeIsMadeAgainBesideIt() {
    SizeDecision size =
        SizeDecision.of(
            SampleDecisions.NINE,
            "web",
            new SizeInputs(
                SizeDecider.Settings.DEFAULT,
                1000,
                Optional.of(new SizeNeed(800, 1200)),
                new CpuBounds(250, 4000),
                new SizeMemory(List.of(new SizeMemory.Need(SampleDecisions.NINE, 900)))));
    String line = new String(JournalFormat.write(DECIDED, Optional.of(size)), UTF_8);

    assertThat(replay(line)).isEqualTo(new Verdict.Equal(DECIDED.decision()));
    // ceil(1200 × 1.02 ÷ 10) × 10 = 1230
    assertThat(replay(line.replace("\"toMillis\":1230", "\"toMillis\":2230")))
        .isInstanceOfSatisfying(
            Verdict.Different.class,
            different ->
                assertThat(different.differences())
                    .containsExactly(new Difference("size.outcome.toMillis", "2230", "1230")));
  }

  @Test
  void theContainersBesideAreSizedAgainToo() {
    SizeDecision size = sized("web", 1000).with(List.of(sized("envoy", 100)));
    String line = new String(JournalFormat.write(DECIDED, Optional.of(size)), UTF_8);

    assertThat(replay(line)).isEqualTo(new Verdict.Equal(DECIDED.decision()));
    assertThat(replay(line.replace("Resize\",\"fromMillis\":100,", "Resize\",\"fromMillis\":90,")))
        .isInstanceOfSatisfying(
            Verdict.Different.class,
            different ->
                assertThat(different.differences())
                    .containsExactly(
                        new Difference("size.beside[0].outcome.fromMillis", "90", "100")));
  }

  /** As all were written before there were containers beside. */
  @Test
  void oneOfOneContainerAloneSaysNothingOfOthers() throws Exception {
    String line = new String(JournalFormat.write(DECIDED, Optional.of(sized("web", 1000))), UTF_8);

    assertThat(line).doesNotContain("beside");
    assertThat(JournalFormat.size(JournalFormat.tree(line.getBytes(UTF_8))).orElseThrow().beside())
        .isEmpty();
    assertThat(replay(line)).isEqualTo(new Verdict.Equal(DECIDED.decision()));
  }

  /** Of one that needs twice what it has. */
  private static SizeDecision sized(String container, long millis) {
    return SizeDecision.of(
        SampleDecisions.NINE,
        container,
        new SizeInputs(
            SizeDecider.Settings.DEFAULT,
            millis,
            Optional.of(new SizeNeed(millis, 2 * millis)),
            new CpuBounds(10, 4000),
            SizeMemory.EMPTY));
  }

  @Test
  void aThrottledContainerIsSizedAgainAndOneOfBeforeThereWasThrottlingToo() {
    SizeInputs inputs =
        new SizeInputs(
            SizeDecider.Settings.DEFAULT,
            1000,
            Optional.empty(),
            new CpuBounds(250, 4000),
            SizeMemory.EMPTY,
            Optional.of(
                new Throttling(
                    OptionalDouble.of(0.23),
                    0.05,
                    true,
                    Optional.of(
                        ThrottleFloor.after(Optional.empty(), SampleDecisions.NINE, 1000, true)))));
    SizeDecision size = SizeDecision.of(SampleDecisions.NINE, "web", inputs);
    String line = new String(JournalFormat.write(DECIDED, Optional.of(size)), UTF_8);

    assertThat(line).contains("\"reason\":\"Throttled\"");
    assertThat(replay(line)).isEqualTo(new Verdict.Equal(DECIDED.decision()));
    // without its floor it stays: 1000m, UseUnknown
    assertThat(replay(line.replaceFirst(",\"throttling\":\\{.*?}}", "")))
        .isInstanceOf(Verdict.Different.class);
  }

  @Test
  void theMemoryIsMadeAgainBesideIt() {
    long mebibyte = 1L << 20;
    MemoryInputs inputs =
        new MemoryInputs(
            512 * mebibyte,
            256 * mebibyte,
            4096 * mebibyte,
            MemoryInputs.Change.BOTH,
            MemoryPeaks.NONE.plus(SampleDecisions.NINE, 400 * mebibyte),
            Optional.of(OomFloor.after(SampleDecisions.NINE, 512 * mebibyte)),
            Optional.of(new JvmHeap(300 * mebibyte, "-Xmx300m")));
    SizeDecision size = SizeDecision.of(SampleDecisions.NINE, "web", sizes(), Optional.of(inputs));
    String line = new String(JournalFormat.write(DECIDED, Optional.of(size)), UTF_8);

    assertThat(replay(line)).isEqualTo(new Verdict.Equal(DECIDED.decision()));
    assertThat(replay(line.replace("\"reason\":\"OomKilled\"", "\"reason\":\"RightMemory\"")))
        .isInstanceOfSatisfying(
            Verdict.Different.class,
            different ->
                assertThat(different.differences())
                    .containsExactly(
                        new Difference("size.memory.reason", "\"RightMemory\"", "\"OomKilled\"")));
  }

  @Test
  void whatWasForecastOfTheMemoryIsPartOfItAndWhereItIsMissingNobodyForecastIt() {
    long mebibyte = 1L << 20;
    Overshoots overshoots = Overshoots.NONE;
    for (int day = 1; day <= 7; day++) {
      overshoots = overshoots.plus(SampleDecisions.NINE.minus(Duration.ofDays(day)), 1.08);
    }
    MemoryInputs inputs =
        new MemoryInputs(
            512 * mebibyte,
            128 * mebibyte,
            4096 * mebibyte,
            MemoryInputs.Change.BOTH,
            MemoryPeaks.NONE
                .plus(SampleDecisions.NINE, 400 * mebibyte)
                .plus(SampleDecisions.NINE.minus(Duration.ofDays(1)), 400 * mebibyte),
            Optional.empty(),
            Optional.empty(),
            Optional.of(
                new MemoryAhead(
                    OptionalLong.of(200 * mebibyte), 210 * mebibyte, 0.95, overshoots)));
    SizeDecision size = SizeDecision.of(SampleDecisions.NINE, "web", sizes(), Optional.of(inputs));
    String line = new String(JournalFormat.write(DECIDED, Optional.of(size)), UTF_8);

    // 200 × 1.08 × 1.05 = 226.8
    assertThat(size.memory().orElseThrow().desiredBytes()).isEqualTo(227 * mebibyte);
    assertThat(replay(line)).isEqualTo(new Verdict.Equal(DECIDED.decision()));
    String before = line.replaceFirst(",\"ahead\":\\{.*?]}}", "");
    assertThat(before).isNotEqualTo(line);
    assertThat(replay(before))
        .isInstanceOfSatisfying(
            Verdict.Different.class,
            // the peaks need 400 × 1.15 = 460, and 512 saves 10.2 %
            different ->
                assertThat(different.differences())
                    .contains(
                        new Difference(
                            "size.memory.desiredBytes",
                            String.valueOf(227 * mebibyte),
                            String.valueOf(460 * mebibyte))));
  }

  private static SizeInputs sizes() {
    return new SizeInputs(
        SizeDecider.Settings.DEFAULT,
        1000,
        Optional.empty(),
        new CpuBounds(250, 4000),
        SizeMemory.EMPTY);
  }

  @Test
  void aRolloutIsMadeAgainBesideIt() {
    RolloutInputs inputs =
        new RolloutInputs(
            new RolloutRule(0.2, Duration.ofMinutes(30), Duration.ofHours(6)),
            true,
            new RolloutInputs.Standing(
                1000,
                OptionalLong.empty(),
                WantedSize.ofCpu(1000),
                Optional.of(WantedSize.ofCpu(2000)),
                Optional.of("1 of 3 replicas are ready"),
                Optional.of(SampleDecisions.NINE.minusSeconds(86_400)),
                Optional.of(
                    new RolloutInputs.Undone("argocd", SampleDecisions.NINE.minusSeconds(86_000)))),
            DayPeaks.NONE.plus(SampleDecisions.NINE, 1660),
            Optional.of(SampleDecisions.NINE.minusSeconds(3600)));
    SizeDecision size = forMore().carriedBy(inputs);
    String line = new String(JournalFormat.write(DECIDED, Optional.of(size)), UTF_8);

    assertThat(replay(line)).isEqualTo(new Verdict.Equal(DECIDED.decision()));
    assertThat(replay(line.replace("\"RolloutInProgress\"", "\"LeastInterval\"")))
        .isInstanceOfSatisfying(
            Verdict.Different.class,
            different ->
                assertThat(different.differences())
                    .containsExactly(
                        new Difference(
                            "size.rollout.reason", "\"LeastInterval\"", "\"RolloutInProgress\"")));
  }

  /** Of a container of 1000m that will need 1660m. */
  private static SizeDecision forMore() {
    return SizeDecision.of(
        SampleDecisions.NINE,
        "web",
        new SizeInputs(
            SizeDecider.Settings.DEFAULT,
            1000,
            Optional.of(new SizeNeed(900, 1660)),
            new CpuBounds(250, 4000),
            SizeMemory.EMPTY));
  }

  @Test
  void whyReplicasOrSizeIsMadeAgainBesideIt() {
    Optimiser.Terms terms =
        new Optimiser.Terms(
            new SizeBounds(new ContainerSize(250, 1), new ContainerSize(4000, Long.MAX_VALUE)),
            new MemoryLine(1L << 30, 0),
            ResourcePrices.FARGATE_US_EAST_1,
            1,
            4);
    ContainerSize one = new ContainerSize(1000, 1L << 30);
    ShapeChoice choice =
        ShapeChoice.of(
            terms,
            new CapacityLaw(1000, 100, 0.8, 0.1, 0.85),
            300,
            new Shape(2, one),
            new Shape(2, new ContainerSize(1700, 1L << 30)));
    SizeDecision size = forMore().with(choice);
    String line = new String(JournalFormat.write(DECIDED, Optional.of(size)), UTF_8);

    assertThat(replay(line)).isEqualTo(new Verdict.Equal(DECIDED.decision()));
    assertThat(replay(line.replace("\"way\":\"Up\"", "\"way\":\"Out\"")))
        .isInstanceOfSatisfying(
            Verdict.Different.class,
            different ->
                assertThat(different.differences())
                    .containsExactly(new Difference("size.choice.way", "\"Out\"", "\"Up\"")));
  }

  @Test
  void aClampThatWasStruckOutIsMissed() {
    String tampered = LINE.replaceFirst("\"clamps\":\\[.*?]", "\"clamps\":[]");
    assertThat(replay(tampered))
        .isInstanceOfSatisfying(
            Verdict.Different.class,
            different ->
                assertThat(different.differences())
                    .first()
                    .satisfies(difference -> {
                      assertThat(difference.field()).isEqualTo("clamps[0]");
                      assertThat(difference.recorded()).isEqualTo("absent");
                    }));
  }

  @Test
  void theLastBitOfALoadIsSeen() {
    String tampered = LINE.replaceFirst("\"load\":120.5,", "\"load\":120.50000000000001,");
    assertThat(replay(tampered))
        .isInstanceOfSatisfying(
            Verdict.Different.class,
            different ->
                assertThat(different.differences())
                    .containsExactly(new Difference("load", "120.50000000000001", "120.5")));
  }

  @Test
  void otherInputsLeadToAnotherDecision() {
    String tampered = LINE.replace("\"maxReplicas\":5", "\"maxReplicas\":4");
    assertThat(replay(tampered))
        .isInstanceOfSatisfying(
            Verdict.Different.class,
            different ->
                assertThat(different.differences())
                    .contains(new Difference("outcome.to", "5", "4")));
  }

  @Test
  void aRecordOfABuildBeforeTheInputsIsToldApart() {
    String old = LINE.substring(0, LINE.indexOf(",\"inputs\":")) + "}";
    assertThat(replay(old)).isEqualTo(new Verdict.NoInputs(DECIDED.decision()));
  }

  @Test
  void aPeakOfABuildBeforeTheHysteresisWasLearnedTakesThatOfTheSettings() throws Exception {
    ObjectNode record = (ObjectNode) JournalFormat.tree(LINE.getBytes(UTF_8));
    ((ObjectNode) record.at("/inputs/situation/peak")).remove("hysteresis");
    Inputs old = JournalFormat.inputs(record).orElseThrow();
    assertThat(old.situation().peak().orElseThrow().hysteresis()).isEmpty();
    assertThat(old.decide()).isNotNull();
  }

  @Test
  void brokenRecordsSayWhatIsWrong() {
    assertThat(replay("{\"v\":1,\"decision\":"))
        .isInstanceOfSatisfying(
            Verdict.Unreadable.class,
            unreadable -> assertThat(unreadable.why()).startsWith("the record is broken: "));
    assertThat(replay("{\"v\":3}"))
        .isEqualTo(
            new Verdict.Unreadable("version 3 of the record is not 1, the one this build reads"));
    assertThat(replay(LINE.replace("\"inputs\":{\"v\":1", "\"inputs\":{\"v\":2")))
        .isEqualTo(
            new Verdict.Unreadable("version 2 of the inputs is not 1, the one this build reads"));
    assertThat(replay(LINE.replace("\"mode\":\"Enforcing\"", "\"mode\":\"Sometimes\"")))
        .isInstanceOf(Verdict.Unreadable.class);
    assertThat(replay("{\"v\":1,\"decision\":null}")).isInstanceOf(Verdict.Unreadable.class);
    assertThat(replay(LINE.replaceFirst("\"situation\":\\{.*", "\"situation\":{}}}")))
        .isInstanceOf(Verdict.Unreadable.class);
  }

  @Test
  void everyKindOfObjectiveAndLeadTimeIsReadAsWritten() {
    for (Decided decided : SampleDecisions.ofEveryKind(SampleDecisions.NINE)) {
      assertThat(Replay.of(JournalFormat.write(decided)))
          .isEqualTo(new Verdict.Equal(decided.decision()));
    }
  }

  @Test
  void aRecordStaysSmall() {
    // a fifth of what the whole forecast and an hour of memory would be
    assertThat(LINE.length()).isLessThan(4096);
    assertThat(DECIDED.inputs().situation().leadTime().duration()).isEqualTo(Duration.ofMinutes(3));
  }
}
