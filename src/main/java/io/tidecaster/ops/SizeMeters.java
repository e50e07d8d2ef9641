package io.tidecaster.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.workload.ScalerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What is told of the size of one scaler's replicas, while it is known. */
final class SizeMeters implements AutoCloseable {
  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> meters = new ArrayList<>();
  private final Set<String> reasons = new HashSet<>();
  private volatile SizeDecision last;

  SizeMeters(MeterRegistry registry, ScalerId scaler, SizeDecision first) {
    this.registry = registry;
    this.tags = Tags.of("namespace", scaler.namespace(), "scaler", scaler.name());
    this.last = first;
    gauge(
        "tidecaster.size.cpu.cores",
        "CPU that the container of the largest replica requests.",
        size -> cores(size.inputs().currentMillis()));
    gauge(
        "tidecaster.size.desired.cpu.cores",
        "CPU decided on for it.",
        size -> cores(size.outcome().desiredMillis()));
    gauge(
        "tidecaster.size.needed.cpu.cores",
        "CPU for the load of this moment and what is forecast.",
        size -> size.inputs().need().map(need -> cores(need.millis())).orElse(Double.NaN));
    gauge(
        "tidecaster.size.max.cpu.cores",
        "The most CPU it may have.",
        size -> cores(size.inputs().bounds().mostMillis()));
    reason(first);
  }

  /** A newer decision on the same scaler. */
  synchronized void decided(SizeDecision decision) {
    last = decision;
    reason(decision);
  }

  /** 1 at the reason of the last decision, 0 at those of earlier ones. */
  private synchronized void reason(SizeDecision decision) {
    String reason = decision.outcome().reasonLabel();
    if (reasons.add(reason)) {
      gauge(
          "tidecaster.size.reason",
          "1 at the reason of the last decision on the size.",
          tags.and("reason", reason),
          size -> size.outcome().reasonLabel().equals(reason) ? 1 : 0);
    }
  }

  private static double cores(long millis) {
    return millis / 1000.0;
  }

  private void gauge(String name, String description, ToDoubleFunction<SizeDecision> figure) {
    gauge(name, description, tags, figure);
  }

  private void gauge(
      String name, String description, Tags with, ToDoubleFunction<SizeDecision> figure) {
    meters.add(
        Gauge.builder(name, this, self -> figure.applyAsDouble(self.last))
            .description(description)
            .tags(with)
            .register(registry));
  }

  @Override
  public synchronized void close() {
    meters.forEach(registry::remove);
    meters.clear();
  }
}
