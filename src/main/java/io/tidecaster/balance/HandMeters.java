package io.tidecaster.balance;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tidecaster.workload.ScalerId;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What is told of one scaler's balancers, by the replica that steers them and by no other: five
 * series, however many servers there are.
 */
final class HandMeters implements AutoCloseable {
  private final MeterRegistry registry;
  private final Tags tags;
  private final List<Meter> gauges;
  private volatile IntSummaryStatistics weights = new IntSummaryStatistics();

  HandMeters(ScalerId scaler, Hand hand, MeterRegistry registry) {
    this.registry = registry;
    this.tags = Tags.of("namespace", scaler.namespace(), "scaler", scaler.name());
    this.gauges =
        List.of(
            gauge(
                "tidecaster.balance.warm.up.seconds",
                "From ready to the full share, as ramps last now",
                tags,
                _ -> hand.warmUp().toMillis() / 1000.0),
            gauge(
                "tidecaster.balance.weight",
                "The least and the most weight of a server that takes requests",
                tags.and("bound", "least"),
                self -> self.weights.getCount() == 0 ? Double.NaN : self.weights.getMin()),
            gauge(
                "tidecaster.balance.weight",
                "The least and the most weight of a server that takes requests",
                tags.and("bound", "most"),
                self -> self.weights.getCount() == 0 ? Double.NaN : self.weights.getMax()));
  }

  private Gauge gauge(
      String name, String description, Tags with, ToDoubleFunction<HandMeters> figure) {
    return Gauge.builder(name, this, figure).description(description).tags(with).register(registry);
  }

  /** What the last look has shown. */
  void saw(List<SeenPool> pools) {
    weights =
        pools.stream()
            .flatMap(pool -> pool.servers().stream())
            .filter(SeenServer::isServing)
            .mapToInt(SeenServer::weight)
            .summaryStatistics();
  }

  void watched(ColdReplicas.Watched watched) {
    registry
        .counter(
            "tidecaster.balance.starts",
            "result",
            watched.start().isPresent() ? "Measured" : "Unclear")
        .increment();
  }

  @Override
  public void close() {
    gauges.forEach(registry::remove);
  }
}
