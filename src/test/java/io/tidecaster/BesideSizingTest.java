package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.act.SizeObservation;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Fleet;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.history.AssemblyRules;
import io.tidecaster.history.ContainerUse;
import io.tidecaster.history.LoadHistory;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.MinuteAssembler;
import io.tidecaster.history.SignalTypes;
import io.tidecaster.size.KeepReason;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.MemoryReason;
import io.tidecaster.size.ResizeReason;
import io.tidecaster.size.ShapeChoice;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeOutcome;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.BesideContainer;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.MemorySizing;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Prices;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.TargetRef;
import io.tidecaster.workload.ThrottlingSigns;
import io.tidecaster.workload.Vertical;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A container that bears the load, and a proxy beside it. */
class BesideSizingTest {
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");
  private static final long MIB = 1L << 20;

  private static SeriesSelector series(String metric, SeriesSelector.Type type) {
    return new SeriesSelector(metric, type, Map.of("container", "envoy"));
  }

  private static final Source CPU =
      new Source(series("cpu_total", SeriesSelector.Type.COUNTER), Optional.empty());

  private static final BesideContainer ENVOY =
      new BesideContainer(
          "envoy",
          50,
          1000,
          Vertical.Values.REQUESTS_AND_LIMITS,
          0.8,
          CPU,
          Optional.of(
              new MemorySizing(
                  32 * MIB,
                  512 * MIB,
                  new Source(series("memory_bytes", SeriesSelector.Type.GAUGE), Optional.empty()))),
          Optional.of(
              new ThrottlingSigns(
                  series("throttled", SeriesSelector.Type.COUNTER),
                  series("periods", SeriesSelector.Type.COUNTER),
                  "q",
                  0.05)));

  private static final Vertical CRM =
      new Vertical("crm", 100, 4000, Vertical.Values.REQUESTS_ONLY, 0.8, 6).with(List.of(ENVOY));

  private static Scaler scaler(Vertical vertical) {
    return new Scaler(
            new ScalerId("crm", "web"),
            new TargetRef("apps/v1", "Deployment", "web"),
            Mode.ENFORCING,
            new Bounds(1, 4),
            new Source(
                new SeriesSelector("requests_total", SeriesSelector.Type.COUNTER, Map.of()),
                Optional.empty()),
            Optional.of(CPU),
            new Objective.RequestsPerReplica(1000),
            new Objective.RequestsPerReplica(1000),
            0.95,
            new LeadTime.Fixed(Duration.ofMinutes(3)),
            Behavior.DEFAULT)
        .withVertical(vertical);
  }

  private static ScalerLine line(Scaler scaler) {
    return new ScalerLine(
        scaler,
        new MinuteAssembler(SignalTypes.of(scaler), AssemblyRules.DEFAULT),
        new LoadHistory(),
        Calendar.EMPTY,
        List.of(),
        Optional.empty());
  }

  /** The crm takes 0.1 cores and 0.01 s a request, the proxy 0.02 cores and 0.002 s. */
  private static LoadPoint point(Instant minute, double load, Optional<ContainerUse> envoy) {
    return new LoadPoint(
        minute,
        OptionalDouble.of(load),
        OptionalDouble.of(0.1 + 0.01 * load),
        1,
        0,
        1,
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        envoy.map(use -> Map.of("envoy", use)).orElse(Map.of()));
  }

  private static Optional<ContainerUse> use(double load, long mebibytes, double throttled) {
    return Optional.of(
        new ContainerUse(
            OptionalDouble.of(0.02 + 0.002 * load),
            1,
            OptionalDouble.of((double) mebibytes * MIB),
            OptionalDouble.of(throttled)));
  }

