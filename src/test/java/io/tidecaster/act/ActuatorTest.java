package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Outlook;
import io.tidecaster.size.CpuBounds;
import io.tidecaster.size.DayPeaks;
import io.tidecaster.size.RolloutInputs;
import io.tidecaster.size.RolloutRule;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeInputs;
import io.tidecaster.size.SizeMemory;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.size.WantedSize;
import io.tidecaster.size.WantedSizes;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActuatorTest {
  private static final Scaler WEB = Given.deployment("crm", "web");
  private static final Observation SEEN = new Observation.Seen(Given.fleet(2));

  private final FakeReplicaScaler cluster = new FakeReplicaScaler();
  private final List<Report> told = new ArrayList<>();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final Actuator actuator = new Actuator(cluster, List.of(told::add), meters);

  @Test
  void scalesWhatWasDecidedInEnforcing() {
    assertThat(apply(Mode.ENFORCING, Given.scale(2, 5))).contains(new ScaleResult.Scaled("8"));
    assertThat(cluster.asked()).containsExactly("crm/web to 5 at 7");
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"ADVISORY", "PAUSED"})
  void writesNothingInAnyOtherMode(Mode mode) {
    assertThat(apply(mode, Given.scale(2, 5))).isEmpty();
    assertThat(cluster.asked()).isEmpty();
  }

  @Test
  void writesNothingForAHold() {
    assertThat(apply(Mode.ENFORCING, Given.hold(2, HoldReason.ENOUGH))).isEmpty();
    assertThat(cluster.asked()).isEmpty();
  }

  @Test
  void writesNothingToWhatWasNotSeen() {
    var unseen = new Observation.Unreachable("no answer");
    var decision = Given.decision(WEB.id(), Mode.ENFORCING, 2, Given.scale(2, 5));

    assertThat(actuator.apply(WEB, unseen, decision, Outlook.UNKNOWN)).isEmpty();
    assertThat(cluster.asked()).isEmpty();
    assertThat(told).containsExactly(new Report.TargetUnseen(WEB, decision, unseen));
  }

  @Test
  void tellsEveryDecisionWithItsResult() {
    var refused = new ScaleResult.Conflict("changed");
    cluster.answerWith(refused);
    apply(Mode.ENFORCING, Given.scale(2, 5));
    apply(Mode.ADVISORY, Given.scale(2, 5));

    assertThat(told)
        .extracting(report -> ((Report.Decided) report).result())
        .containsExactly(Optional.of(refused), Optional.empty());
  }

  @Test
  void countsResultsByTheirLabel() {
    apply(Mode.ENFORCING, Given.scale(2, 5));
    cluster.answerWith(new ScaleResult.Conflict("changed"));
    apply(Mode.ENFORCING, Given.scale(2, 5));
    apply(Mode.ADVISORY, Given.scale(2, 5));

    assertThat(meters.counter("tidecaster.scalings", "result", "Scaled").count()).isEqualTo(1);
    assertThat(meters.counter("tidecaster.scalings", "result", "Conflict").count()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void resizesInEnforcingAlone(Mode mode) {
    List<Long> asked = new ArrayList<>();
    Sized sized = new Sized(PODS, Optional.of(SIZE));
    Actuator sizing =
        new Actuator(cluster, sizerThat(asked), _ -> Optional.empty(), List.of(told::add), meters);
    var decision = Given.decision(WEB.id(), mode, 2, Given.hold(2, HoldReason.ENOUGH));

    sizing.apply(WEB, SEEN, decision, Outlook.UNKNOWN, Optional.of(sized));

    boolean enforcing = mode == Mode.ENFORCING;
    assertThat(asked).isEqualTo(enforcing ? List.of(1230L) : List.of());
    assertThat(((Report.Decided) told.getLast()).sized().orElseThrow().result())
        .isEqualTo(enforcing ? Optional.of(new ResizeResult.Resized(1, 0)) : Optional.empty());
    assertThat(meters.counter("tidecaster.resizes", "result", "Resized").count())
        .isEqualTo(enforcing ? 1 : 0);
  }

  @Test
  void advisoryBoostsNoPodThatStarts() {
    Deque<ResizeResult> answers = new ArrayDeque<>(List.of(new ResizeResult.AsDecided()));
    ContainerSizer sizer = sizerThat(new ArrayList<>(), answers);
    Actuator sizing = new Actuator(cluster, sizer, _ -> Optional.empty(), List.of(), meters);

    sizing.boost(WEB, Mode.ADVISORY, PODS, WantedSizes.of(WantedSize.ofCpu(600)));
    sizing.boost(WEB, Mode.PAUSED, PODS, WantedSizes.of(WantedSize.ofCpu(600)));
    assertThat(answers).hasSize(1);
    sizing.boost(WEB, Mode.ENFORCING, PODS, WantedSizes.of(WantedSize.ofCpu(600)));
    assertThat(answers).isEmpty();
  }

  @Test
  void boostsAreToldAndCountedOnceAndARefusalThatStandsKeepsNothingFromBeingResized() {
    var boosted = new ResizeResult.Boosted(1, 2460, 0, 1230);
    var refused = new ResizeResult.BoostRefused("quota", false);
    var stands = new ResizeResult.BoostRefused("quota", true);
    var nothing = new ResizeResult.AsDecided();
    Deque<ResizeResult> answers = new ArrayDeque<>(List.of(boosted, nothing, refused, stands));
    List<ResizeResult> boosts = new ArrayList<>();
    List<Long> asked = new ArrayList<>();
    Actuator sizing =
        new Actuator(
            cluster,
            sizerThat(asked, answers),
            _ -> Optional.empty(),
            List.of(
                new Announcer() {
                  @Override
                  public void announce(Report report) {
                    told.add(report);
                  }

                  @Override
                  public void announce(Boost boost) {
                    boosts.add(boost.result());
                  }
                }),
            meters);
    var decision = Given.decision(WEB.id(), Mode.ENFORCING, 2, Given.hold(2, HoldReason.ENOUGH));
    Optional<Sized> sized = Optional.of(new Sized(PODS, Optional.of(SIZE)));

    for (int minute = 0; minute < 4; minute++) {
      sizing.apply(WEB, SEEN, decision, Outlook.UNKNOWN, sized);
    }

    assertThat(boosts).containsExactly(boosted, refused);
    assertThat(asked).hasSize(4);
    assertThat(told)
        .extracting(report -> ((Report.Decided) report).sized().orElseThrow().result())
        .extracting(result -> result.orElseThrow().label())
        .containsExactly("Resized", "Resized", "BoostRefused", "BoostRefused");
    assertThat(meters.counter("tidecaster.resizes", "result", "Boosted").count()).isOne();
  }

  /** What is asked of a template stands with a minus. */
  @ParameterizedTest
  @CsvSource({
    "Enforcing, true, 0, '-2000', TemplateChanged",
    "Enforcing, true, 3600, '', AsDecided", // an hour after the last
    "Enforcing, false, 0, '-2000', TemplateChanged",
    "Enforcing, false, 3600, '2000', Resized",
    "Advisory, true, 0, '', ''",
    "Paused, true, 0, '', ''"
  })
  void aRolloutIsWrittenInEnforcingAloneAndWhenItIsDue(
      String mode, boolean alone, long lastSecondsAgo, String written, String became) {
    List<Long> asked = new ArrayList<>();
    Sized sized = new Sized(PODS, Optional.of(carried(alone, lastSecondsAgo)));
    Actuator sizing =
        new Actuator(cluster, sizerThat(asked), _ -> Optional.empty(), List.of(told::add), meters);
    var decision = Given.decision(WEB.id(), Mode.parse(mode), 2, Given.hold(2, HoldReason.ENOUGH));

    sizing.apply(WEB, SEEN, decision, Outlook.UNKNOWN, Optional.of(sized));

    assertThat(asked.stream().map(String::valueOf).collect(Collectors.joining()))
        .isEqualTo(written);
    assertThat(
            ((Report.Decided) told.getLast())
                .sized()
                .flatMap(Sized::result)
                .map(ResizeResult::label)
                .orElse(""))
        .isEqualTo(became);
  }

  @Test
  void oneChangeOfTheTemplateCarriesAllContainers() {
    List<String> asked = new ArrayList<>();
    SizeDecision web = carried(true, 0);
    SizeDecision envoy =
        SizeDecision.of(web.at(), "envoy", web.inputs())
            .carriedBy(
                new RolloutInputs(
                    web.rollout().orElseThrow().inputs().rule(),
                    true,
                    web.rollout().orElseThrow().inputs().standing(),
                    DayPeaks.NONE,
                    Optional.empty()));
    assertThat(envoy.rollout().orElseThrow().changesTemplate()).isFalse();
    Sized sized = new Sized(PODS, Optional.of(envoy.with(List.of(web))));
    Actuator sizing =
        new Actuator(cluster, sizerThatTells(asked), _ -> Optional.empty(), List.of(), meters);
    var decision = Given.decision(WEB.id(), Mode.ENFORCING, 2, Given.hold(2, HoldReason.ENOUGH));

    sizing.apply(WEB, SEEN, decision, Outlook.UNKNOWN, Optional.of(sized));

    // the one beside is due, and the other goes with it
    assertThat(asked).containsExactly("{envoy=2000m CPU, web=2000m CPU}");
  }

  private static ContainerSizer sizerThatTells(List<String> asked) {
    return new ContainerSizer() {
      @Override
      public SizeObservation observe(Scaler scaler) {
        return PODS;
      }

      @Override
      public ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted) {
        asked.add(wanted.toString());
        return new ResizeResult.Resized(1, 0);
      }

      @Override
      public ResizeResult rollOut(
          Scaler scaler, SizeObservation.Seen seen, Map<String, WantedSize> wanted, Instant at) {
        asked.add(new TreeMap<>(wanted).toString());
        return new ResizeResult.TemplateChanged("both");
      }
    };
  }

  /** Pods of 1000m that are to have 2000m, and have been off for an hour. */
  private static SizeDecision carried(boolean alone, long lastSecondsAgo) {
    Instant nine = SIZE.at();
    return SizeDecision.of(
            nine,
            "web",
            new SizeInputs(
                SizeDecider.Settings.DEFAULT,
                1000,
                Optional.of(new SizeNeed(800, 1960)), // ceil(1960 × 1.02 ÷ 10) × 10 = 2000
                new CpuBounds(250, 4000),
                SizeMemory.EMPTY))
        .carriedBy(
            new RolloutInputs(
                new RolloutRule(0.2, Duration.ofMinutes(30), Duration.ofHours(6)),
                alone,
                new RolloutInputs.Standing(
                    1000,
                    OptionalLong.empty(),
                    WantedSize.ofCpu(1000),
                    Optional.empty(),
                    Optional.empty(),
                    lastSecondsAgo == 0
                        ? Optional.empty()
                        : Optional.of(nine.minusSeconds(lastSecondsAgo)),
                    Optional.empty()),
                DayPeaks.NONE,
                Optional.of(nine.minusSeconds(3600))));
  }

  private static final SizeObservation.Seen PODS =
      new SizeObservation.Seen(
          List.of(
              new SizeObservation.Pod(
                  "web-0", 1000, OptionalLong.empty(), 1000, false, Optional.empty())));

  /** 1200m are needed, and 2 % on top. */
  private static final SizeDecision SIZE =
      SizeDecision.of(
          Instant.parse("2026-03-02T09:00:00Z"),
          "web",
          new SizeInputs(
              SizeDecider.Settings.DEFAULT,
              1000,
              Optional.of(new SizeNeed(800, 1200)),
              new CpuBounds(250, 4000),
              SizeMemory.EMPTY));

  private static ContainerSizer sizerThat(List<Long> asked) {
    return sizerThat(asked, new ArrayDeque<>());
  }

  /**
   * @param boosts what becomes of pods that start, each time
   */
  private static ContainerSizer sizerThat(List<Long> asked, Deque<ResizeResult> boosts) {
    return new ContainerSizer() {
      @Override
      public SizeObservation observe(Scaler scaler) {
        return PODS;
      }

      @Override
      public ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted) {
        asked.add(wanted.first().cpuMillis());
        return new ResizeResult.Resized(1, 0);
      }

      @Override
      public ResizeResult boost(Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted) {
        return boosts.isEmpty() ? new ResizeResult.AsDecided() : boosts.removeFirst();
      }

      @Override
      public ResizeResult rollOut(
          Scaler scaler, SizeObservation.Seen seen, Map<String, WantedSize> wanted, Instant at) {
        asked.add(-Objects.requireNonNull(wanted.get("web")).cpuMillis());
        return new ResizeResult.TemplateChanged(wanted.toString());
      }
    };
  }

  private Optional<ScaleResult> apply(Mode mode, Outcome outcome) {
    return actuator.apply(WEB, SEEN, Given.decision(WEB.id(), mode, 2, outcome), Outlook.UNKNOWN);
  }
}
