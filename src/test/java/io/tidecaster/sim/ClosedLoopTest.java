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
import java.util.function.Consumer;
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

  private static Scaler scaler(double serviceLevel) {
    return new Scaler(
        new ScalerId("crm", "crm"),
        new TargetRef("apps/v1", "Deployment", "crm"),
        Mode.ENFORCING,
        new Bounds(2, 40),
        new Source(
            new SeriesSelector("load", SeriesSelector.Type.GAUGE, Map.of()), Optional.empty()),
        Optional.empty(),
        new Objective.RequestsPerReplica(100),
        new Objective.RequestsPerReplica(62.5),
        serviceLevel,
        new LeadTime.Learned(),
        Behavior.DEFAULT);
  }

  private static ClosedLoop loop(Instant judgedFrom) {
    return new ClosedLoop(
        new ClosedLoop.Settings(
            judgedFrom,
            Calendar.EMPTY,
            ForecastSettings.DEFAULT,
            PeakPlanner.Settings.DEFAULT,
            Decider.Settings.DEFAULT));
  }

  private static SimulatedFleet.Account play(
      TraceLoad load, Instant judgedFrom, Consumer<Decision> listener) {
    ClosedLoop.Player player =
        new ClosedLoop.Player(scaler(0.95), FLEET, minute -> listener.accept(minute.decision()));
    return loop(judgedFrom).play(load, List.of(player), () -> {}).getFirst();
  }

  @Test
  void learnsTheMorningAndCostsLessThanAnyHpaThatViolatesNoMore() {
    TraceLoad load = days(5);
    Instant judgedFrom = load.end().minus(Duration.ofDays(1));
    SimulatedFleet.Account ours = play(load, judgedFrom, _ -> {});
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
    play(full, judgedFrom, all::add);
    List<Decision> known = new ArrayList<>();
    play(cut, judgedFrom, known::add);
    assertThat(known).hasSize(16 * 60 + 1);
    assertThat(all.subList(0, known.size())).isEqualTo(known);
  }

  @Test
  void aLoadThatEndsBeforeItIsJudgedIsRejected() {
    TraceLoad load = days(1);
    assertThatThrownBy(() -> play(load, load.end().plusSeconds(600), _ -> {}))
        .hasMessageContaining("from which it is judged");
  }

  @Test
  void theFleetThatIsPlayedIsTheOneThatWasAskedFor() {
    TraceLoad load = days(2);
    Instant judgedFrom = load.end().minus(Duration.ofHours(20));
    List<Decision> decisions = new ArrayList<>();
    SimulatedFleet.Account account = play(load, judgedFrom, decisions::add);
    double replicaHours =
        decisions.stream().limit(decisions.size() - 1L).mapToInt(Decision::desiredReplicas).sum()
            / 60.0;
    assertThat(account.replicaHours()).isCloseTo(replicaHours, within(1e-6));
  }

  @Test
  void thoseThatGoSideBySideDecideAsEachWouldAlone() {
    TraceLoad load = days(2);
    Instant judgedFrom = load.end().minus(Duration.ofHours(8));
    SimulatedFleet.Settings slow =
        new SimulatedFleet.Settings(125, 0.8, Duration.ofMinutes(5), SimulatedFleet.Cpu.NONE);
    List<Decision> alone = new ArrayList<>();
    SimulatedFleet.Account account = play(load, judgedFrom, alone::add);
    List<Decision> beside = new ArrayList<>();
    List<ClosedLoop.Player> players =
        List.of(
            new ClosedLoop.Player(scaler(0.8), slow, _ -> {}),
            new ClosedLoop.Player(scaler(0.95), FLEET, minute -> beside.add(minute.decision())),
            new ClosedLoop.Player(scaler(0.99), FLEET, _ -> {}));
    assertThat(loop(judgedFrom).play(load, players, () -> {}))
        .hasSize(3)
        .element(1)
        .isEqualTo(account);
    assertThat(beside).isEqualTo(alone);
  }

  @Test
  void playersOfDifferentScalersAreRejected() {
    TraceLoad load = days(1);
    assertThatThrownBy(() -> loop(load.start()).play(load, List.of(), () -> {}))
        .hasMessage("players of []; play those of one scaler together");
  }

  private static Rival named(List<Rival> rivals, String name) {
    return rivals.stream().filter(rival -> rival.name().equals(name)).findFirst().orElseThrow();
  }
}