  /** 80 minutes with 40 to 79 requests/s. */
  private static ScalerLine learned(Scaler scaler, boolean ofEnvoyToo) {
    ScalerLine line = line(scaler);
    List<LoadPoint> past = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      double load = 40 + i % 40;
      past.add(
          point(
              NINE.plusSeconds(60L * i), load, ofEnvoyToo ? use(load, 100, 0) : Optional.empty()));
    }
    line.remindOf(past);
    return line;
  }

  private static Decided decide(ScalerLine line, Instant end) {
    return line.decide(
        new Decider(Decider.Settings.DEFAULT),
        Mode.ENFORCING,
        end,
        Optional.of(new Fleet(1, 1, OptionalDouble.empty(), "1")),
        new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "too little"));
  }

  private static SizeDecision live(
      ScalerLine line, int minute, double load, Optional<ContainerUse> envoy, long envoyMillis) {
    LoadPoint point = point(NINE.plusSeconds(60L * minute), load, envoy);
    line.remember(List.of(point));
    return line.size(
            decide(line, point.end()),
            ContainerLine.SeenSize.of(500),
            Map.of("envoy", seen(envoyMillis, Optional.empty())))
        .orElseThrow();
  }

  private static ContainerLine.SeenSize seen(
      long millis, Optional<SizeObservation.OomKill> oomKill) {
    return new ContainerLine.SeenSize(
        millis,
        millis,
        Optional.of(
            new ContainerLine.SeenMemory(
                128 * MIB, MemoryInputs.Change.BOTH, oomKill, Optional.empty())),
        true,
        false,
        Optional.empty());
  }

  private static SizeDecision envoy(SizeDecision size) {
    return size.beside().getFirst();
  }

  @Test
  void eachContainerFollowsTheLoadByALawOfItsOwn() {
    SizeDecision size = live(learned(scaler(CRM), true), 80, 100, use(100, 100, 0), 100);

    // (0.1 + 0.01 · 100) ÷ 0.8 = 1375m; ceil(1375 × 1.02 ÷ 10) × 10 = 1410
    assertThat(size.outcome())
        .isEqualTo(new SizeOutcome.Resize(500, 1410, ResizeReason.USE_ABOVE_SIZE));
    // (0.02 + 0.002 · 100) ÷ 0.8 = 275m; ceil(275 × 1.02 ÷ 10) × 10 = 290
    assertThat(envoy(size).outcome())
        .isEqualTo(new SizeOutcome.Resize(100, 290, ResizeReason.USE_ABOVE_SIZE));
    assertThat(size.again()).isEqualTo(size);
    assertThat(size.fullSentence())
        .contains("Container crm goes from 500m", "Container envoy goes from 100m to 290m CPU");
  }

  @Test
  void unknownUseOfOneShrinksNothingOfItAndHoldsBackNoneOfTheOthers() {
    SizeDecision size = live(learned(scaler(CRM), false), 80, 100, Optional.empty(), 900);

    assertThat(size.outcome().desiredMillis()).isEqualTo(1410);
    assertThat(envoy(size).outcome()).isEqualTo(new SizeOutcome.Keep(900, KeepReason.USE_UNKNOWN));
    assertThat(envoy(size).memory().orElseThrow().reason()).isEqualTo(MemoryReason.MEMORY_UNKNOWN);
  }

  @Test
  void aContainerThatIsNotThereIsNotDecidedOn() {
    ScalerLine line = learned(scaler(CRM), true);
    LoadPoint point = point(NINE.plusSeconds(80 * 60), 100, use(100, 100, 0));
    line.remember(List.of(point));

    SizeDecision size =
        line.size(decide(line, point.end()), ContainerLine.SeenSize.of(500)).orElseThrow();

    assertThat(size.outcome().desiredMillis()).isEqualTo(1410);
    assertThat(size.beside()).isEmpty();
  }

  @Test
  void aKillIsOfTheContainerThatWasKilled() {
    ScalerLine line = learned(scaler(CRM), true);
    LoadPoint point = point(NINE.plusSeconds(80 * 60), 60, use(60, 100, 0));
    line.remember(List.of(point));
    var kill = new SizeObservation.OomKill(point.minute(), 128 * MIB);

    SizeDecision size =
        line.size(
                decide(line, point.end()),
                ContainerLine.SeenSize.of(500),
                Map.of("envoy", seen(200, Optional.of(kill))))
            .orElseThrow();

    // at least 100 MiB more than 128
    assertThat(envoy(size).memory().orElseThrow().desiredBytes()).isEqualTo(228 * MIB);
    assertThat(envoy(size).memory().orElseThrow().reason()).isEqualTo(MemoryReason.OOM_KILLED);
    assertThat(size.memory()).isEmpty();
  }

  @Test
  void aThrottledContainerGrowsAlone() {
    SizeDecision size = live(learned(scaler(CRM), true), 80, 60, use(60, 100, 0.3), 180);

    // (0.02 + 0.002 · 60) ÷ 0.8 = 175m suffice; ceil(180 × 1.2) = 216, ceil(216 × 1.02 ÷ 10) × 10
    assertThat(envoy(size).outcome())
        .isEqualTo(new SizeOutcome.Resize(180, 230, ResizeReason.THROTTLED));
    assertThat(size.inputs().throttling()).isEmpty();
  }

  @Test
  void aRestartForgetsNothingOfAnyContainer() {
    Scaler scaler = scaler(CRM);
    SizeDecision throttled = live(learned(scaler, true), 80, 60, use(60, 100, 0.3), 180);
    ScalerLine restarted = learned(scaler, true);
    restarted.resumeAt(throttled);

    SizeDecision size = live(restarted, 90, 60, use(60, 100, 0), 230);

    assertThat(envoy(size).outcome())
        .isEqualTo(new SizeOutcome.Keep(230, KeepReason.KEPT_AFTER_THROTTLING));
  }

  @Test
  void inOneDecisionAReplicaCostsWhatItsContainersDo() {
    Vertical optimised =
        new Vertical(
            "crm",
            100,
            4000,
            Vertical.Values.REQUESTS_ONLY,
            0.8,
            6,
            Optional.empty(),
            Optional.of(new Prices(0.04, 0.005)),
            Optional.empty(),
            Optional.empty());
    double alone = hourOfOne(optimised, Map.of());
    double both =
        hourOfOne(
            optimised.with(List.of(ENVOY)),
            Map.of("envoy", new SizeObservation.Seen(List.of(pod(250, 512 * MIB)))));

    // 0.25 × 0.04 + 0.5 × 0.005 = 0.0125
    assertThat(both - alone).isCloseTo(0.0125, within(1e-9));
  }

  /** What an hour of the one replica costs that there is. */
  private static double hourOfOne(Vertical vertical, Map<String, SizeObservation> beside) {
    Scaler scaler = scaler(vertical);
    ScalerLine line = learned(scaler, true);
    LoadPoint point = point(NINE.plusSeconds(80 * 60), 60, use(60, 100, 0));
    line.remember(List.of(point));
    var seen = new SizeObservation.Seen(List.of(pod(1500, 1024 * MIB)), Optional.empty(), beside);
    Decided decided =
        line.decide(
            new Decider(Decider.Settings.DEFAULT),
            Mode.ENFORCING,
            point.end(),
            Optional.of(new Fleet(1, 1, OptionalDouble.empty(), "1")),
            new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "too little"),
            _ -> Optional.empty(),
            Optional.of(seen));
    ShapeChoice choice = line.size(decided, seen).orElseThrow().choice().orElseThrow();
    return choice.from().hourPrice(choice.terms().prices());
  }

  private static SizeObservation.Pod pod(long millis, long bytes) {
    return new SizeObservation.Pod(
        "web-0",
        millis,
        OptionalLong.empty(),
        millis,
        false,
        Optional.empty(),
        new SizeObservation.Memory(
            OptionalLong.of(bytes),
            OptionalLong.empty(),
            OptionalLong.of(bytes),
            MemoryInputs.Change.BOTH,
            Optional.empty(),
            Optional.empty()),
        SizeObservation.Age.SETTLED);
  }
}
