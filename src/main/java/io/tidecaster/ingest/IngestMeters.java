package io.tidecaster.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What ingest counts; {@code tidecaster_ingest_…} in Prometheus. */
final class IngestMeters {
  private final MeterRegistry registry;
  private final Timer produce;

  IngestMeters(MeterRegistry registry) {
    this.registry = registry;
    this.produce =
        Timer.builder("tidecaster.ingest.produce")
            .description("Time until Kafka acknowledged the samples of one request")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(30))
            .register(registry);
    for (DeadLetterReason reason : DeadLetterReason.values()) {
      deadLetters(reason);
    }
  }

  /** Samples that came in, in whatever form and whether or not they were of use. */
  void received(String source, long samples) {
    samples("received", "Samples that came in", source).increment((double) samples);
  }

  /** Samples that at least one scaler selects. */
  void matched(String source, long samples) {
    samples("matched", "Samples that a scaler selects", source).increment((double) samples);
  }

  /** Samples that no scaler selects; they are dropped. */
  void unmatched(String source, long samples) {
    samples("unmatched", "Samples that no scaler selects, and that were dropped", source)
        .increment((double) samples);
  }

  /** Samples that Kafka has acknowledged. */
  void written(String source, long samples) {
    samples("written", "Samples that Kafka has acknowledged", source).increment((double) samples);
  }

  /** Samples of series that break the specification. */
  void rejected(String source, long samples) {
    samples("rejected", "Samples of series that were rejected", source).increment((double) samples);
  }

  /** Native histograms, which no scaler can select yet. */
  void histograms(long histograms) {
    Counter.builder("tidecaster.ingest.histograms")
        .description("Native histograms that came in and were dropped")
        .register(registry)
        .increment((double) histograms);
  }

  void exemplars(long exemplars) {
    Counter.builder("tidecaster.ingest.exemplars")
        .description("Exemplars that came in and were dropped")
        .register(registry)
        .increment((double) exemplars);
  }

  void request(int status) {
    Counter.builder("tidecaster.ingest.requests")
        .description("Remote write requests by the status of their answer")
        .tag("status", Integer.toString(status))
        .register(registry)
        .increment();
  }

  void produced(Duration time) {
    produce.record(time);
  }

  void deadLetter(DeadLetterReason reason) {
    deadLetters(reason).increment();
  }

  void watch(InFlightBytes inFlight) {
    Gauge.builder("tidecaster.ingest.in.flight", inFlight, InFlightBytes::used)
        .description("Bytes of requests and of records not yet acknowledged")
        .baseUnit("bytes")
        .register(registry);
  }

  private Counter samples(String stage, String description, String source) {
    return Counter.builder("tidecaster.ingest.samples." + stage)
        .description(description)
        .tag("source", source)
        .register(registry);
  }

  private Counter deadLetters(DeadLetterReason reason) {
    return Counter.builder("tidecaster.dead.letters")
        .description("Records that could not be used")
        .tag("reason", reason.label())
        .register(registry);
  }
}
