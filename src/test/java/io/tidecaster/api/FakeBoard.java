package io.tidecaster.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.tidecaster.decide.Decision;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.ScalerId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** A board that is written on by the tests. */
@Alternative
@ApplicationScoped
public class FakeBoard implements Board {
  private final NavigableMap<ScalerId, ScalerState> states = new ConcurrentSkipListMap<>();
  private final Map<ScalerId, NavigableMap<Instant, Decision>> journals =
      new ConcurrentSkipListMap<>();
  private final Map<ScalerId, ForecastReport> reports = new ConcurrentSkipListMap<>();
  private final BroadcastProcessor<ScalerId> bell = BroadcastProcessor.create();
  private volatile @Nullable RuntimeException failure;

  @Override
  public List<ScalerState> scalers() {
    RuntimeException broken = failure;
    if (broken != null) {
      throw broken;
    }
    return List.copyOf(states.values());
  }

  @Override
  public Optional<ScalerState> scaler(ScalerId id) {
    return Optional.ofNullable(states.get(id));
  }

  @Override
  public Optional<ForecastReport> report(ScalerId id) {
    return Optional.ofNullable(reports.get(id));
  }

  void report(ScalerId id, ForecastReport report) {
    reports.put(id, report);
  }

  @Override
  public List<Decision> decisions(ScalerId id, DecisionRange range) {
    return journal(id).descendingMap().values().stream()
        .filter(decision -> range.covers(decision.at()))
        .limit(range.limit())
        .toList();
  }

  @Override
  public Multi<ScalerId> changes() {
    return bell;
  }

  void wipe() {
    states.clear();
    journals.clear();
    reports.clear();
    failure = null;
  }

  void show(ScalerState state) {
    states.put(state.scaler().id(), state);
    state.lastDecision().ifPresent(this::journalize);
    bell.onNext(state.scaler().id());
  }

  void decided(Decision decision) {
    journalize(decision);
    ScalerState before = scaler(decision.scaler()).orElseThrow();
    show(
        new ScalerState(
            before.scaler(),
            before.mode(),
            Optional.of(decision),
            before.forecast(),
            before.comparison()));
  }

  void forecast(ScalerId id, ForecastOutcome forecast) {
    ScalerState before = scaler(id).orElseThrow();
    show(
        new ScalerState(
            before.scaler(), before.mode(), before.lastDecision(), forecast, before.comparison()));
  }

  void mode(ScalerId id, Mode mode) {
    ScalerState before = scaler(id).orElseThrow();
    show(
        new ScalerState(
            before.scaler(), mode, before.lastDecision(), before.forecast(), before.comparison()));
  }

  void remove(ScalerId id) {
    states.remove(id);
    bell.onNext(id);
  }

  void ring() {
    states.keySet().forEach(bell::onNext);
  }

  void failWith(RuntimeException broken) {
    failure = broken;
  }

  private void journalize(Decision decision) {
    journal(decision.scaler()).put(decision.at(), decision);
  }

  private NavigableMap<Instant, Decision> journal(ScalerId id) {
    return journals.computeIfAbsent(id, _ -> new ConcurrentSkipListMap<>());
  }
}
