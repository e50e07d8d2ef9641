package io.tidecaster;

import io.tidecaster.act.SizeObservation;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.PeakFit;
import io.tidecaster.decide.PeakModel;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.decide.Situation;
import io.tidecaster.decide.UtilizationLaw;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.UsageForecast;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.Series;
import io.tidecaster.optimise.PlannedLoads;
import io.tidecaster.optimise.ResizePlanner;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.ShapeChoice;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.size.WantedSize;
import io.tidecaster.size.WantedSizes;
import io.tidecaster.usage.MemoryForecaster;
import io.tidecaster.workload.Prices;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.Vertical;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How large the replicas of one scaler are to be: what is known of them, beside what is known of
 * each of their containers. Under the lock of its line.
 */
final class SizeLine {
  private final ContainerLine container = new ContainerLine();
  private final Map<String, BesideLine> beside = new TreeMap<>();
  private boolean starts;
  private Instant looksAgain = Instant.MIN;
  private @Nullable SizedReplicas sizedReplicas;
  private Optional<CapacityLaw> learnedLaw = Optional.empty();
  private Optional<SizedReplicas.OneDecision> together = Optional.empty();
  private Optional<ResizePlanner> planner = Optional.empty();
  private OptionalDouble largestEach = OptionalDouble.empty();
  private int mostReplicas = 1;
  private @Nullable Planned planned;

  private record Planned(Instant at, PlannedLoads loads) {}

  /** Of a scaler; where its containers' use is known from stays the same as long as it lives. */
  SizeLine(Scaler scaler) {
    scaler.beside().forEach((name, sources) -> beside.put(name, new BesideLine(name, sources)));
  }

  void changed(Optional<Vertical> before, Optional<Vertical> now) {
    if (!now.map(Vertical::container).equals(before.map(Vertical::container))) {
      container.forget();
    }
  }

  void observe(LoadPoint point) {
    container.observe(point);
    beside.values().forEach(other -> other.observe(point));
    planner.ifPresent(known -> known.observe(point.minute(), point.load()));
  }

  /** From now on this is what is known of the future. */
  void use(Calendar calendar) {
    container.use(calendar);
    beside.values().forEach(other -> other.use(calendar));
  }

