package io.tidecaster;

import io.tidecaster.act.SizeObservation;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Inputs;
import io.tidecaster.decide.Plan;
import io.tidecaster.decide.Situation;
import io.tidecaster.decide.UtilizationLaw;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.forecast.UsageForecast;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.ShapeChoice;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.size.WantedSize;
import io.tidecaster.usage.MemoryForecaster;
import io.tidecaster.workload.Prices;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.Vertical;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How large the replicas of one scaler are to be: what is known of them, beside what is known of
 * their {@link ContainerLine container}. Under the lock of its line.
 */
final class SizeLine {
  private final ContainerLine container = new ContainerLine();
  private boolean starts;
  private Instant looksAgain = Instant.MIN;
  private @Nullable SizedReplicas sizedReplicas;
  private Optional<CapacityLaw> learnedLaw = Optional.empty();
  private Optional<SizedReplicas.OneDecision> together = Optional.empty();

  void changed(Optional<Vertical> before, Optional<Vertical> now) {
    if (!now.map(Vertical::container).equals(before.map(Vertical::container))) {
      container.forget();
    }
  }

  void observe(LoadPoint point) {
    container.observe(point);
  }

  /** Before minutes of the past are observed anew. */
  void learnAgain(Scaler scaler, Calendar calendar) {
    container.learnAgain(
        scaler
            .vertical()
            .flatMap(Vertical::memory)
            .map(_ ->
                new MemoryForecaster(
                    scaler.id(),
                    calendar,
                    MemoryForecaster.Settings.DEFAULT,
                    scaler.serviceLevel())));
  }

  /** From now on this is what is known of the future. */
  void use(Calendar calendar) {
    container.use(calendar);
  }

  /** A fit of the memory of a container that is due. */
  Optional<MemoryFit> fitDue() {
    return container.fitDue();
  }

  /** Goes on from the last decision that anyone made, if it was on this container. */
  void resumeAt(Vertical vertical, SizeDecision last) {
    if (vertical.container().equals(last.container())) {
      container.resumeAt(last);
      learnedLaw = last.choice().map(ShapeChoice::law);
    }
  }

  /** Replicas and size as one decision; empty where they are not, or too little is known. */
  Optional<SizedReplicas.OneDecision> together(
      Vertical vertical,
      Situation situation,
      SizeObservation.Seen seen,
      Optional<UtilizationLaw> law,
      Optional<LoadPoint> newest,
      Decider decider) {
    return vertical
        .optimise()
        .map(prices -> sizing(vertical, prices, sizes(seen, isThrottled(situation, newest))))
        .flatMap(sizing -> sizing.decide(situation, law, newest, decider));
  }

  private static boolean isThrottled(Situation situation, Optional<LoadPoint> newest) {
    return situation
        .scaler()
        .throttling()
        .flatMap(signs -> newest.filter(point -> point.isThrottledAbove(signs.mostShare())))
        .isPresent();
  }

  /** What was decided on the replicas of this minute, and in one with what, if anything. */
  void decided(Optional<SizedReplicas.OneDecision> inOne, Decided decided) {
    together = inOne.map(one -> one.with(decided));
  }

  /** Decides on the size for the minute whose replicas were decided on. */
  SizeDecision decide(
      Vertical vertical,
      Decided decided,
      Optional<UtilizationLaw> law,
      ContainerLine.SeenSize seen,
      Optional<ContainerLine.SeenLimit> limit) {
    Decision decision = decided.decision();
    Optional<SizeNeed> need =
        together.map(SizedReplicas.OneDecision::need).or(() -> needOf(vertical, law, decided));
    SizeDecision sized = container.decide(vertical, decision.at(), seen, need, limit);
    starts = seen.starting() || decision.desiredReplicas() > decision.fleet().readyReplicas();
    return together
        .map(one -> sized.with(one.choice(sized.outcome().desiredMillis())))
        .orElse(sized);
  }

  private SizedReplicas.Sizes sizes(SizeObservation.Seen seen, boolean throttled) {
    boolean settled = seen.settled().isPresent();
    boolean allSettled = seen.settled().filter(seen::equals).isPresent();
    return new SizedReplicas.Sizes(
        settled ? seen.largestMillis() : container.wantedMillis(seen.largestMillis()),
        settled
            ? seen.smallestAllocatedMillis()
            : container.wantedMillis(seen.smallestAllocatedMillis()),
        seen.largestMemoryBytes(),
        allSettled && !throttled);
  }

  /** What starting pods are looked after with, where that is due: some start, and time passed. */
  Optional<WantedSize> boostDue(Instant now) {
    return container.wanted().filter(_ -> starts && !now.isBefore(looksAgain));
  }

  /** Starting pods were looked after, and are again from then on. */
  void lookAgainAt(Instant next) {
    looksAgain = next;
  }

  private SizedReplicas sizing(Vertical vertical, Prices prices, SizedReplicas.Sizes sizes) {
    SizedReplicas known =
        sizedReplicas != null && sizedReplicas.isOf(vertical)
            ? sizedReplicas
            : new SizedReplicas(vertical, prices, learnedLaw);
    known.see(sizes);
    sizedReplicas = known;
    return known;
  }

  /** What the containers of one of so many replicas are expected to use. */
  List<UsageForecast> usage(
      Vertical vertical, ForecastOutcome load, Optional<UtilizationLaw> law, int replicas) {
    return List.of(container.usage(vertical, load, law, Math.max(1, replicas)));
  }

  /** What a container of each ready replica needs for its share of the load. */
  private static Optional<SizeNeed> needOf(
      Vertical vertical, Optional<UtilizationLaw> law, Decided decided) {
    Decision decision = decided.decision();
    if (law.isEmpty() || decision.load().isEmpty()) {
      return Optional.empty();
    }
    double load = decision.load().getAsDouble();
    double ahead = Math.max(load, planned(decided.inputs()).orElse(load));
    int replicas = Math.max(1, decision.fleet().readyReplicas());
    return Optional.of(ContainerLine.need(vertical, law.get(), load / replicas, ahead / replicas));
  }

  private static OptionalDouble planned(Inputs inputs) {
    Situation situation = inputs.situation();
    return switch (situation.forecast()) {
      case NotReady _ -> OptionalDouble.empty();
      case Forecast ready ->
          OptionalDouble.of(
              Plan.ahead(
                      ready,
                      situation.now(),
                      situation.leadTime().duration().plus(inputs.settings().interval()),
                      situation.scaler().serviceLevel(),
                      situation.peak(),
                      situation.headroom())
                  .load());
    };
  }
}
