package io.tidecaster.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tidecaster.decide.Comparison;
import io.tidecaster.decide.Decision;
import io.tidecaster.forecast.LiveAccuracy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What is told of one scaler, by the replica that owns it and by no other: once it is owned
 * elsewhere, its series end here.
 */
final class ScalerMeters implements AutoCloseable {
  /** How far ahead forecasts are judged: 29 gauges a scaler. */
  private static final List<Duration> JUDGED_AHEAD =
      List.of(
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofMinutes(30),
          Duration.ofMinutes(60));

  private static final double SECONDS_PER_HOUR = 3600;
  private static final double SECONDS_PER_MINUTE = 60;

  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Double> levels;
  private final List<Meter> meters = new ArrayList<>();
  private final Set<String> reasons = new HashSet<>();
  private volatile Decision last;
  private volatile Comparison comparison;
  private volatile Optional<LiveAccuracy> accuracy;

  /**
   * @param levels the quantiles that are forecast
   */
  ScalerMeters(
      MeterRegistry registry,
      List<Double> levels,
      Decision first,
      Optional<LiveAccuracy> firstAccuracy) {
    this.registry = registry;
    this.tags = Tags.of("namespace", first.scaler().namespace(), "scaler", first.scaler().name());
    this.levels = levels;
    this.last = first;
    this.comparison = Comparison.from(first.at());
    this.accuracy = firstAccuracy;
    ofTheDecision();
    ofTheForecast();
    ofTheFleet("actual", Comparison::ours);
    ofTheFleet("hpa", Comparison::hpa);
    reason(first);
  }

  /** A newer decision of the same scaler. */
  synchronized void decided(Decision decision, Optional<LiveAccuracy> live) {
    comparison = comparison.plus(last, decision);
    last = decision;
    accuracy = live;
    reason(decision);
  }

  private void ofTheDecision() {
    gauge("tidecaster.replicas", "Replicas asked for.", d -> d.fleet().specReplicas());
    gauge("tidecaster.replicas.ready", "Replicas ready.", d -> d.fleet().readyReplicas());
    gauge("tidecaster.replicas.desired", "Replicas decided on.", Decision::desiredReplicas);
    gauge(
        "tidecaster.hpa.replicas",
        "Replicas an HPA would ask for.",
        d -> d.hpa().desiredReplicas());
    gauge(
        "tidecaster.hpa.replicas.ready",
        "Replicas an HPA would have ready.",
        d -> d.hpa().readyReplicas());
    gauge(
        "tidecaster.load",
        "Load of the last minute, in the unit of its series.",
        d -> d.load().orElse(Double.NaN));
    gauge(
        "tidecaster.capacity",
        "Load one replica is meant to bear.",
        d -> d.capacity().map(capacity -> capacity.perReplica()).orElse(Double.NaN));
    gauge(
        "tidecaster.lead.time.seconds",
        "How long a new replica takes.",
        d -> d.leadTime().toMillis() / 1000.0);
    gauge(
        "tidecaster.decision.time.seconds",
        "Event time of the last decision, in seconds since 1970.",
        d -> d.at().toEpochMilli() / 1000.0);
  }

  private void ofTheForecast() {
    gauge(
        "tidecaster.forecast.peak",
        "Forecast peak within the lead time, service level.",
        d -> d.forecast().peakAtServiceLevel().orElse(Double.NaN));
    gauge(
        "tidecaster.forecast.ready",
        "1 where the forecast is acted on, 0 where the load of the moment alone decides.",
        d -> d.forecast().notReady().isPresent() ? 0 : 1);
    quantile("0.5", Decision.ForecastSummary::q50);
    quantile("0.9", Decision.ForecastSummary::q90);
    quantile("0.95", Decision.ForecastSummary::q95);
    quantile("0.99", Decision.ForecastSummary::q99);
    accuracy(
        "tidecaster.forecast.trusted",
        "1 while decisions go by the forecasts.",
        tags,
        live -> live.trusted() ? 1 : 0);
    for (Duration ahead : JUDGED_AHEAD) {
      Tags at = tags.and("ahead_seconds", Long.toString(ahead.toSeconds()));
      accuracy(
          "tidecaster.forecast.skill",
          "1 - pinball loss / the seasonal naive forecast's; above 0 is better.",
          at,
          live -> lead(live, ahead, LiveAccuracy.Lead::skill));
      accuracy(
          "tidecaster.forecast.pinball",
          "Mean pinball loss, in the unit of the load.",
          at,
          live -> lead(live, ahead, LiveAccuracy.Lead::pinball));
      accuracy(
          "tidecaster.forecast.naive.pinball",
          "The seasonal naive forecast's pinball loss.",
          at,
          live -> lead(live, ahead, LiveAccuracy.Lead::naivePinball));
      for (int i = 0; i < levels.size(); i++) {
        int level = i;
        accuracy(
            "tidecaster.forecast.coverage",
            "Share of loads at or under the quantile.",
            at.and("quantile", levels.get(i).toString()),
            live -> lead(live, ahead, lead -> lead.coverage().get(level)));
      }
    }
  }

