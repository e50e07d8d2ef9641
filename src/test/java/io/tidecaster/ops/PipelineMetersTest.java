package io.tidecaster.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.ScaleReason;
import io.tidecaster.forecast.LiveAccuracy;
import io.tidecaster.history.MinuteAssembler;
import io.tidecaster.size.CpuBounds;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeInputs;
import io.tidecaster.size.SizeMemory;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.size.Throttling;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PipelineMetersTest {
  private static final ScalerId CRM = new ScalerId("crm", "web");
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");
  private static final Optional<LiveAccuracy> NEW = Optional.empty();

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final PipelineMeters meters = new PipelineMeters(registry);

  @Test
  void tellsTheReasonOfTheLastDecisionAlone() {
    decided(NINE, new Outcome.Scale(3, 5, ScaleReason.FORECAST_ABOVE_CAPACITY), 100);
    decided(NINE.plusSeconds(60), new Outcome.Hold(5, HoldReason.ENOUGH), 100);

    assertThat(value("tidecaster.decision.reason", "reason", "ForecastAboveCapacity")).isZero();
    assertThat(value("tidecaster.decision.reason", "reason", "Enough")).isOne();
    assertThat(value("tidecaster.replicas.desired")).isEqualTo(5);
  }

  @Test
  void countsWhatAMinuteCostAndRiskedForBothFleets() {
    decided(NINE, new Outcome.Hold(3, HoldReason.ENOUGH), 100);
    // 3 ready × 70 = 210 bear 200; the HPA's 2 × 70 = 140 do not
    decided(NINE.plusSeconds(60), new Outcome.Hold(3, HoldReason.ENOUGH), 200);

    assertThat(value("tidecaster.replica.seconds", "fleet", "actual")).isCloseTo(180, within(1e-6));
    assertThat(value("tidecaster.replica.seconds", "fleet", "hpa")).isCloseTo(120, within(1e-6));
    assertThat(value("tidecaster.violation.seconds", "fleet", "actual")).isZero();
    assertThat(value("tidecaster.violation.seconds", "fleet", "hpa")).isEqualTo(60);
    assertThat(value("tidecaster.requests.in.violation", "fleet", "hpa")).isEqualTo(200 * 60);
  }

  @Test
  void whatIsNotKnownIsNoFigure() {
    decided(NINE, new Outcome.Hold(3, HoldReason.METRICS_MISSING), Double.NaN);

    assertThat(value("tidecaster.load")).isNaN();
    assertThat(value("tidecaster.forecast.skill", "ahead_seconds", "900")).isNaN();
    assertThat(value("tidecaster.forecast.coverage", "quantile", "0.9")).isNaN();
    assertThat(value("tidecaster.forecast.ready")).isZero();
  }

  @Test
  void theAccuracyIsToldByTimeAhead() {
    LiveAccuracy live =
        new LiveAccuracy(true, 500, 0.25, List.of(lead(15, 2, 4, 0.8), lead(30, 4, 4, 0.9)));
    meters.decided(
        decision(NINE, new Outcome.Hold(3, HoldReason.ENOUGH), 100),
        Optional.of(live),
        Duration.ZERO,
        0);

    // 1 - 2 / 4
    assertThat(value("tidecaster.forecast.skill", "ahead_seconds", "900")).isEqualTo(0.5);
    assertThat(value("tidecaster.forecast.skill", "ahead_seconds", "1800")).isZero();
    assertThat(value("tidecaster.forecast.skill", "ahead_seconds", "3600")).isNaN();
    assertThat(value("tidecaster.forecast.pinball", "ahead_seconds", "900")).isEqualTo(2);
    assertThat(value("tidecaster.forecast.coverage", "ahead_seconds", "900", "quantile", "0.9"))
        .isEqualTo(0.8);
    assertThat(value("tidecaster.forecast.trusted")).isOne();
  }

  @Test
  void aScalerThatIsOwnedElsewhereIsNotToldOfHere() {
    decided(NINE, new Outcome.Hold(3, HoldReason.ENOUGH), 100);
    meters.forget(CRM);

    assertThat(registry.getMeters().stream().map(Meter::getId))
        .noneMatch(id -> "web".equals(id.getTag("scaler")));

    decided(NINE.plusSeconds(60), new Outcome.Hold(4, HoldReason.ENOUGH), 100);
    assertThat(value("tidecaster.replicas.desired")).isEqualTo(4);
  }

  @Test
  void theSizeOfAReplicaIsToldWhileItIsKnown() {
    decided(NINE, new Outcome.Hold(1, HoldReason.ENOUGH), 100);
    meters.sized(CRM, Optional.of(size(Optional.of(new SizeNeed(480, 2375)))));
    assertThat(value("tidecaster.size.cpu.cores")).isEqualTo(0.5);
    assertThat(value("tidecaster.size.needed.cpu.cores")).isEqualTo(2.375);
    // 2375m and 2 % on top, in steps of 10m
    assertThat(value("tidecaster.size.desired.cpu.cores")).isEqualTo(2.43);
    assertThat(value("tidecaster.size.reason", "reason", "ForecastAboveSize")).isOne();

    meters.sized(CRM, Optional.of(size(Optional.empty())));
    assertThat(value("tidecaster.size.needed.cpu.cores")).isNaN();
    assertThat(value("tidecaster.size.desired.cpu.cores")).isEqualTo(0.5);
    assertThat(value("tidecaster.size.reason", "reason", "ForecastAboveSize")).isZero();
    assertThat(value("tidecaster.size.reason", "reason", "UseUnknown")).isOne();

    meters.sized(CRM, Optional.empty());
    assertThat(registry.getMeters().stream().map(Meter::getId))
        .noneMatch(id -> id.getName().startsWith("tidecaster.size"));
  }

  @Test
  void theSizeOfEachContainerIsToldApartAndEndsByItself() {
    SizeDecision web = size(Optional.of(new SizeNeed(480, 2375)));
    SizeDecision envoy =
        SizeDecision.of(
            NINE,
            "envoy",
            new SizeInputs(
                SizeDecider.Settings.DEFAULT,
                100,
                Optional.of(new SizeNeed(50, 90)),
                new CpuBounds(50, 4000),
                SizeMemory.EMPTY));
    meters.sized(CRM, Optional.of(web.with(List.of(envoy))));
    assertThat(value("tidecaster.size.cpu.cores", "container", "web")).isEqualTo(0.5);
    assertThat(value("tidecaster.size.cpu.cores", "container", "envoy")).isEqualTo(0.1);

    meters.sized(CRM, Optional.of(web));
    assertThat(registry.getMeters().stream().map(Meter::getId))
        .noneMatch(id -> "envoy".equals(id.getTag("container")))
        .anyMatch(id -> "web".equals(id.getTag("container")));
  }

  @Test
  void theThrottledShareIsToldBesideItsBoundAndIsNoFigureWhereNobodyLooks() {
    meters.sized(CRM, Optional.of(throttled(OptionalDouble.of(0.4))));
    assertThat(value("tidecaster.size.throttled.ratio")).isEqualTo(0.4);
    assertThat(value("tidecaster.size.max.throttled.ratio")).isEqualTo(0.05);

    meters.sized(CRM, Optional.of(throttled(OptionalDouble.empty())));
    assertThat(value("tidecaster.size.throttled.ratio")).isNaN();
    assertThat(value("tidecaster.size.max.throttled.ratio")).isEqualTo(0.05);

    meters.sized(CRM, Optional.of(size(Optional.empty())));
    assertThat(value("tidecaster.size.throttled.ratio")).isNaN();
    assertThat(value("tidecaster.size.max.throttled.ratio")).isNaN();
  }

  private static SizeDecision throttled(OptionalDouble share) {
    return size(Optional.empty(), Optional.of(new Throttling(share, 0.05, true, Optional.empty())));
  }

  private static SizeDecision size(Optional<SizeNeed> need) {
    return size(need, Optional.empty());
  }

  private static SizeDecision size(Optional<SizeNeed> need, Optional<Throttling> throttling) {
    return SizeDecision.of(
        NINE,
        "web",
        new SizeInputs(
            SizeDecider.Settings.DEFAULT,
            500,
            need,
            new CpuBounds(250, 4000),
            SizeMemory.EMPTY,
            throttling));
  }

  @Test
  void samplesAreCountedByWhatBecameOfThem() {
    meters.took(new MinuteAssembler.Counts(10, 2, 1, 7, 0, 0, 0, 3));

    assertThat(registry.counter("tidecaster.samples", "outcome", "Late").count()).isEqualTo(2);
    assertThat(registry.counter("tidecaster.samples", "outcome", "Refused").count()).isEqualTo(3);
    assertThat(registry.find("tidecaster.samples").tag("outcome", "Reset").counter()).isNull();
  }

  private static LiveAccuracy.Lead lead(
      long minutes, double pinball, double naive, double coverage) {
    return new LiveAccuracy.Lead(
        Duration.ofMinutes(minutes), pinball, naive, List.of(0.5, coverage, 0.95, 0.99));
  }

  private void decided(Instant at, Outcome outcome, double load) {
    meters.decided(decision(at, outcome, load), NEW, Duration.ZERO, 0);
  }

  private static Decision decision(Instant at, Outcome outcome, double load) {
    OptionalDouble empty = OptionalDouble.empty();
    return new Decision(
        CRM,
        at,
        Mode.ENFORCING,
        new Fleet(3, 3, empty, "42"),
        Double.isNaN(load) ? empty : OptionalDouble.of(load),
        new Decision.ForecastSummary(
            empty, empty, empty, empty, empty, Optional.empty(), Optional.of("TooLittleHistory")),
        Optional.of(new Capacity(70, Capacity.Origin.LEARNED)),
        Duration.ofMinutes(3),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        outcome,
        new Decision.Shadow(2, 2),
        "A sentence.");
  }

  private double value(String name, String... tags) {
    return registry.get(name).tags(tags).meter().measure().iterator().next().getValue();
  }
}
