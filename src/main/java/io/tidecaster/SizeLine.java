package io.tidecaster;

import io.tidecaster.act.SizeObservation;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Inputs;
import io.tidecaster.decide.Plan;
import io.tidecaster.decide.Situation;
import io.tidecaster.decide.UtilizationLaw;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.CpuBounds;
import io.tidecaster.size.JvmHeap;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.MemoryPeaks;
import io.tidecaster.size.OomFloor;
import io.tidecaster.size.RolloutInputs;
import io.tidecaster.size.ShapeChoice;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeInputs;
import io.tidecaster.size.SizeMemory;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.size.ThrottleFloor;
import io.tidecaster.size.Throttling;
import io.tidecaster.size.WantedSize;
import io.tidecaster.workload.MemorySizing;
import io.tidecaster.workload.Prices;
import io.tidecaster.workload.Templating;
import io.tidecaster.workload.Vertical;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How large the replicas of one scaler are to be: what is known of it. Under the lock of its line.
 */
final class SizeLine {
  private SizeMemory memory = SizeMemory.EMPTY;
  private MemoryPeaks peaks = MemoryPeaks.NONE;
  private Optional<OomFloor> oomFloor = Optional.empty();
  private Optional<WantedSize> wanted = Optional.empty();
  private boolean starts;
  private Instant looksAgain = Instant.MIN;
  private Optional<ThrottleFloor> throttleFloor = Optional.empty();
  private @Nullable SizedReplicas sizedReplicas;
  private Optional<CapacityLaw> learnedLaw = Optional.empty();
  private Optional<SizedReplicas.OneDecision> together = Optional.empty();
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
  void changed(Optional<Vertical> before, Optional<Vertical> now) {
    if (!now.map(Vertical::container).equals(before.map(Vertical::container))) {
      memory = SizeMemory.EMPTY;
      oomFloor = Optional.empty();
      throttleFloor = Optional.empty();
      wanted = Optional.empty();
      carried.forget();
    }
  }

  void observe(LoadPoint point) {
    if (point.largestMemoryBytes().isPresent()) {
      peaks = peaks.plus(point.minute(), (long) point.largestMemoryBytes().getAsDouble());
    }
  }

  /** Before minutes of the past are observed anew. */
  void forgetPeaks() {
    peaks = MemoryPeaks.NONE;
  }

  /** Goes on from the last decision that anyone made, if it was on this container. */
  void resumeAt(Vertical vertical, SizeDecision last) {
    if (vertical.container().equals(last.container())) {
      memory = last.remembered();
      wanted = Optional.of(last.wanted());
      starts = true; // for all that is known, until the first decision
      throttleFloor = last.inputs().throttling().flatMap(Throttling::floor);
      oomFloor = last.memory().flatMap(decided -> decided.inputs().oom());
      learnedLaw = last.choice().map(ShapeChoice::law);
      carried.resumeAt(last);
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
      SeenSize seen,
      Optional<SeenLimit> limit) {
    Decision decision = decided.decision();
    long current = seen.settled() ? seen.currentMillis() : wantedMillis(seen.currentMillis());
    SizeMemory lately = memory.within(decision.at(), SizeDecider.Settings.DEFAULT.shrinkWindow());
    SizeMemory remembered =
        lately.needs().isEmpty()
            ? new SizeMemory(List.of(new SizeMemory.Need(decision.at(), current)))
            : lately;
    Optional<SizeNeed> need =
        together.map(SizedReplicas.OneDecision::need).or(() -> needOf(vertical, law, decided));
    Optional<Templating> rollout = vertical.rollout().filter(_ -> seen.standing().isPresent());
    rollout.ifPresent(_ -> carried.observe(decision.at(), current, need));
    Optional<Templating> alone = rollout.filter(known -> known.way() == Templating.Way.ROLLOUT);
    SizeDecision sized =
        SizeDecision.of(
            decision.at(),
            vertical.container(),
            new SizeInputs(
                alone.map(CarriedSize::settings).orElse(SizeDecider.Settings.DEFAULT),
                current,
                alone.isPresent() ? need.map(carried::ofADay) : need,
                new CpuBounds(vertical.leastMillis(), vertical.mostMillis()),
                remembered,
                limit.map(known -> throttling(vertical, decision.at(), seen, known))),
            vertical
                .memory()
                .flatMap(sizing -> seen.memory().map(of -> memoryInputs(vertical, sizing, of))));
    memory = sized.remembered();
    wanted = Optional.of(sized.wanted());
    starts = seen.starting() || decision.desiredReplicas() > decision.fleet().readyReplicas();
    if (rollout.isPresent()) {
      return carried.carry(sized, rollout.get(), seen.standing().orElseThrow());
    }
    return together
        .map(one -> sized.with(one.choice(sized.outcome().desiredMillis())))
        .orElse(sized);
  }

  private Throttling throttling(Vertical vertical, Instant at, SeenSize seen, SeenLimit limit) {
    boolean follows = vertical.values() == Vertical.Values.REQUESTS_AND_LIMITS;
    throttleFloor =
        limit.throttles()
            ? Optional.of(ThrottleFloor.after(throttleFloor, at, seen.leastMillis(), follows))
            : throttleFloor.filter(floor -> floor.stands(at));
    return new Throttling(limit.share(), limit.mostShare(), follows, throttleFloor);
  }

  private SizedReplicas.Sizes sizes(SizeObservation.Seen seen, boolean throttled) {
    boolean settled = seen.settled().isPresent();
    boolean allSettled = seen.settled().filter(seen::equals).isPresent();
    return new SizedReplicas.Sizes(
        settled ? seen.largestMillis() : wantedMillis(seen.largestMillis()),
        settled ? seen.smallestAllocatedMillis() : wantedMillis(seen.smallestAllocatedMillis()),
        seen.largestMemoryBytes(),
        allSettled && !throttled);
  }

  /** While all replicas start, what was decided last is their size, and no boost is. */
  private long wantedMillis(long otherwise) {
    return wanted.map(WantedSize::cpuMillis).orElse(otherwise);
  }

  /** What starting pods are looked after with, where that is due: some start, and time passed. */
  Optional<WantedSize> boostDue(Instant now) {
    return wanted.filter(_ -> starts && !now.isBefore(looksAgain));
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

  private MemoryInputs memoryInputs(Vertical vertical, MemorySizing sizing, SeenMemory seen) {
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
        seen.heap());
  }

  /** The CPU for the load of this moment and for what is forecast, by the utilization law. */
  private static Optional<SizeNeed> needOf(
      Vertical vertical, Optional<UtilizationLaw> law, Decided decided) {
    Decision decision = decided.decision();
    if (law.isEmpty() || decision.load().isEmpty()) {
      return Optional.empty();
    }
    double load = decision.load().getAsDouble();
    double ahead = Math.max(load, planned(decided.inputs()).orElse(load));
    int replicas = Math.max(1, decision.fleet().readyReplicas());
    return Optional.of(
        new SizeNeed(
            millis(vertical, law.get(), load / replicas),
            millis(vertical, law.get(), ahead / replicas)));
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

  private static long millis(Vertical vertical, UtilizationLaw law, double load) {
    double cores = law.idleCores() + law.cpuSecondsPerRequest() * load;
    return (long) Math.ceil(cores / vertical.targetUse() * 1000 - 1e-6);
  }
}