  private void quantile(
      String level, Function<Decision.ForecastSummary, OptionalDouble> ofSummary) {
    meters.add(
        Gauge.builder(
                "tidecaster.forecast.load",
                this,
                self -> ofSummary.apply(self.last.forecast()).orElse(Double.NaN))
            .description("Load forecast for a lead time ahead, by quantile.")
            .tags(tags.and("quantile", level))
            .register(registry));
  }

  private void ofTheFleet(String fleet, Function<Comparison, Comparison.Account> account) {
    counter(
        "tidecaster.replica.seconds",
        "Replicas asked for, times seconds; since this replica owns the scaler.",
        fleet,
        c -> account.apply(c).replicaHours() * SECONDS_PER_HOUR);
    counter(
        "tidecaster.violation.seconds",
        "Seconds in minutes whose load was above ready replicas x capacity.",
        fleet,
        c -> account.apply(c).violationMinutes() * SECONDS_PER_MINUTE);
    counter(
        "tidecaster.requests.in.violation",
        "Requests that arrived in these minutes.",
        fleet,
        c -> account.apply(c).requestsInViolation());
    counter(
        "tidecaster.requests.counted",
        "Requests that arrived in all minutes compared.",
        fleet,
        c -> account.apply(c).requests());
  }

  /** 1 at the reason and mode of the last decision, 0 at those of earlier ones. */
  private synchronized void reason(Decision decision) {
    String reason = decision.outcome().reasonLabel();
    String mode = decision.mode().label();
    if (reasons.add(mode + reason)) {
      gauge(
          "tidecaster.decision.reason",
          "1 at the mode and reason of the last decision.",
          tags.and("reason", reason, "mode", mode),
          d -> d.outcome().reasonLabel().equals(reason) && d.mode().label().equals(mode) ? 1 : 0);
    }
  }

  private static double lead(
      LiveAccuracy live, Duration ahead, ToDoubleFunction<LiveAccuracy.Lead> figure) {
    return live.leads().stream()
        .filter(lead -> lead.ahead().equals(ahead))
        .mapToDouble(figure)
        .findFirst()
        .orElse(Double.NaN);
  }

  private void gauge(String name, String description, ToDoubleFunction<Decision> figure) {
    gauge(name, description, tags, figure);
  }

  private void gauge(
      String name, String description, Tags with, ToDoubleFunction<Decision> figure) {
    meters.add(
        Gauge.builder(name, this, self -> figure.applyAsDouble(self.last))
            .description(description)
            .tags(with)
            .register(registry));
  }

  private void accuracy(
      String name, String description, Tags with, ToDoubleFunction<LiveAccuracy> figure) {
    meters.add(
        Gauge.builder(
                name, this, self -> self.accuracy.map(figure::applyAsDouble).orElse(Double.NaN))
            .description(description)
            .tags(with)
            .register(registry));
  }

  private void counter(
      String name, String description, String fleet, ToDoubleFunction<Comparison> figure) {
    meters.add(
        FunctionCounter.builder(name, this, self -> figure.applyAsDouble(self.comparison))
            .description(description)
            .tags(tags.and("fleet", fleet))
            .register(registry));
  }

  @Override
  public synchronized void close() {
    meters.forEach(registry::remove);
    meters.clear();
  }
}
