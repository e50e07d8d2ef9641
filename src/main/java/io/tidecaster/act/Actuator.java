package io.tidecaster.act;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidecaster.balance.Standing;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Outlook;
import io.tidecaster.size.RolloutDecision;
import io.tidecaster.size.RolloutReason;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.WantedSizes;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The one place from which a workload is written: a decision to scale is applied if the mode in
 * force when it was made is Enforcing, and then it is told.
 */
public final class Actuator {
  /** Holds that say how many replicas are needed, rather than that this is not known. */
  private static final Set<HoldReason> WEIGHED =
      EnumSet.of(
          HoldReason.ENOUGH,
          HoldReason.WITHIN_TOLERANCE,
          HoldReason.STABILIZING,
          HoldReason.RATE_LIMITED,
          HoldReason.AT_MAXIMUM,
          HoldReason.AT_QUOTA,
          HoldReason.AT_DISRUPTION_BUDGET);

  private final ReplicaScaler replicaScaler;
  private final ContainerSizer sizer;
  private final Function<ScalerId, Optional<Standing>> balancers;
  private final List<Announcer> announcers;
  private final MeterRegistry meters;

  /** One that leaves replicas as large as they are. */
  public Actuator(ReplicaScaler replicaScaler, List<Announcer> announcers, MeterRegistry meters) {
    this(replicaScaler, ContainerSizer.NONE, _ -> Optional.empty(), announcers, meters);
  }

  /**
   * @param balancers how the balancers of a scaler stand; empty where none is steered
   */
  public Actuator(
      ReplicaScaler replicaScaler,
      ContainerSizer sizer,
      Function<ScalerId, Optional<Standing>> balancers,
      List<Announcer> announcers,
      MeterRegistry meters) {
    this.replicaScaler = replicaScaler;
    this.sizer = sizer;
    this.balancers = balancers;
    this.announcers = List.copyOf(announcers);
    this.meters = meters;
  }

  /**
   * Applies the decision where it may be applied.
   *
   * @param observed what the decision was made on
   * @param outlook what is told beside it
   * @return what became of it; empty where nothing was written: in Advisory and Paused, for a hold,
   *     and for a workload that was not seen
   */
  public Optional<ScaleResult> apply(
      Scaler scaler, Observation observed, Decision decision, Outlook outlook) {
    return apply(scaler, observed, decision, outlook, Optional.empty());
  }

  /** The same for replicas that are sized, too: larger ones first, then as many as are wanted. */
  public Optional<ScaleResult> apply(
      Scaler scaler,
      Observation observed,
      Decision decision,
      Outlook outlook,
      Optional<Sized> sized) {
    return switch (observed) {
      case Observation.Seen seen -> {
        Optional<Sized> became = sized.map(size -> resize(scaler, decision.mode(), size));
        Optional<ScaleResult> result = write(scaler, decision);
        announce(
            new Report.Decided(
                scaler,
                decision,
                result,
                seen.pods(),
                outlook,
                became,
                balancers.apply(scaler.id())));
        yield result;
      }
      case Observation.Unseen why -> {
        announce(new Report.TargetUnseen(scaler, decision, why));
        yield Optional.empty();
      }
    };
  }

  private Optional<ScaleResult> write(Scaler scaler, Decision decision) {
    if (decision.mode() != Mode.ENFORCING) {
      replicaScaler.release(scaler);
      return Optional.empty();
    }
    Optional<ScaleResult> result =
        switch (decision.outcome()) {
          case Outcome.Scale scale ->
              Optional.of(replicaScaler.scale(scaler, decision.fleet(), scale.to()));
          case Outcome.Hold hold ->
              WEIGHED.contains(hold.reason())
                  ? replicaScaler.hold(scaler, hold.replicas())
                  : Optional.empty();
        };
    result.ifPresent(
        became -> meters.counter("tidecaster.scalings", "result", became.label()).increment());
    return result;
  }

  private Sized resize(Scaler scaler, Mode mode, Sized sized) {
    if (mode != Mode.ENFORCING
        || !(sized.observed() instanceof SizeObservation.Seen seen)
        || sized.decision().isEmpty()) {
      return sized;
    }
    ResizeResult result = resize(scaler, seen, sized.decision().get());
    meters.counter("tidecaster.resizes", "result", result.label()).increment();
    return sized.became(result);
  }

  /** In place, by the template, or not now. */
  private ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, SizeDecision decision) {
    if (decision.changesTemplate()) {
      return sizer.rollOut(scaler, seen, decision.carried(), decision.at());
    }
    Optional<RolloutDecision> rollout = decision.rollout();
    if (rollout.isEmpty() || !rollout.get().inputs().alone()) {
      ResizeResult starts = boost(scaler, seen, decision.wantedSizes());
      ResizeResult others = sizer.resize(scaler, seen, decision.wantedSizes());
      return others instanceof ResizeResult.Held || !(starts instanceof ResizeResult.Held)
          ? others
          : starts;
    }
    return decision
        .each()
        .flatMap(sized -> sized.rollout().stream())
        .filter(known -> known.reason() == RolloutReason.UNDONE_BY_OTHER)
        .findFirst()
        .<ResizeResult>map(known -> new ResizeResult.UndoneByOther(known.sentence()))
        .orElseGet(ResizeResult.AsDecided::new);
  }

  /** Gives pods that start between two decisions their boost, and takes it back. */
  public void boost(Scaler scaler, Mode mode, SizeObservation.Seen seen, WantedSizes wanted) {
    if (mode != Mode.ENFORCING) {
      return;
    }
    boost(scaler, seen, wanted);
  }

  private ResizeResult boost(Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted) {
    ResizeResult result = sizer.boost(scaler, seen, wanted);
    boolean isNews =
        !(result instanceof ResizeResult.AsDecided)
            && !(result instanceof ResizeResult.BoostRefused refused && refused.again());
    if (isNews) {
      meters.counter("tidecaster.resizes", "result", result.label()).increment();
      Boost boost = new Boost(scaler, result);
      announcers.forEach(announcer -> announcer.announce(boost));
    }
    return result;
  }

  /** Tells of a promotion, and of its end. */
  public void announce(Turn turn) {
    announcers.forEach(announcer -> announcer.announce(turn));
  }

  /** Tells of what is no decision: a spec that is rejected. */
  public void announce(Report report) {
    announcers.forEach(announcer -> announcer.announce(report));
  }
}
