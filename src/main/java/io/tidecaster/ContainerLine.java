package io.tidecaster;

import io.tidecaster.act.SizeObservation;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.UtilizationLaw;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.forecast.UsageForecast;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.optimise.PlannedLoads;
import io.tidecaster.size.CpuBounds;
import io.tidecaster.size.JvmHeap;
import io.tidecaster.size.MemoryAhead;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.MemoryPeaks;
import io.tidecaster.size.OomFloor;
import io.tidecaster.size.Overshoots;
import io.tidecaster.size.RolloutInputs;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeInputs;
import io.tidecaster.size.SizeMemory;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.size.ThrottleFloor;
import io.tidecaster.size.Throttling;
import io.tidecaster.size.WantedSize;
import io.tidecaster.usage.MemoryForecaster;
import io.tidecaster.workload.MemorySizing;
import io.tidecaster.workload.Templating;
import io.tidecaster.workload.Vertical;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How large one container of each replica is to be: what is known of it. Under the lock of its
 * line.
 */
final class ContainerLine {
  private SizeMemory memory = SizeMemory.EMPTY;
  private MemoryPeaks peaks = MemoryPeaks.NONE;
  private Optional<OomFloor> oomFloor = Optional.empty();
  private Optional<ThrottleFloor> throttleFloor = Optional.empty();
  private Optional<WantedSize> wanted = Optional.empty();
  private Optional<MemoryForecaster> forecaster = Optional.empty();
  private final CarriedSize carried = new CarriedSize();

