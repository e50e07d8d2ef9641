package io.tidecaster.backtest;

import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.TargetRef;
import java.util.Map;
import java.util.Optional;

/** The scaler of a trace that comes without one. */
final class TraceScaler {
  /** A replica in full use bears so much of its objective: at 80 % of it, users feel it. */
  static final double VIOLATION_USE = 0.8;

  private static final double HPA_USE = 0.5;

  private TraceScaler() {}

  /**
   * One that decides by requests, beside an HPA at 50 % of use.
   *
   * @param borne load that a replica may bear
   */
  static Scaler of(double borne, Bounds bounds) {
    return new Scaler(
        new ScalerId("backtest", "trace"),
        new TargetRef("apps/v1", "Deployment", "trace"),
        Mode.ENFORCING,
        bounds,
        new Source(
            new SeriesSelector("trace", SeriesSelector.Type.GAUGE, Map.of()), Optional.empty()),
        Optional.empty(),
        new Objective.RequestsPerReplica(borne),
        new Objective.RequestsPerReplica(borne * HPA_USE / VIOLATION_USE),
        0.95,
        new LeadTime.Learned(),
        Behavior.DEFAULT);
  }
}
