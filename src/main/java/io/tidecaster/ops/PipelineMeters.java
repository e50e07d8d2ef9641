package io.tidecaster.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tidecaster.decide.Decision;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.forecast.LiveAccuracy;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/** What the pipeline tells an operator: {@code tidecaster_…} in base units. */
public final class PipelineMeters {
  /** How far ahead forecasts are judged: 29 gauges a scaler. */
  private static final List<Duration> JUDGED_AHEAD =
      List.of(
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofMinutes(30),
          Duration.ofMinutes(60));

  private static final List<Double> LEVELS = ForecastSettings.DEFAULT.levels();

  private final MeterRegistry registry;
  private final Counter minutesKnown;
  private final Counter minutesUnknown;
  private final Counter withoutScaler;
  private final Counter lineFailures;
  private final Counter writeFailures;
  private final Counter fitFailures;
  private final Timer fits;
  private final Timer age;
  private final Timer delay;
  private final AtomicInteger partitions = new AtomicInteger();
  private final AtomicInteger scalers = new AtomicInteger();
  private final Map<ScalerId, Decision> last = new ConcurrentHashMap<>();
  private final Map<ScalerId, LiveAccuracy> accuracies = new ConcurrentHashMap<>();

  public PipelineMeters(MeterRegistry registry) {
    this.registry = registry;
    this.minutesKnown = minutes("true");
    this.minutesUnknown = minutes("false");
    this.withoutScaler =
        counter("tidecaster.samples.orphaned", "Records of samples whose scaler is gone.");
    this.lineFailures =
        counter("tidecaster.pipeline.failures", "Minutes of a scaler that ended in a fault.");
    this.writeFailures =
        counter("tidecaster.kafka.write.failures", "Writes that Kafka did not take at once.");
    this.fitFailures = counter("tidecaster.fit.failures", "Fits of a model that failed.");
    this.fits =
        Timer.builder("tidecaster.fit")
            .description("Time a fit of a model took.")
            .register(registry);
    this.age =
        Timer.builder("tidecaster.decision.age")
            .description("From the end of a minute to the decision on it, by the service's clock.")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(100))
            .maximumExpectedValue(Duration.ofMinutes(5))
            .register(registry);
    this.delay =
        Timer.builder("tidecaster.pipeline.delay")
            .description(
                "From the arrival of the sample that closed a minute to its decision in the journal.")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(30))
            .register(registry);
    Gauge.builder("tidecaster.partitions.owned", partitions, AtomicInteger::get)
        .description("Partitions this replica owns.")
        .register(registry);
    Gauge.builder("tidecaster.scalers.owned", scalers, AtomicInteger::get)
        .description("Scalers this replica owns.")
        .register(registry);
  }

  public void owns(int ownedPartitions, int ownedScalers) {
    partitions.set(ownedPartitions);
    scalers.set(ownedScalers);
  }

  public void closed(List<LoadPoint> points) {
    for (LoadPoint point : points) {
      (point.load().isPresent() ? minutesKnown : minutesUnknown).increment();
    }
  }

  /**
   * @param age from the end of the minute, by the service's clock
   * @param arrivedMillis when the last sample reached Kafka, by the wall clock
   */
  public void decided(Decision decision, Duration age, long arrivedMillis) {
    registry
        .counter(
            "tidecaster.decisions",
            Tags.of("reason", decision.outcome().reasonLabel(), "mode", decision.mode().label()))
        .increment();
    this.age.record(age.isNegative() ? Duration.ZERO : age);
    delay.record(Math.max(0, System.currentTimeMillis() - arrivedMillis), TimeUnit.MILLISECONDS);
    if (last.put(decision.scaler(), decision) == null) {
      registerGauges(decision.scaler());
    }
  }

  /** How a scaler's forecasts have done by now. */
  public void judged(ScalerId id, LiveAccuracy accuracy) {
    if (accuracies.put(id, accuracy) == null) {
      registerAccuracy(id);
    }
  }

  private void registerAccuracy(ScalerId id) {
    accuracy(
        id,
        "tidecaster.forecast.trusted",
        "1 while decisions go by the forecasts.",
        Tags.empty(),
        found -> found.trusted() ? 1 : 0);
    for (Duration ahead : JUDGED_AHEAD) {
      Tags at = Tags.of("ahead_seconds", Long.toString(ahead.toSeconds()));
      accuracy(
          id,
          "tidecaster.forecast.skill",
          "1 - pinball loss / the seasonal naive forecast's.",
          at,
          found -> lead(found, ahead, LiveAccuracy.Lead::skill));
      accuracy(
          id,
          "tidecaster.forecast.pinball",
          "Mean pinball loss, in the unit of the load.",
          at,
          found -> lead(found, ahead, LiveAccuracy.Lead::pinball));
      accuracy(
          id,
          "tidecaster.forecast.naive.pinball",
          "The seasonal naive forecast's pinball loss.",
          at,
          found -> lead(found, ahead, LiveAccuracy.Lead::naivePinball));
      for (int l = 0; l < LEVELS.size(); l++) {
        int level = l;
        accuracy(
            id,
            "tidecaster.forecast.coverage",
            "Share of loads at or under the quantile.",
            at.and("quantile", LEVELS.get(l).toString()),
            found -> lead(found, ahead, lead -> lead.coverage().get(level)));
      }
    }
  }

  private static double lead(
      LiveAccuracy accuracy, Duration ahead, ToDoubleFunction<LiveAccuracy.Lead> figure) {
    return accuracy.leads().stream()
        .filter(lead -> lead.ahead().equals(ahead))
        .mapToDouble(figure)
        .findFirst()
        .orElse(Double.NaN);
  }

  private void accuracy(
      ScalerId id,
      String name,
      String description,
      Tags tags,
      ToDoubleFunction<LiveAccuracy> figure) {
    Gauge.builder(
            name,
            accuracies,
            known -> {
              LiveAccuracy accuracy = known.get(id);
              return accuracy == null ? Double.NaN : figure.applyAsDouble(accuracy);
            })
        .description(description)
        .tags(tags.and("namespace", id.namespace(), "scaler", id.name()))
        .register(registry);
  }

  public void fitted(long nanos) {
    fits.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void fitFailed() {
    fitFailures.increment();
  }

  public void samplesWithoutScaler() {
    withoutScaler.increment();
  }

  public void lineFailed() {
    lineFailures.increment();
  }

  public void writeFailed() {
    writeFailures.increment();
  }

  private void registerGauges(ScalerId id) {
    gauge(id, "tidecaster.replicas", "Replicas asked for.", d -> d.fleet().specReplicas());
    gauge(id, "tidecaster.replicas.ready", "Replicas ready.", d -> d.fleet().readyReplicas());
    gauge(id, "tidecaster.replicas.desired", "Replicas decided on.", Decision::desiredReplicas);
    gauge(
        id,
        "tidecaster.hpa.replicas",
        "Replicas an HPA would ask for.",
        d -> d.hpa().desiredReplicas());
    gauge(
        id,
        "tidecaster.hpa.replicas.ready",
        "Replicas an HPA would have ready.",
        d -> d.hpa().readyReplicas());
    gauge(
        id,
        "tidecaster.load",
        "Load of the last minute, in the unit of its series.",
        d -> d.load().orElse(Double.NaN));
    gauge(
        id,
        "tidecaster.forecast.peak",
        "Forecast peak within the lead time, service level.",
        d -> d.forecast().peakAtServiceLevel().orElse(Double.NaN));
    gauge(
        id,
        "tidecaster.capacity",
        "Load one replica is meant to bear.",
        d -> d.capacity().map(capacity -> capacity.perReplica()).orElse(Double.NaN));
    gauge(
        id,
        "tidecaster.lead.time.seconds",
        "How long a new replica takes.",
        d -> d.leadTime().toMillis() / 1000.0);
  }

  private void gauge(
      ScalerId id, String name, String description, ToDoubleFunction<Decision> figure) {
    Gauge.builder(
            name,
            last,
            decisions -> {
              Decision decision = decisions.get(id);
              return decision == null ? Double.NaN : figure.applyAsDouble(decision);
            })
        .description(description)
        .tags("namespace", id.namespace(), "scaler", id.name())
        .register(registry);
  }

  private Counter minutes(String known) {
    return Counter.builder("tidecaster.minutes")
        .description("Minutes closed; known=false where nothing was heard.")
        .tag("known", known)
        .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }
}
