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
import io.tidecaster.history.MinuteAssembler;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** What the pipeline tells an operator: {@code tidecaster_…} in base units. */
public final class PipelineMeters {
  private final MeterRegistry registry;
  private final Counter minutesKnown;
  private final Counter minutesUnknown;
  private final Counter withoutScaler;
  private final Counter lineFailures;
  private final Counter writeFailures;
  private final Counter fitFailures;
  private final Timer forecastFits;
  private final Timer peakFits;
  private final Timer memoryFits;
  private final Timer age;
  private final Timer delay;
  private final AtomicInteger partitions = new AtomicInteger();
  private final AtomicInteger scalers = new AtomicInteger();
  private final Map<ScalerId, ScalerMeters> scalerMeters = new ConcurrentHashMap<>();
  private final Map<ScalerId, Map<String, SizeMeters>> sizeMeters = new ConcurrentHashMap<>();

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
    this.forecastFits = fits("forecast");
    this.peakFits = fits("peak");
    this.memoryFits = fits("memory");
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
   * @param accuracy of the scaler's forecasts so far; empty until one was scored
   * @param age from the end of the minute, by the service's clock
   * @param arrivedMillis when the last sample reached Kafka, by the wall clock
   */
  public void decided(
      Decision decision, Optional<LiveAccuracy> accuracy, Duration age, long arrivedMillis) {
    registry
        .counter(
            "tidecaster.decisions",
            Tags.of("reason", decision.outcome().reasonLabel(), "mode", decision.mode().label()))
        .increment();
    this.age.record(age.isNegative() ? Duration.ZERO : age);
    delay.record(Math.max(0, System.currentTimeMillis() - arrivedMillis), TimeUnit.MILLISECONDS);
    scalerMeters.compute(
        decision.scaler(),
        (id, known) -> {
          if (known == null) {
            return new ScalerMeters(
                registry, ForecastSettings.DEFAULT.levels(), decision, accuracy);
          }
          known.decided(decision, accuracy);
          return known;
        });
  }

  /**
   * @param size the decision on the size of the scaler's replicas, container by container; empty
   *     where it is left alone or was not seen: what is not known has no series
   */
  public void sized(ScalerId scaler, Optional<SizeDecision> size) {
    List<SizeDecision> each = size.stream().flatMap(SizeDecision::each).toList();
    sizeMeters.compute(
        scaler,
        (id, known) -> {
          Map<String, SizeMeters> containers = known == null ? new HashMap<>() : known;
          Set<String> names =
              each.stream().map(SizeDecision::container).collect(Collectors.toSet());
          containers.forEach((name, meters) -> {
            if (!names.contains(name)) {
              meters.close();
            }
          });
          containers.keySet().retainAll(names);
          each.forEach(decision ->
              containers
                  .computeIfAbsent(
                      decision.container(), _ -> new SizeMeters(registry, id, decision))
                  .decided(decision));
          return containers.isEmpty() ? null : containers;
        });
  }

  /** A feed of events was read, or could not be. */
  public void feedRead(String outcome) {
    Counter.builder("tidecaster.feed.reads")
        .description("Readings of iCalendar feeds.")
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  /** This replica does not own the scaler any more: its series end here. */
  public void forget(ScalerId id) {
    ScalerMeters known = scalerMeters.remove(id);
    if (known != null) {
      known.close();
    }
    sized(id, Optional.empty());
  }

  /** How samples fared, since the last call for this scaler. */
  public void took(MinuteAssembler.Counts counts) {
    sampled("Accepted", counts.accepted());
    sampled("Late", counts.late());
    sampled("Duplicate", counts.duplicate());
    sampled("Invalid", counts.invalid());
    sampled("Stale", counts.stale());
    sampled("Ahead", counts.ahead());
    sampled("Refused", counts.refused());
  }

  private void sampled(String outcome, long samples) {
    Counter.builder("tidecaster.samples")
        .description("Samples by what became of them; all but Accepted were left out.")
        .tag("outcome", outcome)
        .register(registry)
        .increment((double) samples);
  }

  private Timer fits(String model) {
    return Timer.builder("tidecaster.fit")
        .description("Time a fit of a model took.")
        .tag("model", model)
        .register(registry);
  }

  public void forecastFitted(long nanos) {
    forecastFits.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void peakFitted(long nanos) {
    peakFits.record(nanos, TimeUnit.NANOSECONDS);
  }

  public void memoryFitted(long nanos) {
    memoryFits.record(nanos, TimeUnit.NANOSECONDS);
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
