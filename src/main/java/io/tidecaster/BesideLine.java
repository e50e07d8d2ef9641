package io.tidecaster;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.CapacityEstimator;
import io.tidecaster.decide.UtilizationLaw;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.UsageForecast;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.size.WantedSize;
import io.tidecaster.usage.MemoryForecaster;
import io.tidecaster.workload.BesideContainer;
import io.tidecaster.workload.ThrottlingSigns;
import io.tidecaster.workload.Vertical;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A container beside the one that bears the load: what it uses for that load is learned from its
 * own use. Under the lock of its line.
 */
final class BesideLine {
  private final String name;
  private final Optional<ThrottlingSigns> throttling;
  private final ContainerLine container = new ContainerLine();
  private CapacityEstimator use;
  private Optional<LoadPoint> newest = Optional.empty();

  BesideLine(String name, BesideContainer.Sources sources) {
    this.name = name;
    this.throttling = sources.throttling();
    this.use = newEstimator();
  }

  void observe(LoadPoint ofReplicas) {
    LoadPoint point = ofReplicas.of(name);
    newest = Optional.of(point);
    use.observe(point);
    container.observe(point);
  }

  /**
   * Before minutes of the past are observed anew.
   *
   * @param memory empty where its memory is left as it is
   */
  void learnAgain(Optional<MemoryForecaster> memory) {
    use = newEstimator();
    newest = Optional.empty();
    container.learnAgain(memory);
  }

  /** From now on this is what is known of the future. */
  void use(Calendar calendar) {
    container.use(calendar);
  }

  /** The fit of its memory that is due. */
  Optional<MemoryFit> fitDue() {
    return container.fitDue();
  }

  /** What it is expected to use in one of so many replicas. */
  UsageForecast usage(Vertical vertical, ForecastOutcome load, int replicas) {
    return container.usage(vertical, load, law(), replicas);
  }

  void resumeAt(SizeDecision last) {
    container.resumeAt(last);
  }

  Optional<WantedSize> wanted() {
    return container.wanted();
  }

  Optional<UtilizationLaw> law() {
    return use.law();
  }

  SizeDecision decide(
      Vertical vertical, Instant at, ContainerLine.SeenSize seen, Optional<SizeNeed> need) {
    return container.decide(
        vertical,
        at,
        seen,
        need,
        throttling.map(signs ->
            new ContainerLine.SeenLimit(
                signs.mostShare(),
                newest.map(LoadPoint::throttledShare).orElse(OptionalDouble.empty()),
                use.isSettled())));
  }

  private CapacityEstimator newEstimator() {
    return throttling
        .map(signs -> new CapacityEstimator(signs.mostShare()))
        .orElseGet(CapacityEstimator::new);
  }
}
