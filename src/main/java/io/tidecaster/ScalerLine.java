package io.tidecaster;

import io.tidecaster.act.ScaleResult;
import io.tidecaster.act.SizeObservation;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.crd.v1alpha1.BoundsByTime;
import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.CapacityEstimate;
import io.tidecaster.decide.CapacityEstimator;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.DecisionMemory;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Headroom;
import io.tidecaster.decide.LeadTimeEstimate;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.PeakFit;
import io.tidecaster.decide.PeakModel;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.decide.Pressure;
import io.tidecaster.decide.Room;
import io.tidecaster.decide.ShadowFleet;
import io.tidecaster.decide.Situation;
import io.tidecaster.decide.Trial;
import io.tidecaster.decide.Trust;
import io.tidecaster.forecast.FitTask;
import io.tidecaster.forecast.FittedModel;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.forecast.Grid;
import io.tidecaster.forecast.LiveAccuracy;
import io.tidecaster.forecast.ScalerForecaster;
import io.tidecaster.forecast.UsageForecast;
import io.tidecaster.history.LoadHistory;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.MinuteAssembler;
import io.tidecaster.history.Sample;
import io.tidecaster.history.Series;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.WantedSizes;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.BoundsOverTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.Vertical;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One scaler on its way through the stages: all that changes about it over time. Whoever calls
 * anything here holds the {@link #lock()}.
 */
final class ScalerLine {
  /** Records of samples whose minutes are open; the oldest are given up beyond this. */
  private static final int MOST_OPEN_RECORDS = 4096;

  /** Minutes of the past from which capacity is learned again; more than it keeps. */
  private static final int CAPACITY_MINUTES = 3 * 24 * 60;

  /** Minutes of the past from which the peaks of the memory are known: eight days. */
  private static final int MEMORY_MINUTES = 8 * 24 * 60;

  /** How far ahead a forecast is explained. */
  private static final List<Integer> EXPLAINED_MINUTES = List.of(15, 30, 60);

  private record OpenRecord(long offset, Instant newest) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final MinuteAssembler assembler;
  private final LoadHistory history;
  private final Deque<OpenRecord> openRecords = new ArrayDeque<>();
  private MinuteAssembler.Counts taken = MinuteAssembler.Counts.NONE;
  private Scaler scaler;
  private BoundsOverTime bounds;
  private Calendar calendar;
  private ScalerForecaster forecaster;
  private PeakPlanner planner;
  private Optional<PeakPlanner.Terms> peakTerms = Optional.empty();
  private CapacityEstimator capacity;
  private DecisionMemory memory;
  private final SizeLine size;
  private @Nullable ShadowFleet shadow;
  private Optional<Instant> lastDecisionAt;
  private Optional<Trial> trial;
  private LeadTimeEstimate measured = LeadTimeEstimate.DEFAULT;
  private List<Decision> past;
  private Optional<LoadPoint> newest = Optional.empty();
  private Optional<LoadPoint> beforeNewest = Optional.empty();

  /**
   * @param past this scaler's last decisions, oldest first
   * @param trust how it stood in its trial when that was last written; empty where nobody knows
   */
  ScalerLine(
      Scaler scaler,
      MinuteAssembler assembler,
      LoadHistory history,
      Calendar calendar,
      List<Decision> past,
      Optional<Trust> trust) {
    this.scaler = scaler;
    this.size = new SizeLine(scaler);
    this.bounds = BoundsByTime.of(scaler);
    this.calendar = calendar;
    this.assembler = assembler;
    this.history = history;
    this.past = past;
    this.trial = trust.map(Trial::of);
    this.memory = DecisionMemory.replay(past);
    this.lastDecisionAt = past.isEmpty() ? Optional.empty() : Optional.of(past.getLast().at());
    this.forecaster = newForecaster();
    this.planner = newPlanner();
    this.capacity = newCapacity();
    learnAgain();
  }

  ReentrantLock lock() {
    return lock;
  }

  Scaler scaler() {
    return scaler;
  }

  /** From now on the scaler is configured like this. */
  void use(Scaler changed) {
    if (!changed.hpaObjective().equals(scaler.hpaObjective())
        || !BoundsByTime.of(changed).equals(bounds)
        || !changed.behavior().equals(scaler.behavior())) {
      shadow = null;
      past = List.of();
      trial = trial.map(Trial::begunAnew);
    }
    size.changed(scaler.vertical(), changed.vertical());
    boolean sizedAnew = changed.vertical().isPresent() && scaler.vertical().isEmpty();
    boolean sameMemory =
        memorySized(changed).equals(memorySized(scaler))
            && changed.serviceLevel() == scaler.serviceLevel();
    scaler = changed;
    bounds = BoundsByTime.of(changed);
    if (sizedAnew || !sameMemory) {
      learnSizesAgain(wholeLoad());
    }
  }

  /** The containers whose memory is sized. */
  private static List<String> memorySized(Scaler scaler) {
    return scaler.vertical().map(Vertical::containers).orElse(List.of()).stream()
        .filter(each -> each.memory().isPresent())
        .map(Vertical::container)
        .toList();
  }

  /** From now on this is what is known of its future. */
  void use(Calendar changed) {
    if (!changed.equals(calendar)) {
      calendar = changed;
      forecaster.use(changed);
      size.use(changed);
    }
  }

  /** Takes in the samples of one record. */
  void observe(long offset, List<Sample> samples, Instant now) {
    long newest = Long.MIN_VALUE;
    for (Sample sample : samples) {
      assembler.accept(sample, now);
      newest = Math.max(newest, sample.timestampMillis());
    }
    if (newest > Long.MIN_VALUE) {
      openRecords.add(new OpenRecord(offset, Instant.ofEpochMilli(newest)));
      if (openRecords.size() > MOST_OPEN_RECORDS) {
        openRecords.removeFirst();
      }
    }
  }

  /** The minutes that the samples show to be over. */
  List<LoadPoint> close() {
    return assembler.close();
  }

  /** Those, and what the clock shows to be over; for when all that was sent has been read. */
  List<LoadPoint> closeByClock(Instant now) {
    return assembler.close(now);
  }

  /** Keeps minutes that have stood on the topic since. */
  void remember(List<LoadPoint> points) {
    for (LoadPoint point : points) {
      history.put(point);
      beforeNewest = newest;
      newest = Optional.of(point);
      forecaster.observe(point.minute(), point.load());
      planner.observe(point.minute(), point.load());
      capacity.observe(point);
      size.observe(point);
    }
    Instant needed = assembler.neededFrom().orElse(Instant.MAX);
    while (!openRecords.isEmpty() && openRecords.getFirst().newest().isBefore(needed)) {
      openRecords.removeFirst();
    }
  }

  /** Takes in minutes of the past, in any order, and learns anew from all there are. */
  void remindOf(List<LoadPoint> points) {
    points.forEach(history::put);
    learnAgain();
  }

  /** The end of the newest minute that is known of. */
  Optional<Instant> newestEnd() {
    return history.newestEnd();
  }

  /** The stretches of time between two instants of which nothing is known. */
  List<LoadHistory.Gap> gaps(Instant from, Instant to) {
    return history.gaps(from, to);
  }

  /** The offset of the oldest record that an open minute needs; empty where none does. */
  OptionalLong oldestOpenOffset() {
    return openRecords.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(openRecords.getFirst().offset());
  }

  /** Learning how much to plan for, where it is due and what it is learned for is known. */
  Optional<PeakFit> peakFitDue() {
    return peakTerms.flatMap(planner::fitDue);
  }

  void adopt(PeakModel model) {
    planner.adopt(model);
  }

  /** The same until a resize has taken effect, where replicas are sized. */
  Optional<PeakFit> resizeFitDue() {
    return size.fitDue();
  }

  void adoptForResizes(PeakModel model) {
    size.adopt(model);
  }

  Optional<FitTask> fitDue() {
    return forecaster.fitDue();
  }

  void adopt(FittedModel model) {
    forecaster.adopt(model);
  }

  /** Learning what a container will use of memory, where that is due. */
  Optional<MemoryFit> memoryFitDue() {
    return size.memoryFitDue();
  }

  void adopt(MemoryFit.Fitted fitted) {
    fitted.adopt();
  }

  /** As of the end of the newest minute. */
  ForecastOutcome forecast() {
    return forecaster.servedForecast();
  }

  /** What the containers that are sized will use, with so many replicas to bear the load. */
  List<UsageForecast> usage(ForecastOutcome load, int replicas) {
    return scaler
        .vertical()
        .map(vertical -> size.usage(vertical, load, capacity.law(), replicas))
        .orElse(List.of());
  }

  /** How samples fared since the last call. */
  MinuteAssembler.Counts takeCounts() {
    MinuteAssembler.Counts total = assembler.counts();
    MinuteAssembler.Counts since = total.minus(taken);
    taken = total;
    return since;
  }

  /** The forecast, with how those before it did and what moved it. */
  ForecastReport report(ForecastOutcome forecast) {
    LiveAccuracy accuracy = forecaster.accuracy();
    return new ForecastReport(
        forecast,
        accuracy.scored() == 0 ? Optional.empty() : Optional.of(accuracy),
        forecast instanceof Forecast known
            ? forecaster.explain(known, EXPLAINED_MINUTES)
            : List.of());
  }

  /** Whether a decision at this time, or a later one, was made already. */
  boolean hasDecidedAt(Instant at) {
    return lastDecisionAt.isPresent() && !at.isAfter(lastDecisionAt.get());
  }

  /** Whether nothing was decided since. */
  boolean hasDecidedLast(Decision decision) {
    return lastDecisionAt.filter(decision.at()::equals).isPresent();
  }

  /** Goes on from the last decision on the size that anyone made. */
  void resumeAt(SizeDecision last) {
    scaler.vertical().ifPresent(vertical -> size.resumeAt(vertical, last));
  }

  /** From now on new replicas are known to take so long. */
  void measured(LeadTimeEstimate leadTime) {
    measured = leadTime;
  }

  /** The same for a workload that has all the room it needs. */
  Decided decide(
      Decider decider, Mode mode, Instant now, Optional<Fleet> fleet, ForecastOutcome forecast) {
    return decide(decider, mode, now, fleet, forecast, wanted -> Optional.empty());
  }

  /** The same where there may not be room for what is decided. */
  Decided decide(
      Decider decider,
      Mode mode,
      Instant now,
      Optional<Fleet> fleet,
      ForecastOutcome forecast,
      Function<Outcome.Scale, Optional<Room>> rooms) {
    return decide(decider, mode, now, fleet, forecast, rooms, Optional.empty());
  }

  /**
   * Decides on the newest minute, and remembers having done so.
   *
   * @param rooms asked where the decision would scale, which is then made again with the answer
   * @param containers what was seen of the sizes, with which replicas and size may be one decision;
   *     empty where they are not known
   */
  Decided decide(
      Decider decider,
      Mode mode,
      Instant now,
      Optional<Fleet> fleet,
      ForecastOutcome forecast,
      Function<Outcome.Scale, Optional<Room>> rooms,
      Optional<SizeObservation.Seen> containers) {
    OptionalDouble cpuRequest = fleet.map(Fleet::cpuRequestCores).orElse(OptionalDouble.empty());
    LeadTimeEstimate leadTime = LeadTimeEstimate.of(scaler.leadTime(), measured);
    Optional<Capacity> perReplica = capacityUnder(scaler.objective(), cpuRequest);
    Optional<Capacity> hpaCapacity = capacityUnder(scaler.hpaObjective(), cpuRequest);
    peakTerms =
        perReplica.map(known ->
            new PeakPlanner.Terms(
                known.perReplica(),
                hpaCapacity.orElse(known).perReplica(),
                leadTime.duration(),
                bounds,
                scaler.behavior(),
                scaler.serviceLevel()));
    Bounds inForce = bounds.at(now, leadTime.duration());
    Optional<LoadPoint> last = history.last();
    ShadowFleet stepped =
        shadow(fleet)
            .within(inForce)
            .step(
                now,
                last.map(LoadPoint::load).orElse(OptionalDouble.empty()),
                hpaCapacity,
                leadTime.duration());
    shadow = stepped;
    Situation situation =
        new Situation(
            scaler.within(inForce),
            mode,
            now,
            fleet,
            last,
            forecast,
            perReplica,
            hpaCapacity,
            leadTime,
            planner.peak(leadTime.duration()),
            Headroom.stated(scaler.serviceLevel()),
            memory,
            stepped.shadow(),
            Optional.empty(),
            pressure());
    Optional<SizedReplicas.OneDecision> together =
        scaler
            .vertical()
            .flatMap(vertical ->
                containers.flatMap(seen ->
                    size.together(vertical, situation, seen, capacity.law(), newest, decider)));
    Decided decided =
        together
            .map(SizedReplicas.OneDecision::decided)
            .orElseGet(() -> decider.decideOnRecord(situation));
    if (decided.decision().outcome() instanceof Outcome.Scale wanted) {
      Situation decidedOn = together.isPresent() ? decided.inputs().situation() : situation;
      decided =
          rooms.apply(wanted).map(decidedOn::within).map(decider::decideOnRecord).orElse(decided);
    }
    size.decided(together, decided);
    Decision decision = decided.decision();
    memory = memory.after(decision);
    lastDecisionAt = Optional.of(now);
    trial =
        scaler
            .trial()
            .map(promotion ->
                trial
                    .filter(known -> known.trust().isOf(now))
                    .orElseGet(() -> Trial.of(Trust.begun(now)))
                    .after(decider, situation, decision, promotion));
    return decided;
  }

  /** Of the minute that is decided on; what was seen of minutes of the past is over. */
  private Optional<Pressure> pressure() {
    return scaler
        .pressure()
        .flatMap(signs ->
            newest.flatMap(point -> Pressure.of(beforeNewest, point, signs.bearableWait())));
  }

  /**
   * Decides how large the replicas are to be, on the same minute; empty where that is left alone.
   */
  Optional<SizeDecision> size(Decided decided, SizeObservation.Seen seen) {
    return scaler
        .vertical()
        .flatMap(vertical ->
            size(decided, ContainerLine.SeenSize.of(vertical, seen), seenBeside(vertical, seen)));
  }

  private static Map<String, ContainerLine.SeenSize> seenBeside(
      Vertical vertical, SizeObservation.Seen seen) {
    Map<String, SizeObservation.Seen> known = seen.seenBeside();
    return vertical.containers().stream()
        .filter(other -> known.containsKey(other.container()))
        .collect(
            Collectors.toMap(
                Vertical::container,
                other ->
                    ContainerLine.SeenSize.of(
                        other, Objects.requireNonNull(known.get(other.container())))));
  }

  /** The same of what was made of that. */
  Optional<SizeDecision> size(Decided decided, ContainerLine.SeenSize seen) {
    return size(decided, seen, Map.of());
  }

  /** The same beside other containers, by their names. */
  Optional<SizeDecision> size(
      Decided decided, ContainerLine.SeenSize seen, Map<String, ContainerLine.SeenSize> beside) {
    return scaler
        .vertical()
        .map(vertical ->
            size.decide(
                vertical, decided, capacity.law(), new SizeLine.SeenSizes(seen, limit(), beside)));
  }

  /** What starting replicas meet is no want of CPU for the load. */
  private Optional<ContainerLine.SeenLimit> limit() {
    return scaler
        .throttling()
        .map(signs ->
            new ContainerLine.SeenLimit(
                signs.mostShare(),
                newest.map(LoadPoint::throttledShare).orElse(OptionalDouble.empty()),
                capacity.isSettled()));
  }

  /** The same of a container whose memory is left as it is. */
  Optional<SizeDecision> size(Decided decided, long currentMillis) {
    return size(decided, ContainerLine.SeenSize.of(currentMillis));
  }

  /** The sizes from which starting replicas are boosted, where it is time to look after them. */
  Optional<WantedSizes> boostDue(Instant now) {
    return scaler.vertical().flatMap(Vertical::boost).flatMap(_ -> size.boostDue(now));
  }

  /** They were looked after, and are again from then on. */
  void lookAgainAt(Instant next) {
    size.lookAgainAt(next);
  }

  /** How it stands in its trial; empty where it is on none. */
  Optional<Trust> trust() {
    return trial.map(Trial::trust);
  }

  /** What became of the last decision; where no answer came, the next observation tells. */
  void took(ScaleResult result) {
    switch (result) {
      case ScaleResult.Conflict _,
          ScaleResult.Forbidden _,
          ScaleResult.OwnedByOther _,
          ScaleResult.UndoneByOther _ ->
          memory = memory.withoutLastChange();
      case ScaleResult.Scaled _,
          ScaleResult.Unchanged _,
          ScaleResult.LeftToKeda _,
          ScaleResult.Failed _ -> {}
    }
  }

  private ShadowFleet shadow(Optional<Fleet> fleet) {
    if (shadow == null) {
      shadow =
          ShadowFleet.replay(
              scaler, past, fleet.map(Fleet::specReplicas).orElse(scaler.bounds().minReplicas()));
      past = List.of();
    }
    return shadow;
  }

  private Optional<Capacity> capacityUnder(Objective objective, OptionalDouble cpuRequest) {
    return switch (capacity.estimate(objective, cpuRequest)) {
      case CapacityEstimate.Known known -> Optional.of(known.capacity());
      case CapacityEstimate.Unknown unknown -> Optional.empty();
    };
  }

  private void learnAgain() {
    forecaster = newForecaster();
    planner = newPlanner();
    capacity = newCapacity();
    Optional<Series> known = wholeLoad();
    learnSizesAgain(known);
    if (known.isEmpty()) {
      return;
    }
    Series load = known.get();
    forecaster.observe(load);
    load.forEach(planner::observe);
    for (int i = Math.max(0, load.size() - CAPACITY_MINUTES); i < load.size(); i++) {
      history.at(load.timeOf(i)).ifPresent(capacity::observe);
    }
  }

  private void learnSizesAgain(Optional<Series> known) {
    size.learnAgain(scaler, known, calendar);
    boolean whole = !memorySized(scaler).isEmpty();
    known.ifPresent(load -> {
      for (int i = whole ? 0 : Math.max(0, load.size() - MEMORY_MINUTES); i < load.size(); i++) {
        history.at(load.timeOf(i)).ifPresent(size::observePast);
      }
    });
  }

  private Optional<Series> wholeLoad() {
    Optional<Instant> oldest = history.oldestStart();
    Optional<Instant> newest = history.newestEnd();
    return oldest.isEmpty() || newest.isEmpty()
        ? Optional.empty()
        : Optional.of(history.load(oldest.get(), newest.get()));
  }

  private CapacityEstimator newCapacity() {
    return scaler
        .throttling()
        .map(signs -> new CapacityEstimator(signs.mostShare()))
        .orElseGet(CapacityEstimator::new);
  }

  private PeakPlanner newPlanner() {
    return new PeakPlanner(scaler.id(), PeakPlanner.Settings.DEFAULT, Decider.Settings.DEFAULT);
  }

  private ScalerForecaster newForecaster() {
    return new ScalerForecaster(scaler.id(), Grid.MINUTES, calendar, ForecastSettings.DEFAULT);
  }
}
