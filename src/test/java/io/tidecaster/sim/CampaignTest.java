package io.tidecaster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.calendar.Event;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.sim.SimulatedFleet.Account;
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
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A mailing to all customers: five times the load within two minutes, replicas ready after 3. */
class CampaignTest {
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final int CAMPAIGN = (2 * 24 + 10) * 60;
  private static final Duration STARTUP = Duration.ofMinutes(3);
  private static final Bounds BOUNDS = new Bounds(2, 60);
  private static final SimulatedFleet.Settings FLEET =
      new SimulatedFleet.Settings(125, 0.8, STARTUP, SimulatedFleet.Cpu.NONE);

  /** About 400 requests/s by day and night; on Wednesday from 10 to 11, 2000. */
  private static TraceLoad load() {
    SplittableRandom noise = new SplittableRandom(7);
    double[] values = new double[CAMPAIGN + 90];
    Arrays.setAll(
        values,
        minute -> {
          double share = Math.clamp((minute - CAMPAIGN) / 2.0, 0, 1);
          double ended = Math.clamp((minute - CAMPAIGN - 60) / 2.0, 0, 1);
          return 400 * (1 + 4 * (share - ended)) * (1 + noise.nextDouble(-0.03, 0.03));
        });
    return TraceLoad.of("campaign", MONDAY, Duration.ofMinutes(1), values);
  }

  private static Instant judgedFrom() {
    return MONDAY.plus(Duration.ofMinutes(CAMPAIGN - 60));
  }

  private static Calendar announced() {
    Instant start = MONDAY.plus(Duration.ofMinutes(CAMPAIGN));
    return new Calendar(
        ZoneOffset.UTC,
        List.of(
            new Event(
                start,
                start.plus(Duration.ofHours(1)),
                "campaign",
                "Spring sale",
                OptionalDouble.of(5),
                start.minus(Duration.ofMinutes(30)))));
  }

  private static Account play(Calendar calendar) {
    Scaler scaler =
        new Scaler(
            new ScalerId("crm", "crm"),
            new TargetRef("apps/v1", "Deployment", "crm"),
            Mode.ENFORCING,
            BOUNDS,
            new Source(
                new SeriesSelector("load", SeriesSelector.Type.GAUGE, Map.of()), Optional.empty()),
            Optional.empty(),
            new Objective.RequestsPerReplica(100),
            new Objective.RequestsPerReplica(62.5),
            0.95,
            new LeadTime.Learned(),
            Behavior.DEFAULT);
    ClosedLoop loop =
        new ClosedLoop(
            new ClosedLoop.Settings(
                judgedFrom(),
                calendar,
                ForecastSettings.DEFAULT,
                PeakPlanner.Settings.DEFAULT,
                Decider.Settings.DEFAULT));
    return loop.play(load(), List.of(new ClosedLoop.Player(scaler, FLEET, _ -> {})), () -> {})
        .getFirst();
  }

  @Test
  void anAnnouncedCampaignIsMetWithoutAViolationAndAnUnannouncedOneSoonerThanByAnHpa() {
    Account announced = play(announced());
    Account unannounced = play(Calendar.EMPTY);
    Account hpa =
        Rival.playAll(load(), FLEET, BOUNDS, judgedFrom()).stream()
            .filter(rival -> rival.name().equals("hpa-50%"))
            .findFirst()
            .orElseThrow()
            .account();
    assertThat(announced.violationSeconds()).isZero();
    assertThat(unannounced.violationSeconds()).isEqualTo(345).isLessThan(hpa.violationSeconds());
    assertThat(hpa.violationSeconds()).isEqualTo(390);
    // what is announced costs no more than running after it, and less than the HPA's spare replicas
    assertThat(announced.replicaHours())
        .isLessThan(unannounced.replicaHours() * 1.05)
        .isLessThan(hpa.replicaHours());
  }
}