  /** What was seen of the memory of a container: of the largest replica, and of all. */
  record SeenMemory(
      long currentBytes,
      MemoryInputs.Change change,
      Optional<SizeObservation.OomKill> oomKill,
      Optional<JvmHeap> heap) {

    static Optional<SeenMemory> of(SizeObservation.Seen seen) {
      OptionalLong current = seen.largestMemoryBytes();
      return current.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new SeenMemory(
                  current.getAsLong(), seen.memoryChange(), seen.lastOomKill(), seen.heap()));
    }
  }

  /**
   * How large the replicas are.
   *
   * @param currentMillis the CPU that the container of the largest requests
   * @param leastMillis the CPU that the node has given the container that has least
   * @param memory empty where it requests none
   * @param settled whether any of them has its size; none does while all of them start
   * @param starting whether any of them starts
   * @param standing how pods and template stand; empty where the template is left as it is
   */
  record SeenSize(
      long currentMillis,
      long leastMillis,
      Optional<SeenMemory> memory,
      boolean settled,
      boolean starting,
      Optional<RolloutInputs.Standing> standing) {
    /** Of containers that all have so much, and of which no more is known. */
    static SeenSize of(long millis) {
      return new SeenSize(millis, millis, Optional.empty(), true, false, Optional.empty());
    }

    static SeenSize of(Vertical vertical, SizeObservation.Seen seen) {
      return new SeenSize(
          seen.largestMillis(),
          seen.smallestAllocatedMillis(),
          SeenMemory.of(seen),
          seen.settled().isPresent(),
          seen.isStarting(),
          seen.standing(vertical));
    }
  }

  /**
   * How often the CPU limit held them back in the last minute.
   *
   * @param mostShare more than this is throttling
   * @param share empty where unknown
   * @param settled whether no replica came or went lately
   */
  record SeenLimit(double mostShare, OptionalDouble share, boolean settled) {
    boolean throttles() {
      return settled && share.orElse(0) > mostShare;
    }
  }

  /** What was remembered of one container says nothing of another. */
  void forget() {
    memory = SizeMemory.EMPTY;
    oomFloor = Optional.empty();
    throttleFloor = Optional.empty();
    wanted = Optional.empty();
    forecaster.ifPresent(known -> known.resume(Overshoots.NONE));
    carried.forget();
  }

  void observe(LoadPoint point) {
    forecaster.ifPresent(known -> known.observe(point.minute(), point.largestMemoryBytes()));
    if (point.largestMemoryBytes().isPresent()) {
      peaks = peaks.plus(point.minute(), (long) point.largestMemoryBytes().getAsDouble());
    }
  }

  /**
   * Before minutes of the past are observed anew.
   *
   * @param fresh empty where its memory is left as it is
   */
  void learnAgain(Optional<MemoryForecaster> fresh) {
    peaks = MemoryPeaks.NONE;
    fresh.ifPresent(next -> forecaster.map(MemoryForecaster::overshoots).ifPresent(next::resume));
    forecaster = fresh;
  }

  /** From now on this is what is known of the future. */
  void use(Calendar calendar) {
    forecaster.ifPresent(known -> known.use(calendar));
  }

  /** The fit of its memory that is due. */
  Optional<MemoryFit> fitDue() {
    return forecaster.flatMap(known -> known.fitDue().map(task -> new MemoryFit(known, task)));
  }

  /** Goes on from the last decision that anyone made on it. */
  void resumeAt(SizeDecision last) {
    memory = last.remembered();
    wanted = Optional.of(last.wanted());
    throttleFloor = last.inputs().throttling().flatMap(Throttling::floor);
    oomFloor = last.memory().flatMap(decided -> decided.inputs().oom());
    Optional<Overshoots> overshoots =
        last.memory().flatMap(decided -> decided.inputs().ahead()).map(MemoryAhead::overshoots);
    forecaster.ifPresent(known -> overshoots.ifPresent(known::resume));
    carried.resumeAt(last);
  }

  /** What was decided last. */
  Optional<WantedSize> wanted() {
    return wanted;
  }

  /** While all replicas start, what was decided last is their size, and no boost is. */
  long wantedMillis(long otherwise) {
    return wanted.map(WantedSize::cpuMillis).orElse(otherwise);
  }

  /**
   * Decides on its size.
   *
   * @param need empty while what it uses is unknown
   * @param limit empty where nobody asks whether its limit holds it back
   */
  SizeDecision decide(
      Vertical vertical,
      Instant at,
      SeenSize seen,
      Optional<SizeNeed> need,
      Optional<SeenLimit> limit) {
    long current = seen.settled() ? seen.currentMillis() : wantedMillis(seen.currentMillis());
    SizeMemory lately = memory.within(at, SizeDecider.Settings.DEFAULT.shrinkWindow());
    SizeMemory remembered =
        lately.needs().isEmpty()
            ? new SizeMemory(List.of(new SizeMemory.Need(at, current)))
            : lately;
    Optional<Templating> rollout = vertical.rollout().filter(_ -> seen.standing().isPresent());
    rollout.ifPresent(_ -> carried.observe(at, current, need));
    Optional<Templating> alone = rollout.filter(known -> known.way() == Templating.Way.ROLLOUT);
    SizeDecision sized =
        SizeDecision.of(
            at,
            vertical.container(),
            new SizeInputs(
                alone.map(CarriedSize::settings).orElse(SizeDecider.Settings.DEFAULT),
                current,
                alone.isPresent() ? need.map(carried::ofADay) : need,
                new CpuBounds(vertical.leastMillis(), vertical.mostMillis()),
                remembered,
                limit.map(known -> throttling(vertical, at, seen, known))),
            vertical
                .memory()
                .flatMap(
                    sizing -> seen.memory().map(of -> memoryInputs(vertical, sizing, at, of))));
    memory = sized.remembered();
    wanted = Optional.of(sized.wanted());
    return rollout.isPresent()
        ? carried.carry(sized, rollout.get(), seen.standing().orElseThrow())
        : sized;
  }

  private Throttling throttling(Vertical vertical, Instant at, SeenSize seen, SeenLimit limit) {
    boolean follows = vertical.values() == Vertical.Values.REQUESTS_AND_LIMITS;
    throttleFloor =
        limit.throttles()
            ? Optional.of(ThrottleFloor.after(throttleFloor, at, seen.leastMillis(), follows))
            : throttleFloor.filter(floor -> floor.stands(at));
    return new Throttling(limit.share(), limit.mostShare(), follows, throttleFloor);
  }

  /** What it is expected to use in one of so many replicas. */
  UsageForecast usage(
      Vertical vertical, ForecastOutcome load, Optional<UtilizationLaw> law, int replicas) {
    return new UsageForecast(
        vertical.container(),
        replicas,
        cpu(load, law, replicas),
        forecaster.map(MemoryForecaster::forecast));
  }

  private static ForecastOutcome cpu(
      ForecastOutcome load, Optional<UtilizationLaw> law, int replicas) {
    return switch (load) {
      case NotReady notReady -> notReady;
      case Forecast ready when law.isPresent() -> law.get().use(ready, replicas);
      case Forecast _ ->
          new NotReady(
              NotReady.Reason.USE_UNKNOWN,
              "what the load costs in CPU is unknown; wait for minutes of differing load,"
                  + " or check the series of usage.cpu");
    };
  }

  /** A rollout does not come and go with the hour: what it carries goes by the peaks. */
  private MemoryInputs memoryInputs(
      Vertical vertical, MemorySizing sizing, Instant at, SeenMemory seen) {
    seen.oomKill()
        .filter(kill -> oomFloor.isEmpty() || kill.at().isAfter(oomFloor.get().killedAt()))
        .ifPresent(kill -> oomFloor = Optional.of(OomFloor.after(kill.at(), kill.hadBytes())));
    return new MemoryInputs(
        seen.currentBytes(),
        sizing.leastBytes(),
        sizing.mostBytes(),
        vertical.rollout().isPresent() ? MemoryInputs.Change.BOTH : seen.change(),
        peaks,
        oomFloor,
        seen.heap(),
        vertical.rollout().isPresent()
            ? Optional.empty()
            : forecaster.map(known -> known.ahead(at, known.forecast())));
  }

  /**
   * The CPU for the loads of a replica, by its utilization law.
   *
   * @param loads of which a rollout answers what comes until replicas have started, and a resize
   *     what comes sooner
   */
  static SizeNeed need(Vertical vertical, UtilizationLaw law, PlannedLoads loads) {
    boolean startsAnew =
        vertical.rollout().filter(known -> known.way() == Templating.Way.ROLLOUT).isPresent();
    return new SizeNeed(
        millis(vertical, law, loads.present()),
        millis(vertical, law, startsAnew ? loads.later() : loads.soon()));
  }

  private static long millis(Vertical vertical, UtilizationLaw law, double load) {
    double cores = law.idleCores() + law.cpuSecondsPerRequest() * load;
    return (long) Math.ceil(cores / vertical.targetUse() * 1000 - 1e-6);
  }
}
