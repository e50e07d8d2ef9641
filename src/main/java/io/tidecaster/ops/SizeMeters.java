package io.tidecaster.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tidecaster.size.MemoryDecision;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.Throttling;
import io.tidecaster.workload.ScalerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What is told of the size of one container of a scaler's replicas, while it is known. */
final class SizeMeters implements AutoCloseable {
  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> meters = new ArrayList<>();
  private final Set<String> reasons = new HashSet<>();
  private volatile SizeDecision last;

  SizeMeters(MeterRegistry registry, ScalerId scaler, SizeDecision first) {
    this.registry = registry;
    this.tags =
        Tags.of(
            "namespace",
            scaler.namespace(),
            "scaler",
            scaler.name(),
            "container",
            first.container());
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
    gauge(
        "tidecaster.size.memory.bytes",
        "Memory that the container of the largest replica requests.",
        size -> bytes(size, decided -> decided.inputs().currentBytes()));
    gauge(
        "tidecaster.size.desired.memory.bytes",
        "Memory decided on for it.",
        size -> bytes(size, MemoryDecision::desiredBytes));
    gauge(
        "tidecaster.size.max.memory.bytes",
        "The most memory it may have.",
        size -> bytes(size, decided -> decided.inputs().mostBytes()));
    gauge(
        "tidecaster.size.throttled.ratio",
        "Share of the scheduling periods of the last minute that its CPU limit cut short.",
        size ->
            size.inputs()
                .throttling()
                .map(Throttling::share)
                .orElse(OptionalDouble.empty())
                .orElse(Double.NaN));
    gauge(
        "tidecaster.size.max.throttled.ratio",
        "A greater share of throttled periods is throttling.",
        size -> size.inputs().throttling().map(Throttling::mostShare).orElse(Double.NaN));
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
      reason("cpu", reason, size -> size.outcome().reasonLabel().equals(reason));
    }
    decision
        .memory()
        .map(decided -> decided.reason().label())
        .filter(reasons::add)
        .ifPresent(why ->
            reason(
                "memory",
                why,
                size -> size.memory().filter(now -> now.reason().label().equals(why)).isPresent()));
  }

  private void reason(String resource, String reason, Predicate<SizeDecision> holds) {
    gauge(
        "tidecaster.size.reason",
        "1 at the reason of the last decision on the size.",
        tags.and("resource", resource, "reason", reason),
        size -> holds.test(size) ? 1 : 0);
  }

  private static double bytes(SizeDecision size, ToLongFunction<MemoryDecision> figure) {
    return size.memory().map(decided -> (double) figure.applyAsLong(decided)).orElse(Double.NaN);
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
