package io.tidecaster.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.workload.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RivalTest {
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");
  private static final SimulatedFleet.Settings FLEET =
      new SimulatedFleet.Settings(125, 0.8, Duration.ofSeconds(60), SimulatedFleet.Cpu.NONE);

  private static Rival play(String name, double... values) {
    TraceLoad load = TraceLoad.of("load", NINE, Duration.ofMinutes(5), values);
    List<Rival> rivals = Rival.playAll(load, FLEET, new Bounds(2, 60), NINE);
    return named(rivals, name);
  }

  @Test
  void theOracleStartsEachReplicaJustInTime() {
    Rival oracle = play("oracle", 400, 400, 900, 900);
    assertThat(oracle.account().violationShare()).isZero();
    // 100 more a minute from 9:05 on: above 400 at once, so the fifth starts a minute before
    assertThat(oracle.asked(4)).isEqualTo(4);
    assertThat(oracle.asked(5)).isEqualTo(5);
    assertThat(oracle.asked(14)).isEqualTo(9);
  }

  @Test
  void theHpaKeepsItsPodsAtTheirTarget() {
    Rival hpa = play("hpa-50%", 1000, 1000, 1000);
    // 1000 / (125 × 0.5) = 16
    assertThat(hpa.asked(9)).isEqualTo(16);
    assertThat(hpa.ready(9)).isEqualTo(16);
  }

  @Test
  void kedaDividesTheLoadByItsTarget() {
    // 1000 / (125 × 0.4) = 20
    assertThat(play("keda-40%", 1000, 1000, 1000).asked(9)).isEqualTo(20);
  }

  @Test
  void theStaticFleetIsWhatThePeakNeeds() {
    Rival fixed = play("static-peak", 100, 1500, 100);
    assertThat(fixed.account().replicaHours()).isCloseTo(15 * 10 / 60.0, within(0.1));
    assertThat(fixed.account().scalings()).isZero();
  }

  @Test
  void aSchedulePutsTheUsualPeakOfTheHourUnderTheHpa() {
    double[] values = new double[3 * 288 + 1];
    // 1000 from 8 to 10 o'clock each day, else 100; the trace begins at 9:00
    Arrays.setAll(values, i -> (i / 12 + 9) % 24 >= 8 && (i / 12 + 9) % 24 < 10 ? 1000 : 100);
    TraceLoad load = TraceLoad.of("office", NINE, Duration.ofMinutes(5), values);
    Instant from = NINE.plus(Duration.ofHours(46));
    List<Rival> rivals = Rival.playAll(load, FLEET, new Bounds(2, 60), from);
    // it rises from 7:55 on: the usual peak of that hour is 820, ceil(820 / (125 × 0.5)) = 14
    assertThat(named(rivals, "schedule-50%").asked(30)).isEqualTo(14);
    // ceil(1000 / 62.5) = 16 from 8:00 on
    assertThat(named(rivals, "schedule-50%").asked(60)).isEqualTo(16);
    assertThat(named(rivals, "hpa-50%").asked(30)).isEqualTo(2);
    // the hourly forecast stands five minutes before the hour
    assertThat(named(rivals, "aws-predictive-50%").asked(54)).isEqualTo(2);
    assertThat(named(rivals, "aws-predictive-50%").asked(55)).isEqualTo(16);
  }

  @Test
  void thePredictiveHpaProlongsItsOwnRecommendations() {
    // 4, 5, 6: two further steps → 8
    assertThat(Rival.extrapolate(new int[] {4, 5, 6}, 2)).isCloseTo(8, within(1e-12));
    assertThat(Rival.extrapolate(new int[] {7}, 2)).isEqualTo(7);
    // a load that rises: it asks for more than the HPA does
    assertThat(play("phpa-linear-50%", 500, 1500, 2500).asked(6))
        .isGreaterThan(play("hpa-50%", 500, 1500, 2500).asked(6));
  }

  private static Rival named(List<Rival> rivals, String name) {
    return rivals.stream().filter(rival -> rival.name().equals(name)).findFirst().orElseThrow();
  }
}
