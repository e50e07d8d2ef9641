package io.tidecaster.decide;

import static io.tidecaster.decide.Situations.NINE;
import static io.tidecaster.decide.Situations.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ShadowFleetTest {
  private static final Duration LEAD = Duration.ofMinutes(3);
  private static final Optional<Capacity> SEVENTY =
      Optional.of(new Capacity(70, Capacity.Origin.STATED));

  private static ShadowFleet shadow(int replicas) {
    return ShadowFleet.of(Situations.scaler(Behavior.DEFAULT), replicas);
  }

  private static ShadowFleet minutes(ShadowFleet shadow, int from, int to, double load) {
    ShadowFleet fleet = shadow;
    for (int minute = from; minute < to; minute++) {
      Instant now = NINE.plus(Duration.ofMinutes(minute));
      fleet = fleet.step(now, OptionalDouble.of(load), SEVENTY, LEAD);
    }
    return fleet;
  }

  @Test
  void asksAtOnceAndHasThemAfterTheLeadTime() {
    ShadowFleet asked = minutes(shadow(3), 0, 1, 400);
    // ceil(400 / 70) = 6
    assertThat(asked.shadow()).isEqualTo(new Decision.Shadow(6, 3));
    assertThat(minutes(asked, 1, 3, 400).shadow()).isEqualTo(new Decision.Shadow(6, 3));
    assertThat(minutes(asked, 1, 4, 400).shadow()).isEqualTo(new Decision.Shadow(6, 6));
  }

  @Test
  void waitsFiveMinutesBeforeItScalesIn() {
    ShadowFleet busy = minutes(shadow(6), 0, 10, 400);
    assertThat(minutes(busy, 10, 14, 150).shadow()).isEqualTo(new Decision.Shadow(6, 6));
    assertThat(minutes(busy, 10, 15, 150).shadow()).isEqualTo(new Decision.Shadow(3, 3));
  }

  @Test
  void ofThoseToGoTheYoungestGoFirst() {
    Behavior atOnce = new Behavior(Behavior.DEFAULT.scaleUp(), Situations.FREE.scaleDown());
    ShadowFleet.Rule rule =
        new ShadowFleet.Rule(
            ShadowFleet.Metric.TOTAL, new Bounds(2, 10), atOnce, Double.POSITIVE_INFINITY);
    ShadowFleet growing = minutes(ShadowFleet.of(rule, 3), 0, 1, 400);
    growing = growing.step(NINE.plusSeconds(60), OptionalDouble.of(540), SEVENTY, LEAD);
    assertThat(growing.starting()).hasSize(2);
    growing = growing.step(NINE.plusSeconds(120), OptionalDouble.of(340), SEVENTY, LEAD);
    // from 8 to 5: the two of the second minute go, and one of the first
    assertThat(growing.starting()).containsExactly(new ShadowFleet.Starting(NINE.plus(LEAD), 2));
    assertThat(growing.ready()).isEqualTo(3);
  }

  @Test
  void anUnknownLoadChangesNothing() {
    ShadowFleet shadow = minutes(shadow(6), 0, 6, 400);
    assertThat(shadow.step(NINE.plusSeconds(600), OptionalDouble.empty(), SEVENTY, LEAD))
        .isEqualTo(shadow);
  }

  @Test
  void aPodMetricSaturatesAndSeesOnlyPodsThatAreReady() {
    ShadowFleet.Rule rule =
        new ShadowFleet.Rule(
            ShadowFleet.Metric.POD, new Bounds(2, 60), Behavior.DEFAULT, 2 /* full use */);
    ShadowFleet shadow = ShadowFleet.of(rule, 4);
    shadow = shadow.step(NINE, OptionalDouble.of(4000), SEVENTY, LEAD);
    // the pods show twice their target, however much arrives: ceil(4 × 2) = 8
    assertThat(shadow.desired()).isEqualTo(8);
    shadow = shadow.step(NINE.plusSeconds(15), OptionalDouble.of(4000), SEVENTY, LEAD);
    // four that start count as idle: 4 × 2 ÷ 8 is on target
    assertThat(shadow.desired()).isEqualTo(8);
  }

  @Test
  void isRebuiltFromTheJournal() {
    ShadowFleet lived = shadow(3);
    List<Decision> journal = new ArrayList<>();
    double[] loads = {200, 260, 390, 500, 480, 470, 300, 210, 200, 190, 180, 170, 160};
    for (int minute = 0; minute < loads.length; minute++) {
      Instant now = NINE.plus(Duration.ofMinutes(minute));
      lived = lived.step(now, OptionalDouble.of(loads[minute]), SEVENTY, LEAD);
      journal.add(given(3, loads[minute]).at(now).shadow(lived.shadow()).decide());
    }
    ShadowFleet rebuilt = ShadowFleet.replay(Situations.scaler(Behavior.DEFAULT), journal, 1);
    assertThat(rebuilt.shadow()).isEqualTo(lived.shadow());
    assertThat(rebuilt.starting()).isEqualTo(lived.starting());
    assertThat(ShadowFleet.replay(Situations.scaler(Behavior.DEFAULT), List.of(), 5).desired())
        .isEqualTo(5);
  }
}
