package io.tidecaster.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.ContainerSize;
import io.tidecaster.size.MemoryLine;
import io.tidecaster.size.ResourcePrices;
import io.tidecaster.size.SizeBounds;
import io.tidecaster.size.VpaRule;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.TargetRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SizedLoopTest {
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final long GIB = 1L << 30;
  private static final CapacityLaw TRUTH = new CapacityLaw(1000, 100, 0.8, 0.1, 0.9);
  private static final SizeBounds BOUNDS =
      new SizeBounds(new ContainerSize(250, GIB), new ContainerSize(4000, 4 * GIB));
  private static final MemoryLine MEMORY = new MemoryLine(GIB, GIB * 3 / 4);
  private static final ResourcePrices PRICES = new ResourcePrices(0.04, 0.005);

  private static final Map<Sizing.Freedom, SizedAccount> PLAYED =
      new EnumMap<>(Sizing.Freedom.class);
  private static final List<ClosedLoop.SizedMinute> MINUTES = new ArrayList<>();

  /** A busy noon each day, the narrower the larger its power. */
  private static TraceLoad days(int count, int power) {
    double[] values = new double[count * 288 + 1];
    Arrays.setAll(values, i -> 200 + 1800 * Math.pow(Math.sin(Math.PI * (i % 288) / 288), power));
    return TraceLoad.of("noon", MONDAY, Duration.ofMinutes(5), values);
  }

  private static ClosedLoop.SizedPlayer player(Sizing.Freedom freedom) {
    Bounds bounds = freedom == Sizing.Freedom.SIZE ? new Bounds(7, 7) : new Bounds(2, 40);
    Scaler scaler =
        new Scaler(
            new ScalerId("crm", "crm"),
            new TargetRef("apps/v1", "Deployment", "crm"),
            Mode.ENFORCING,
            bounds,
            new Source(
                new SeriesSelector("load", SeriesSelector.Type.GAUGE, Map.of()), Optional.empty()),
            Optional.empty(),
            new Objective.RequestsPerReplica(100),
            new Objective.RequestsPerReplica(62.5),
            0.95,
            new LeadTime.Learned(),
            Behavior.DEFAULT);
    return new ClosedLoop.SizedPlayer(
        new ClosedLoop.Player(
            scaler,
            new SimulatedFleet.Settings(125, 0.8, Duration.ofMinutes(3), SimulatedFleet.Cpu.NONE),
            _ -> {}),
        new Sizing(
            freedom,
            TRUTH,
            TRUTH.with(0.1, CapacityLaw.PRIOR_EXPONENT),
            BOUNDS,
            MEMORY,
            PRICES,
            Duration.ofSeconds(30)),
        freedom == Sizing.Freedom.BOTH ? MINUTES::add : _ -> {});
  }

  @BeforeAll
  static void play() {
    TraceLoad load = days(4, 6);
    List<ClosedLoop.SizedPlayer> players =
        Arrays.stream(Sizing.Freedom.values()).map(SizedLoopTest::player).toList();
    List<SizedAccount> accounts =
        new ClosedLoop(
                new ClosedLoop.Settings(
                    load.end().minus(Duration.ofDays(1)),
                    Calendar.EMPTY,
                    ForecastSettings.DEFAULT,
                    PeakPlanner.Settings.DEFAULT,
                    Decider.Settings.DEFAULT))
            .playSized(load, players, () -> {});
    for (int i = 0; i < accounts.size(); i++) {
      PLAYED.put(players.get(i).sizing().freedom(), accounts.get(i));
    }
  }

  private static SizedAccount played(Sizing.Freedom freedom) {
    return Objects.requireNonNull(PLAYED.get(freedom));
  }

  @Test
  void bothTogetherCostLessThanEitherAloneAtNoMoreViolation() {
    SizedAccount both = played(Sizing.Freedom.BOTH);

    for (Sizing.Freedom alone : List.of(Sizing.Freedom.REPLICAS, Sizing.Freedom.SIZE)) {
      assertThat(both.cost(PRICES)).as("%s", alone).isLessThan(played(alone).cost(PRICES));
      assertThat(both.violationShare())
          .as("%s", alone)
          .isLessThanOrEqualTo(played(alone).violationShare());
    }
  }

  @Test
  void eachChangesOnlyWhatItMay() {
    assertThat(played(Sizing.Freedom.REPLICAS).resizes()).isZero();
    assertThat(played(Sizing.Freedom.REPLICAS).scalings()).isPositive();
    assertThat(played(Sizing.Freedom.SIZE).scalings()).isZero();
    assertThat(played(Sizing.Freedom.SIZE).resizes()).isPositive();
  }

  @Test
  void everyMinuteSaysWhichWayItWent() {
    assertThat(MINUTES)
        .hasSize(1441)
        .allSatisfy(minute ->
            assertThat(minute.sentence())
                .matches("(Out|Up|OutAndUp|OutAndDown|InAndUp|In|Down|InAndDown|Neither): .*"));
    assertThat(MINUTES)
        .extracting(minute -> minute.sentence().split(":", 2)[0])
        .contains("Out", "Up", "Down", "Neither");
  }

  @Test
  void staysWithinItsBounds() {
    assertThat(MINUTES)
        .allSatisfy(minute -> {
          assertThat(minute.shape().replicas()).isBetween(2, 40);
          assertThat(minute.shape().size().cpuMillis()).isBetween(250L, 4000L);
        });
  }

  @Test
  void moreCpuBearsLoadAfterTheResizeAndIsPaidForAtOnce() {
    SizedFleet fleet =
        new SizedFleet(
            new SimulatedFleet(
                new SimulatedFleet.Settings(125, 0.8, Duration.ZERO, SimulatedFleet.Cpu.NONE),
                1,
                MONDAY),
            TRUTH,
            new ContainerSize(1000, GIB),
            Duration.ofSeconds(30));
    fleet.resize(new ContainerSize(2000, GIB));
    for (int step = 0; step < 4; step++) {
      fleet.advance(150, ClosedLoop.STEP);
    }

    // 150 > 100 for the 30 s that the resize takes; 2 cores for all of the minute
    assertThat(fleet.account().violationSeconds()).isEqualTo(30);
    assertThat(fleet.account().coreHours()).isCloseTo(2.0 / 60, within(1e-9));
    assertThat(fleet.account().resizes()).isEqualTo(1);
  }

  @Test
  void aVpaReservesTheSameAtNoonAndAtNight() {
    TraceLoad use = days(6, 30).times(0.002);
    CapacityLaw itself = new CapacityLaw(1000, 1, 1, 0, 1);
    SizedAccount vpa =
        VpaRival.play(
            use,
            use.end().minus(Duration.ofDays(2)),
            new VpaRule(),
            new Sizing(
                Sizing.Freedom.SIZE,
                itself,
                itself,
                new SizeBounds(new ContainerSize(25, 1), new ContainerSize(16_000, GIB)),
                new MemoryLine(1, 0),
                PRICES,
                Duration.ZERO));

    // the 90 % quantile of a day, 15 % on top: below the peak of 4 cores, all day long
    assertThat(vpa.coreHours() / 48).isBetween(2.0, 3.9);
    assertThat(vpa.violationSeconds() / 3600).isBetween(1.0, 8.0);
  }
}
