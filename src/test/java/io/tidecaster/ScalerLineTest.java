package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Room;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.forecast.UsageForecast;
import io.tidecaster.history.AssemblyRules;
import io.tidecaster.history.LoadHistory;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.MinuteAssembler;
import io.tidecaster.history.Sample;
import io.tidecaster.history.SeriesIdentity;
import io.tidecaster.history.Signal;
import io.tidecaster.history.SignalTypes;
import io.tidecaster.size.KeepReason;
import io.tidecaster.size.MemoryAhead;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.Overshoots;
import io.tidecaster.size.ResizeReason;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeMemory;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.size.SizeOutcome;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.BoundsWindow;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.MemorySizing;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.TargetRef;
import io.tidecaster.workload.Templating;
import io.tidecaster.workload.ThrottlingSigns;
import io.tidecaster.workload.Vertical;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScalerLineTest {
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");
  private static final String POD = SeriesIdentity.canonical(Map.of("pod", "crm-1"));
  static final Scaler SCALER =
      new Scaler(
          new ScalerId("crm", "web"),
          new TargetRef("apps/v1", "Deployment", "web"),
          Mode.ADVISORY,
          new Bounds(2, 10),
          new Source(
              new SeriesSelector("requests_total", SeriesSelector.Type.COUNTER, Map.of()),
              Optional.empty()),
          Optional.empty(),
          new Objective.RequestsPerReplica(100),
          new Objective.RequestsPerReplica(100),
          0.95,
          new LeadTime.Fixed(Duration.ofMinutes(3)),
          Behavior.DEFAULT);

  private final ScalerLine line = line(List.of());

  private static ScalerLine line(List<Decision> past) {
    return new ScalerLine(
        SCALER,
        new MinuteAssembler(SignalTypes.of(SCALER), AssemblyRules.DEFAULT),
        new LoadHistory(),
        Calendar.EMPTY,
        past,
        Optional.empty());
  }

  /** One record a scrape: offset {@code i} at 15·i s, a counter that grows by 50 a second. */
  private List<LoadPoint> scrapes(int from, int to) {
    List<LoadPoint> points = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Instant time = NINE.plusSeconds(15L * i);
      line.observe(i, List.of(new Sample(Signal.LOAD, POD, time.toEpochMilli(), 750.0 * i)), time);
      List<LoadPoint> closed = line.close();
      line.remember(closed);
      points.addAll(closed);
    }
    return points;
  }

  @Test
  void minutesBecomePointsAsTheSamplesPassThem() {
    List<LoadPoint> points = scrapes(0, 12);

    // 12 scrapes reach 09:02:45: the minutes 09:00 and 09:01 are over by more than 15 s
    assertThat(points).extracting(LoadPoint::minute).containsExactly(NINE, NINE.plusSeconds(60));
    assertThat(points.get(1).load()).hasValue(50);
  }

  @Test
  void resumesAtTheOldestRecordThatAnOpenMinuteNeeds() {
    scrapes(0, 12);
    long early = line.oldestOpenOffset().orElseThrow();
    scrapes(12, 40);
    long late = line.oldestOpenOffset().orElseThrow();

    // open from 09:02, at offset 8, and a few scrapes before tell the interval: not from the start
    assertThat(early).isBetween(2L, 8L);
    // 28 scrapes later, 7 minutes on: 8 + 28 = 36
    assertThat(late).isBetween(early + 24, 36L);
  }

  @Test
  void nothingIsOpenBeforeTheFirstRecord() {
    assertThat(line.oldestOpenOffset()).isEmpty();
  }

  @Test
  void theHpaBesideHasTheBoundsOfTheSchedule() {
    BoundsWindow always =
        new BoundsWindow(
            "0 0 * * *", Duration.ofHours(24), ZoneOffset.UTC, Optional.of(5), Optional.empty());
    line.use(SCALER.withSchedule(List.of(always)));
    scrapes(0, 12);

    Decided decided = decide(NINE.plusSeconds(120));

    // 50 requests/s ÷ 100 = 1 replica, and the floor of the hour is 5
    assertThat(decided.decision().hpa().desiredReplicas()).isEqualTo(5);
    assertThat(decided.decision().desiredReplicas()).isEqualTo(5);
  }

  @Test
  void aRestartForgetsNoneOfTheSizesThatWereNeededLately() {
    Scaler sized = withCpu().withVertical(VERTICAL);
    line.use(sized);
    learnTheCostOfARequest(line);
    // (0.1 + 0.01 · 100) ÷ 0.8 = 1375m at 100 requests/s, and (0.1 + 0.01 · 20) ÷ 0.8 = 375m at 20
    SizeDecision busy = sizeAt(line, NINE.plusSeconds(81 * 60), 100, 1410);
    assertThat(busy.inputs().need().orElseThrow().nowMillis()).isEqualTo(1375);

    ScalerLine restarted = line(List.of());
    restarted.use(sized);
    restarted.resumeAt(busy);
    learnTheCostOfARequest(restarted);
    SizeDecision quiet = sizeAt(restarted, NINE.plusSeconds(82 * 60), 20, 1410);

    assertThat(quiet.inputs().memory()).isEqualTo(busy.remembered());
    assertThat(quiet.outcome()).isEqualTo(new SizeOutcome.Keep(1410, KeepReason.SIZE_STABILIZING));
    // what was needed longer ago than the window holds nothing
    assertThat(sizeAt(restarted, NINE.plusSeconds(110 * 60), 20, 375).inputs().memory().needs())
        .containsExactly(new SizeMemory.Need(NINE.plusSeconds(110 * 60), 375));
  }

  @Test
  void aSizeIsPlannedByThePastFromTheMomentThatItIsAskedFor() {
    int days = 3 * 24 * 60;
    line.use(withCpu());
    line.remindOf(
        IntStream.range(0, days)
            .mapToObj(i -> pointAt(NINE.plusSeconds(60L * i), restless(i)))
            .toList());
    assertThat(line.resizeFitDue()).isEmpty();

    line.use(withCpu().withVertical(VERTICAL));
    SizeNeed before = needAt(line, days + 1);
    line.adoptForResizes(line.resizeFitDue().orElseThrow().run());
    SizeNeed after = needAt(line, days + 2);

    assertThat(before.aheadMillis()).isEqualTo(before.nowMillis());
    // a load of up to 120 requests/s takes (0.1 + 0.01 · 120) ÷ 0.8 = 1625m
    assertThat(after.aheadMillis()).isBetween(1500L, 1750L);
    assertThat(line.resizeFitDue()).isEmpty();
  }

  private static SizeNeed needAt(ScalerLine line, int minute) {
    return sizeAt(line, NINE.plusSeconds(60L * minute), restless(minute - 1), 1700)
        .inputs()
        .need()
        .orElseThrow();
  }

  /** 100 requests/s, a fifth more or less from minute to minute. */
  private static double restless(int minute) {
    return 100 * (1 + 0.2 * new SplittableRandom(minute).nextDouble(-1, 1));
  }

  private static Scaler withCpu() {
    return new Scaler(
        SCALER.id(),
        SCALER.target(),
        SCALER.mode(),
        SCALER.bounds(),
        SCALER.load(),
        Optional.of(SCALER.load()),
        SCALER.objective(),
        SCALER.hpaObjective(),
        SCALER.serviceLevel(),
        SCALER.leadTime(),
        SCALER.behavior());
  }

  @Test
  void whatAContainerWillUseFollowsFromTheLoadOnceItsCostIsKnown() {
    assertThat(line.usage(forecast(600, 900), 3)).isEmpty();
    ScalerLine sized = underALimit(Vertical.Values.REQUESTS_ONLY);
    ScalerLine fresh = line(List.of());
    fresh.use(sized.scaler());

    UsageForecast usage = sized.usage(forecast(60, 90), 3).getFirst();

    assertThat(usage.container()).isEqualTo("web");
    // 0.1 + 0.01 · 60 ÷ 3 = 0.3 cores, 0.1 + 0.01 · 90 ÷ 3 = 0.4
    assertThat(usage.cpuCores())
        .isInstanceOfSatisfying(
            Forecast.class,
            cpu -> {
              assertThat(cpu.quantile(0.5, 1)).isCloseTo(0.3, within(1e-9));
              assertThat(cpu.quantile(0.95, 1)).isCloseTo(0.4, within(1e-9));
            });
    assertThat(fresh.usage(forecast(60, 90), 3).getFirst().cpuCores())
        .isInstanceOfSatisfying(
            NotReady.class,
            unknown -> {
              assertThat(unknown.reason()).isEqualTo(NotReady.Reason.USE_UNKNOWN);
              assertThat(unknown.detail()).contains("check the series of usage.cpu");
            });
    NotReady noLoad = new NotReady(NotReady.Reason.LOAD_UNKNOWN, "no load");
    assertThat(sized.usage(noLoad, 0).getFirst().cpuCores()).isEqualTo(noLoad);
  }

  private static Forecast forecast(double median, double upper) {
    return new Forecast(
        NINE,
        Duration.ofMinutes(1),
        List.of(0.5, 0.95),
        List.of(List.of(median), List.of(upper)),
        "SeasonalNaive");
  }

  private static final long MIB = 1L << 20;

  /** The largest replica uses 300 MiB, and 4 MiB more each minute of the first hour. */
  private static LoadPoint usingMemory(int minute) {
    return new LoadPoint(
        NINE.plusSeconds(60L * minute),
        OptionalDouble.of(50),
        OptionalDouble.of(0.6),
        1,
        0,
        1,
        Optional.empty(),
        OptionalDouble.of((300 + 4.0 * Math.min(minute, 60)) * MIB),
        OptionalDouble.empty());
  }

  private static Scaler memorySized(Optional<Templating> templating) {
    return withCpu()
        .withVertical(
            new Vertical(
                "web",
                100,
                4000,
                Vertical.Values.REQUESTS_ONLY,
                0.8,
                6,
                Optional.of(
                    new MemorySizing(
                        128 * MIB,
                        4096 * MIB,
                        new Source(
                            new SeriesSelector("memory_bytes", SeriesSelector.Type.GAUGE, Map.of()),
                            Optional.empty()))),
                Optional.empty(),
                templating,
                Optional.empty()));
  }

  private static final ContainerLine.SeenSize HALF_A_GIBIBYTE =
      new ContainerLine.SeenSize(
          500,
          500,
          Optional.of(
              new ContainerLine.SeenMemory(
                  512 * MIB, MemoryInputs.Change.BOTH, Optional.empty(), Optional.empty())),
          true,
          false,
          Optional.empty());

  private static SizeDecision sizeAfter(ScalerLine line, int minutes) {
    return sizeNow(line, NINE.plusSeconds(60L * minutes), HALF_A_GIBIBYTE);
  }

  private static MemoryInputs memoryOf(ScalerLine line, int minutes) {
    return sizeAfter(line, minutes).memory().orElseThrow().inputs();
  }

  @Test
  void theMemoryOfALineIsForecastAndDecidedWith() {
    Scaler scaler = memorySized(Optional.empty());
    ScalerLine fresh =
        new ScalerLine(
            scaler,
            new MinuteAssembler(SignalTypes.of(scaler), AssemblyRules.DEFAULT),
            new LoadHistory(),
            Calendar.EMPTY,
            List.of(),
            Optional.empty());
    fresh.remember(IntStream.range(0, 90).mapToObj(ScalerLineTest::usingMemory).toList());
    line.remindOf(IntStream.range(0, 90).mapToObj(ScalerLineTest::usingMemory).toList());
    line.use(scaler);

    MemoryAhead ahead = memoryOf(line, 90).ahead().orElseThrow();
    assertThat(memoryOf(fresh, 90).ahead()).hasValue(ahead);

    // 300 + 4 · 60 = 540 MiB, steady for half an hour
    assertThat((double) ahead.bytes().orElseThrow() / MIB).isBetween(540.0, 1000.0);
    assertThat(ahead.serviceLevel()).isEqualTo(0.95);
    assertThat(line.usage(forecast(60, 90), 1).getFirst().memoryBytes())
        .hasValueSatisfying(memory ->
            assertThat(memory)
                .isInstanceOfSatisfying(
                    Forecast.class,
                    known -> assertThat(known.quantile(0.5, 1) / MIB).isBetween(530.0, 550.0)));
  }

  @Test
  void aRolloutIsLeftToThePeaksAndOthersMemoryToItself() {
    line.remindOf(IntStream.range(0, 90).mapToObj(ScalerLineTest::usingMemory).toList());
    line.use(
        memorySized(
            Optional.of(
                new Templating(
                    Templating.Way.ROLLOUT, 0.2, Duration.ofMinutes(30), Duration.ofHours(6)))));
    assertThat(memoryOf(line, 90).ahead()).isEmpty();

    line.use(withCpu().withVertical(VERTICAL));
    assertThat(line.usage(forecast(60, 90), 1).getFirst().memoryBytes()).isEmpty();
    assertThat(line.memoryFitDue()).isEmpty();
  }

  @Test
  void aRestartKnowsHowFarForecastsWereExceeded() {
    line.use(memorySized(Optional.empty()));
    line.remindOf(IntStream.range(0, 30).mapToObj(ScalerLineTest::usingMemory).toList());
    memoryOf(line, 30);
    line.remember(IntStream.range(30, 34).mapToObj(ScalerLineTest::usingMemory).toList());
    SizeDecision last = sizeAfter(line, 34);
    Overshoots overshoots = last.memory().orElseThrow().inputs().ahead().orElseThrow().overshoots();
    assertThat(overshoots.days()).hasSize(1);

    ScalerLine restarted = line(List.of());
    restarted.use(memorySized(Optional.empty()));
    restarted.resumeAt(last);
    restarted.remindOf(IntStream.range(0, 34).mapToObj(ScalerLineTest::usingMemory).toList());

    assertThat(memoryOf(restarted, 34).ahead().orElseThrow().overshoots()).isEqualTo(overshoots);
  }

  private static final ThrottlingSigns SIGNS =
      new ThrottlingSigns(
          new SeriesSelector("throttled_total", SeriesSelector.Type.COUNTER, Map.of()),
          new SeriesSelector("periods_total", SeriesSelector.Type.COUNTER, Map.of()),
          "throttled",
          0.05);

  /** One under a limit, that has lived through the 80 minutes in which it learned. */
  private static ScalerLine underALimit(Vertical.Values values) {
    Scaler scaler =
        new Scaler(
            SCALER.id(),
            SCALER.target(),
            SCALER.mode(),
            SCALER.bounds(),
            SCALER.load(),
            Optional.of(SCALER.load()),
            SCALER.objective(),
            SCALER.hpaObjective(),
            SCALER.serviceLevel(),
            SCALER.leadTime(),
            SCALER.behavior(),
            SCALER.actuation(),
            SCALER.calendar(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Vertical("web", 100, 4000, values, 0.8, 6)),
            Optional.empty(),
            Optional.of(SIGNS));
    ScalerLine line =
        new ScalerLine(
            scaler,
            new MinuteAssembler(SignalTypes.of(scaler), AssemblyRules.DEFAULT),
            new LoadHistory(),
            Calendar.EMPTY,
            List.of(),
            Optional.empty());
    learnTheCostOfARequest(line);
    return line;
  }

  /** 20 requests/s, of whose periods so many were throttled. */
  private static LoadPoint throttledAt(Instant minute, int replicas, double share) {
    return new LoadPoint(
        minute,
        OptionalDouble.of(20),
        OptionalDouble.of(0.1 + 0.01 * 20),
        replicas,
        0,
        replicas,
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.of(share));
  }

  @Test
  void throttlingMakesLargerWhereTheLimitFollowsAndOtherwiseKeeps() {
    ScalerLine follows = underALimit(Vertical.Values.REQUESTS_AND_LIMITS);
    ScalerLine stays = underALimit(Vertical.Values.REQUESTS_ONLY);
    LoadPoint calm = throttledAt(NINE.plusSeconds(80 * 60), 1, 0.05);
    LoadPoint throttled = throttledAt(NINE.plusSeconds(81 * 60), 1, 0.23);

    // (0.1 + 0.01 · 20) ÷ 0.8 = 375m, and 5 % of the periods is not more than 5 %
    assertThat(sizeOf(follows, calm, 380).outcome())
        .isEqualTo(new SizeOutcome.Keep(380, KeepReason.RIGHT_SIZE));
    // ceil(380 × 1.2) = 456, and ceil(456 × 1.02 ÷ 10) × 10 = 470
    assertThat(sizeOf(follows, throttled, 380).outcome())
        .isEqualTo(new SizeOutcome.Resize(380, 470, ResizeReason.THROTTLED));
    LoadPoint still = throttledAt(NINE.plusSeconds(84 * 60), 1, 0.23);
    // ceil(4000 × 1.2) = 4800, and no more than 4000
    assertThat(sizeOf(follows, still, 4000).sentence())
        .contains("maxAllowed.cpu 4000m is reached; raise it; 23 % of its periods are throttled");
    SizeDecision kept = sizeOf(stays, throttled, 600);
    assertThat(kept.outcome())
        .isEqualTo(new SizeOutcome.Keep(600, KeepReason.KEPT_AFTER_THROTTLING));
    assertThat(kept.sentence())
        .contains("23 % of its periods", "more than 5 %", "set controlledValues RequestsAndLimits");
  }

  @Test
  void aBoostIsNoSizeAlsoWhereAllReplicasStart() {
    ScalerLine line = underALimit(Vertical.Values.REQUESTS_AND_LIMITS);
    LoadPoint calm = throttledAt(NINE.plusSeconds(80 * 60), 1, 0);
    assertThat(sizeOf(line, calm, 380).outcome().desiredMillis()).isEqualTo(380);

    // its only replica is made anew, and has 2000m while it starts
    line.remember(List.of(throttledAt(NINE.plusSeconds(81 * 60), 1, 0)));
    SizeDecision during =
        sizeNow(
            line,
            NINE.plusSeconds(82 * 60),
            new ContainerLine.SeenSize(
                2000, 2000, Optional.empty(), false, true, Optional.empty()));

    assertThat(during.outcome()).isEqualTo(new SizeOutcome.Keep(380, KeepReason.RIGHT_SIZE));
  }

  @Test
  void whatStartingReplicasMeetIsNoWantOfCpuForTheLoad() {
    ScalerLine line = underALimit(Vertical.Values.REQUESTS_AND_LIMITS);
    List<SizeDecision> sizes = new ArrayList<>();
    for (int minute = 80; minute < 84; minute++) {
      sizes.add(sizeOf(line, throttledAt(NINE.plusSeconds(60L * minute), 2, 0.5), 380));
    }

    // a second replica came at 80; its minutes count from the third after on
    assertThat(sizes)
        .extracting(size -> size.inputs().throttling().orElseThrow().floor().isPresent())
        .containsExactly(false, false, false, true);
  }

  @Test
  void aRestartForgetsNoThrottling() {
    ScalerLine line = underALimit(Vertical.Values.REQUESTS_AND_LIMITS);
    SizeDecision throttled = sizeOf(line, throttledAt(NINE.plusSeconds(80 * 60), 1, 0.23), 380);
    ScalerLine restarted = underALimit(Vertical.Values.REQUESTS_AND_LIMITS);
    restarted.resumeAt(throttled);

    assertThat(sizeOf(restarted, throttledAt(NINE.plusSeconds(90 * 60), 1, 0), 470).outcome())
        .isEqualTo(new SizeOutcome.Keep(470, KeepReason.KEPT_AFTER_THROTTLING));
  }

  private static SizeDecision sizeOf(ScalerLine line, LoadPoint point, long current) {
    line.remember(List.of(point));
    return sizeNow(line, point.end(), current);
  }

  private static final Vertical VERTICAL =
      new Vertical("web", 100, 4000, Vertical.Values.REQUESTS_ONLY, 0.8, 6);

  /** 80 minutes with 40 to 79 requests/s, at 0.1 cores and 0.01 core seconds a request. */
  private static void learnTheCostOfARequest(ScalerLine learner) {
    List<LoadPoint> past = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      past.add(pointAt(NINE.plusSeconds(60L * i), 40 + i % 40));
    }
    learner.remindOf(past);
  }

  private static LoadPoint pointAt(Instant minute, double load) {
    return new LoadPoint(
        minute, OptionalDouble.of(load), OptionalDouble.of(0.1 + 0.01 * load), 1, 0);
  }

  /** Lives through the minute that ends then. */
  private static SizeDecision sizeAt(ScalerLine line, Instant end, double load, long current) {
    line.remember(List.of(pointAt(end.minusSeconds(60), load)));
    return sizeNow(line, end, current);
  }

  private static SizeDecision sizeNow(ScalerLine line, Instant end, long current) {
    return sizeNow(line, end, ContainerLine.SeenSize.of(current));
  }

  private static SizeDecision sizeNow(ScalerLine line, Instant end, ContainerLine.SeenSize seen) {
    Decided decided =
        line.decide(
            new Decider(Decider.Settings.DEFAULT),
            Mode.ENFORCING,
            end,
            Optional.of(new Fleet(1, 1, OptionalDouble.empty(), "1")),
            new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "too little"));
    return line.size(decided, seen).orElseThrow();
  }

  private Decided decide(Instant at) {
    return line.decide(
        new Decider(Decider.Settings.DEFAULT),
        Mode.ENFORCING,
        at,
        Optional.of(new Fleet(2, 2, OptionalDouble.empty(), "1")),
        new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "2 min"));
  }

  @Test
  void decidesAMinuteOnce() {
    scrapes(0, 12);
    Instant at = NINE.plusSeconds(120);

    Decided decided = decide(at);
    Decision decision = decided.decision();

    assertThat(line.hasDecidedAt(at)).isTrue();
    assertThat(line.hasDecidedAt(at.plusSeconds(60))).isFalse();
    // 50 requests/s need ceil(50 / 100) = 1, and the minimum is 2
    assertThat(decision.outcome()).isInstanceOf(Outcome.Hold.class);
    assertThat(decision.desiredReplicas()).isEqualTo(2);
  }

  @Test
  void looksForRoomOnlyWhereItWouldScale() {
    scrapes(0, 12);
    List<Outcome.Scale> asked = new ArrayList<>();
    Room nothingMayGo =
        new Room(Optional.empty(), Optional.of(new Room.Limit(11, "PodDisruptionBudget web")));

    Decision held = decide(NINE.plusSeconds(120), 2, asked, nothingMayGo);
    Decision clamped = decide(NINE.plusSeconds(180), 12, asked, nothingMayGo);

    assertThat(held.outcome()).isInstanceOf(Outcome.Hold.class);
    // 12 are above the most, 10
    assertThat(asked).extracting(Outcome.Scale::from).containsExactly(12);
    assertThat(clamped.desiredReplicas()).isEqualTo(11);
  }

  private Decision decide(Instant at, int replicas, List<Outcome.Scale> asked, Room room) {
    return line.decide(
            new Decider(Decider.Settings.DEFAULT),
            Mode.ENFORCING,
            at,
            Optional.of(new Fleet(replicas, replicas, OptionalDouble.empty(), "1")),
            new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "2 min"),
            wanted -> {
              asked.add(wanted);
              return Optional.of(room);
            })
        .decision();
  }

  @Test
  void aLineThatMovesInKnowsWhatWasDecidedBefore() {
    scrapes(0, 12);
    Instant at = NINE.plusSeconds(120);
    Decided decided =
        line.decide(
            new Decider(Decider.Settings.DEFAULT),
            Mode.ENFORCING,
            at,
            Optional.of(new Fleet(2, 2, OptionalDouble.empty(), "1")),
            new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "2 min"));

    ScalerLine moved = line(List.of(decided.decision()));

    assertThat(moved.hasDecidedAt(at)).isTrue();
    assertThat(moved.hasDecidedAt(at.plusSeconds(60))).isFalse();
  }

  @Test
  void minutesOfThePastAreTakenInAnyOrder() {
    scrapes(0, 12);
    line.remindOf(
        List.of(
            point(NINE.minusSeconds(60), 40),
            point(NINE.minusSeconds(180), 20),
            point(NINE.minusSeconds(120), 30)));

    assertThat(line.gaps(NINE.minusSeconds(240), NINE))
        .extracting(gap -> gap.from())
        .containsExactly(NINE.minusSeconds(240));
    assertThat(line.newestEnd()).contains(NINE.plusSeconds(120));
  }

  private static LoadPoint point(Instant minute, double load) {
    return new LoadPoint(minute, OptionalDouble.of(load), OptionalDouble.empty(), 0, 0);
  }
}
