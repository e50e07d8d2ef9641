package io.tidecaster.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.forecast.ForecastSettings;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final Duration STARTUP = Duration.ofMinutes(3);
  private static final SimulatedFleet.Settings FLEET =
      new SimulatedFleet.Settings(125, 0.8, STARTUP, SimulatedFleet.Cpu.NONE);
  private static final int FIVE_MINUTES_A_DAY = 288;

  /** Days of 200 requests/s, with 2000 from 9 to 17 o'clock. */
  private static TraceLoad days(int count) {
    double[] values = new double[count * FIVE_MINUTES_A_DAY + 1];
    Arrays.setAll(
        values,
        i -> {
          int hour = i % FIVE_MINUTES_A_DAY / 12;
          return hour < 9 || hour >= 17 ? 200 : 2000;
        });
    return TraceLoad.of("office", MONDAY, Duration.ofMinutes(5), values);
  }

  private static ClosedLoop loop(Instant judgedFrom) {
    Scaler scaler =
        new Scaler(
            new ScalerId("crm", "crm"),
            new TargetRef("apps/v1", "Deployment", "crm"),
            Mode.ENFORCING,
            new Bounds(2, 40),
            new Source(
                new SeriesSelector("load", SeriesSelector.Type.GAUGE, Map.of()), Optional.empty()),
            Optional.empty(),
            new Objective.RequestsPerReplica(100),
            new Objective.RequestsPerReplica(62.5),
            0.95,
            new LeadTime.Learned(),
            Behavior.DEFAULT);
    ForecastSettings defaults = ForecastSettings.DEFAULT;
    return new ClosedLoop(
        new ClosedLoop.Settings(
            scaler,
            FLEET,
            judgedFrom,
            Calendar.EMPTY,
            defaults,
            PeakPlanner.Settings.DEFAULT,
            Decider.Settings.DEFAULT));
  }

  @Test
  void learnsTheMorningAndCostsLessThanAnyHpaThatViolatesNoMore() {
    TraceLoad load = days(5);
    Instant judgedFrom = load.end().minus(Duration.ofDays(1));
    SimulatedFleet.Account ours = loop(judgedFrom).play(load, minute -> {});
    List<Rival> rivals = Rival.playAll(load, FLEET, new Bounds(2, 40), judgedFrom);
    Rival oracle = named(rivals, "oracle");
    List<Rival> asGood =
        rivals.stream()
            .filter(rival -> rival.name().startsWith("hpa-"))
            .filter(rival -> rival.account().violationShare() <= ours.violationShare())
            .toList();
    assertThat(asGood)
        .isNotEmpty()
        .allSatisfy(
            hpa -> assertThat(hpa.account().replicaHours()).isGreaterThan(ours.replicaHours()));
    assertThat(ours.replicaHours()).isGreaterThan(oracle.account().replicaHours());
    assertThat(oracle.account().violationShare()).isZero();
  }

  @Test
  void isTheSameEachTimeAndNeverLooksAhead() {
    TraceLoad full = days(3);
    double[] shorter = new double[2 * FIVE_MINUTES_A_DAY + 145];
    Arrays.setAll(shorter, i -> full.at(MONDAY.plusSeconds(300L * i)));
    TraceLoad cut = TraceLoad.of("cut", MONDAY, Duration.ofMinutes(5), shorter);
    Instant judgedFrom = MONDAY.plus(Duration.ofHours(44));
    List<Decision> all = new ArrayList<>();
    loop(judgedFrom).play(full, minute -> all.add(minute.decision()));
    List<Decision> known = new ArrayList<>();
    loop(judgedFrom).play(cut, minute -> known.add(minute.decision()));
    assertThat(known).hasSize(16 * 60 + 1);
    assertThat(all.subList(0, known.size())).isEqualTo(known);
  }

  @Test
  void aLoadThatEndsBeforeItIsJudgedIsRejected() {
    TraceLoad load = days(1);
    assertThatThrownBy(() -> loop(load.end().plusSeconds(600)).play(load, minute -> {}))
        .hasMessageContaining("from which it is judged");
  }

  @Test
  void theFleetThatIsPlayedIsTheOneThatWasAskedFor() {
    TraceLoad load = days(2);
    Instant judgedFrom = load.end().minus(Duration.ofHours(20));
    List<Decision> decisions = new ArrayList<>();
    SimulatedFleet.Account account =
        loop(judgedFrom).play(load, minute -> decisions.add(minute.decision()));
    double replicaHours =
        decisions.stream().limit(decisions.size() - 1L).mapToInt(Decision::desiredReplicas).sum()
            / 60.0;
    assertThat(account.replicaHours()).isCloseTo(replicaHours, within(1e-6));
  }

  private static Rival named(List<Rival> rivals, String name) {
    return rivals.stream().filter(rival -> rival.name().equals(name)).findFirst().orElseThrow();
  }
}
