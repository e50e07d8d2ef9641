package io.tidecaster.ingest;

import io.tidecaster.history.Signal;
import io.tidecaster.workload.BesideContainer;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerCatalog;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells which scalers a series belongs to. Most series of a Prometheus belong to none, so that the
 * metric name alone decides fast; the index is built anew when a scaler changes.
 */
public final class SampleMatcher implements AutoCloseable {

  /**
   * A scaler that selects a series, and what the series tells of it.
   *
   * @param container of those beside, the one that it tells of; empty for all else
   */
  public record Match(ScalerId scaler, Signal signal, String container) {

    /** Of the replicas, or of the container that bears the load. */
    public Match(ScalerId scaler, Signal signal) {
      this(scaler, signal, "");
    }
  }

  private record Candidate(SeriesSelector selector, Match match) {}

  private record Index(long change, Map<String, List<Candidate>> byMetric) {}

  private final ScalerCatalog catalog;
  private final AtomicLong changes = new AtomicLong();
  private final ScalerCatalog.Subscription subscription;
  private volatile Index index;

  public SampleMatcher(ScalerCatalog catalog) {
    this.catalog = catalog;
    this.subscription = catalog.onChange((_, _) -> changes.incrementAndGet());
    this.index = index(changes.get(), catalog.scalers());
  }

  /** Whether any scaler selects from this metric; the labels may still say otherwise. */
  public boolean knows(String metric) {
    return current().byMetric().containsKey(metric);
  }

  /** Who selects the series of this metric with these labels. */
  public List<Match> matches(String metric, Map<String, String> labels) {
    return current().byMetric().getOrDefault(metric, List.of()).stream()
        .filter(candidate -> candidate.selector().matches(labels))
        .map(Candidate::match)
        .toList();
  }

  private Index current() {
    Index last = index;
    long change = changes.get();
    if (last.change() == change) {
      return last;
    }
    // Read after the count of changes: at worst it holds a newer state and is built once more.
    Index now = index(change, catalog.scalers());
    index = now;
    return now;
  }

  private static Index index(long change, Collection<Scaler> scalers) {
    Map<String, List<Candidate>> byMetric = new HashMap<>();
    for (Scaler scaler : scalers) {
      add(byMetric, scaler.load().series(), new Match(scaler.id(), Signal.LOAD));
      scaler
          .cpu()
          .ifPresent(cpu -> add(byMetric, cpu.series(), new Match(scaler.id(), Signal.CPU)));
      scaler
          .pressure()
          .ifPresent(signs -> {
            add(byMetric, signs.waiting(), new Match(scaler.id(), Signal.WAITING));
            add(byMetric, signs.retries(), new Match(scaler.id(), Signal.RETRIES));
            add(byMetric, signs.redispatches(), new Match(scaler.id(), Signal.REDISPATCHES));
            add(byMetric, signs.refused(), new Match(scaler.id(), Signal.REFUSED));
          });
      scaler
          .memory()
          .ifPresent(
              memory -> add(byMetric, memory.series(), new Match(scaler.id(), Signal.MEMORY)));
      scaler
          .throttling()
          .ifPresent(signs -> {
            add(byMetric, signs.throttled(), new Match(scaler.id(), Signal.THROTTLED));
            add(byMetric, signs.periods(), new Match(scaler.id(), Signal.CPU_PERIODS));
          });
      scaler
          .beside()
          .forEach((container, sources) -> add(byMetric, scaler.id(), container, sources));
    }
    return new Index(change, byMetric);
  }

  private static void add(
      Map<String, List<Candidate>> byMetric,
      ScalerId id,
      String container,
      BesideContainer.Sources sources) {
    add(byMetric, sources.cpu().series(), new Match(id, Signal.CPU, container));
    sources
        .memory()
        .ifPresent(
            memory -> add(byMetric, memory.series(), new Match(id, Signal.MEMORY, container)));
    sources
        .throttling()
        .ifPresent(signs -> {
          add(byMetric, signs.throttled(), new Match(id, Signal.THROTTLED, container));
          add(byMetric, signs.periods(), new Match(id, Signal.CPU_PERIODS, container));
        });
  }

  private static void add(
      Map<String, List<Candidate>> byMetric, SeriesSelector selector, Match match) {
    byMetric
        .computeIfAbsent(selector.metric(), _ -> new ArrayList<>(1))
        .add(new Candidate(selector, match));
  }

  @Override
  public void close() {
    subscription.close();
  }
}
