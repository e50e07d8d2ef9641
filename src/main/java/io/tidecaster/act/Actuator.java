package io.tidecaster.act;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Outcome;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import java.util.List;
import java.util.Optional;

/**
 * The one place from which a workload is written: a decision to scale is applied if the mode in
 * force when it was made is Enforcing, and then it is told.
 */
public final class Actuator {
  private final ReplicaScaler replicaScaler;
  private final List<Announcer> announcers;
  private final MeterRegistry meters;

  public Actuator(ReplicaScaler replicaScaler, List<Announcer> announcers, MeterRegistry meters) {
    this.replicaScaler = replicaScaler;
    this.announcers = List.copyOf(announcers);
    this.meters = meters;
  }

  /**
   * Applies the decision where it may be applied.
   *
   * @param observed what the decision was made on
   * @return what became of it; empty where nothing was written: in Advisory and Paused, for a hold,
   *     and for a workload that was not seen
   */
  public Optional<ScaleResult> apply(Scaler scaler, Observation observed, Decision decision) {
    return switch (observed) {
      case Observation.Seen seen -> {
        Optional<ScaleResult> result = write(scaler, decision);
        announce(new Report.Decided(scaler, decision, result));
        yield result;
      }
      case Observation.Unseen why -> {
        announce(new Report.TargetUnseen(scaler, decision, why));
        yield Optional.empty();
      }
    };
  }

  private Optional<ScaleResult> write(Scaler scaler, Decision decision) {
    if (decision.mode() != Mode.ENFORCING || !(decision.outcome() instanceof Outcome.Scale scale)) {
      return Optional.empty();
    }
    var result = replicaScaler.scale(scaler, decision.fleet(), scale.to());
    meters.counter("tidecaster.scalings", "result", result.label()).increment();
    return Optional.of(result);
  }

  /** Tells of what is no decision: a spec that is rejected. */
  public void announce(Report report) {
    announcers.forEach(announcer -> announcer.announce(report));
  }
}
