package io.tidecaster.journal;

import io.tidecaster.decide.Comparison;
import io.tidecaster.decide.Decision;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.workload.ScalerId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The recent decisions, the last one on the size and the last forecast of every scaler, in memory.
 *
 * <p>One decision a scaler and time: what is read twice counts once. Bounded: {@code perScaler}
 * decisions each, and fewer where so many scalers would go beyond {@code inAll}, but never fewer
 * than {@link #LEAST}.
 */
final class DecisionLog {
  static final int LEAST = 60;

  private final int perScaler;
  private final int inAll;
  private final Map<ScalerId, ConcurrentSkipListMap<Instant, Decision>> decisions =
      new ConcurrentHashMap<>();
  private final Map<ScalerId, Comparison> comparisons = new ConcurrentHashMap<>();
  private final Map<ScalerId, SizeDecision> sizes = new ConcurrentHashMap<>();
  private final Map<ScalerId, ForecastReport> forecasts = new ConcurrentHashMap<>();

  DecisionLog(int perScaler, int inAll) {
    this.perScaler = perScaler;
    this.inAll = inAll;
  }

  /** Takes a decision in; false where it was known already. */
  boolean add(Decision decision) {
    ConcurrentSkipListMap<Instant, Decision> known =
        decisions.computeIfAbsent(decision.scaler(), id -> new ConcurrentSkipListMap<>());
    Map.Entry<Instant, Decision> previous = known.lowerEntry(decision.at());
    boolean isNew = known.put(decision.at(), decision) == null;
    if (isNew) {
      compare(decision, previous);
    }
    int bound = Math.max(LEAST, Math.min(perScaler, inAll / decisions.size()));
    while (known.size() > bound) {
      known.pollFirstEntry();
    }
    return isNew;
  }

  /** Takes in a decision on the size of a scaler's replicas. */
  void put(ScalerId scaler, SizeDecision size) {
    sizes.merge(scaler, size, (known, read) -> read.at().isBefore(known.at()) ? known : read);
  }

  /** The last decision on the size of a scaler's replicas. */
  Optional<SizeDecision> size(ScalerId scaler) {
    return Optional.ofNullable(sizes.get(scaler));
  }

  void put(ScalerId scaler, ForecastReport report) {
    forecasts.put(scaler, report);
  }

  Optional<Decision> last(ScalerId scaler) {
    var known = decisions.get(scaler);
    return Optional.ofNullable(known == null ? null : known.lastEntry()).map(Map.Entry::getValue);
  }

  Optional<ForecastReport> forecast(ScalerId scaler) {
    return Optional.ofNullable(forecasts.get(scaler));
  }

  /** The newest {@code limit} decisions in [since, before), the newest first. */
  List<Decision> between(ScalerId scaler, Instant since, Instant before, int limit) {
    var known = decisions.get(scaler);
    return known == null || !since.isBefore(before)
        ? List.of()
        : known.subMap(since, true, before, false).descendingMap().values().stream()
            .limit(limit)
            .toList();
  }

  /** What the minutes since the first known decision cost and risked. */
  Optional<Comparison> comparison(ScalerId scaler) {
    return Optional.ofNullable(comparisons.get(scaler));
  }

  private void compare(Decision decision, Map.@Nullable Entry<Instant, Decision> previous) {
    comparisons.compute(
        decision.scaler(),
        (id, sofar) ->
            sofar == null || previous == null
                ? Comparison.from(decision.at())
                : sofar.plus(previous.getValue(), decision));
  }
}