  /** A fit of the memory of a container that is due. */
  Optional<MemoryFit> memoryFitDue() {
    return Stream.concat(
            Stream.of(container.fitDue()), beside.values().stream().map(BesideLine::fitDue))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Takes in minutes of the past of which no more than what the containers used matters. */
  void observePast(LoadPoint point) {
    container.observe(point);
    beside.values().forEach(other -> other.observe(point));
  }

  /**
   * Learns anew what to plan for, from all the load there is.
   *
   * @param load empty while there is none
   */
  void learnAgain(Scaler scaler, Optional<Series> load, Calendar calendar) {
    List<Vertical> sized = scaler.vertical().map(Vertical::containers).orElse(List.of());
    container.learnAgain(
        sized.stream().findFirst().flatMap(first -> forecaster(first, scaler, calendar)));
    beside.forEach((name, other) ->
        other.learnAgain(
            sized.stream()
                .filter(each -> each.container().equals(name))
                .findFirst()
                .flatMap(each -> forecaster(each, scaler, calendar))));
    planner =
        scaler
            .vertical()
            .map(vertical ->
                new ResizePlanner(
                    new PeakPlanner(
                        scaler.id(), PeakPlanner.Settings.DEFAULT, Decider.Settings.DEFAULT),
                    settings(vertical, 1, scaler.serviceLevel())));
    planner.ifPresent(known -> load.ifPresent(past -> past.forEach(known::observe)));
  }

  private static Optional<MemoryForecaster> forecaster(
      Vertical vertical, Scaler scaler, Calendar calendar) {
    return vertical
        .memory()
        .map(_ ->
            new MemoryForecaster(
                scaler.id(), calendar, MemoryForecaster.Settings.DEFAULT, scaler.serviceLevel()));
  }

  /** Learning how much to plan for, where it is due and what it is learned for is known. */
  Optional<PeakFit> fitDue() {
    return planner.flatMap(known ->
        largestEach.isPresent() ? known.fitDue(largestEach.getAsDouble()) : Optional.empty());
  }

  void adopt(PeakModel model) {
    planner.ifPresent(known -> known.adopt(model));
  }

  private static ResizePlanner.Settings settings(
      Vertical vertical, int replicas, double serviceLevel) {
    return new ResizePlanner.Settings(
        vertical.resizeTime(replicas), Decider.Settings.DEFAULT.interval(), serviceLevel);
  }

  /** What to plan for, with what is known of the past and how long so many resizes take. */
  private PlannedLoads plan(
      Vertical vertical, Situation situation, UtilizationLaw law, double present) {
    double usable = vertical.targetUse() * vertical.mostMillis() / 1000 - law.idleCores();
    largestEach =
        usable > 0
            ? OptionalDouble.of(usable / law.cpuSecondsPerRequest())
            : OptionalDouble.empty();
    return plan(vertical, situation, present);
  }

  /** Once a minute: what comes is held against what was planned. */
  private PlannedLoads plan(Vertical vertical, Situation situation, double present) {
    if (planned == null || !planned.at().equals(situation.now())) {
      mostReplicas = Math.max(mostReplicas, situation.fleet().map(Fleet::specReplicas).orElse(1));
      ResizePlanner known =
          planner
              .orElseThrow()
              .under(settings(vertical, mostReplicas, situation.scaler().serviceLevel()));
      planner = Optional.of(known);
      planned =
          new Planned(
              situation.now(),
              known.plan(
                  situation.now(),
                  present,
                  situation.forecast(),
                  situation.leadTime().duration(),
                  situation.peak()));
    }
    return planned.loads();
  }

  /** Goes on from the last decision that anyone made, on containers that there still are. */
  void resumeAt(Vertical vertical, SizeDecision last) {
    if (vertical.container().equals(last.container())) {
      container.resumeAt(last);
      starts = true; // for all that is known, until the first decision
      learnedLaw = last.choice().map(ShapeChoice::law);
    }
    last.beside()
        .forEach(other -> {
          BesideLine known = beside.get(other.container());
          if (known != null) {
            known.resumeAt(other);
          }
        });
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
        .flatMap(sizing ->
            sizing.decide(
                situation,
                law,
                newest,
                (known, present) -> plan(vertical, situation, known, present),
                decider));
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

  /**
   * What was seen of the containers.
   *
   * @param first the one that bears the load
   * @param limit of that one; empty where nobody asks
   * @param beside those beside it that could be seen, by their names
   */
  record SeenSizes(
      ContainerLine.SeenSize first,
      Optional<ContainerLine.SeenLimit> limit,
      Map<String, ContainerLine.SeenSize> beside) {}

  /** Decides on the size for the minute whose replicas were decided on. */
  SizeDecision decide(
      Vertical vertical, Decided decided, Optional<UtilizationLaw> law, SeenSizes seen) {
    Decision decision = decided.decision();
    int bearing =
        together
            .map(SizedReplicas.OneDecision::bearing)
            .orElseGet(() -> decision.fleet().readyReplicas());
    Optional<SizeNeed> need =
        together
            .map(SizedReplicas.OneDecision::need)
            .or(() ->
                needOf(
                    vertical,
                    law,
                    decision,
                    bearing,
                    (known, load) -> plan(vertical, decided.inputs().situation(), known, load)));
    SizeDecision alone =
        container.decide(vertical, decision.at(), seen.first(), need, seen.limit());
    SizeDecision sized = alone.with(beside(vertical, decided, bearing, seen.beside()));
    starts =
        seen.first().starting() || decision.desiredReplicas() > decision.fleet().readyReplicas();
    return together
        .map(one -> sized.with(one.choice(sized.outcome().desiredMillis())))
        .orElse(sized);
  }

  /** On each container beside that could be seen, in the order of the resource. */
  private List<SizeDecision> beside(
      Vertical vertical, Decided decided, int bearing, Map<String, ContainerLine.SeenSize> seen) {
    List<SizeDecision> sizes = new ArrayList<>();
    for (Vertical other : vertical.containers()) {
      BesideLine known = beside.get(other.container());
      ContainerLine.SeenSize size = seen.get(other.container());
      if (known != null && size != null) {
        sizes.add(
            known.decide(
                other,
                decided.decision().at(),
                size,
                needOf(
                    other,
                    known.law(),
                    decided.decision(),
                    bearing,
                    (_, load) -> plan(other, decided.inputs().situation(), load))));
      }
    }
    return sizes;
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
        allSettled && !throttled,
        beside(seen, SizeObservation.Seen::largestMillis),
        beside(seen, other -> other.largestMemoryBytes().orElse(0)));
  }

  /** So much of all containers beside that can be seen. */
  private static long beside(
      SizeObservation.Seen seen, ToLongFunction<SizeObservation.Seen> figure) {
    return seen.seenBeside().values().stream().mapToLong(figure).sum();
  }

  /** What starting pods are looked after with, where that is due: some start, and time passed. */
  Optional<WantedSizes> boostDue(Instant now) {
    return container
        .wanted()
        .filter(_ -> starts && !now.isBefore(looksAgain))
        .map(first -> new WantedSizes(first, wantedBeside()));
  }

  private Map<String, WantedSize> wantedBeside() {
    Map<String, WantedSize> wanted = new TreeMap<>();
    beside.forEach((name, other) -> other.wanted().ifPresent(size -> wanted.put(name, size)));
    return wanted;
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

  /** What each container of one of so many replicas is expected to use. */
  List<UsageForecast> usage(
      Vertical vertical, ForecastOutcome load, Optional<UtilizationLaw> first, int replicas) {
    int bearing = Math.max(1, replicas);
    return vertical.containers().stream()
        .map(each -> {
          BesideLine other = beside.get(each.container());
          return other == null
              ? container.usage(each, load, first, bearing)
              : other.usage(each, load, bearing);
        })
        .toList();
  }

  /** What a container of each of so many replicas needs for its share of the load. */
  private static Optional<SizeNeed> needOf(
      Vertical vertical,
      Optional<UtilizationLaw> law,
      Decision decision,
      int bearing,
      SizedReplicas.Planner planner) {
    if (law.isEmpty() || decision.load().isEmpty()) {
      return Optional.empty();
    }
    PlannedLoads loads = planner.plan(law.get(), decision.load().getAsDouble());
    return Optional.of(ContainerLine.need(vertical, law.get(), loads.ofEach(Math.max(1, bearing))));
  }
}
