package io.tidecaster.act;

import io.tidecaster.decide.Fleet;
import io.tidecaster.workload.Scaler;

/** The border to whatever runs the replicas. Safe for many threads. */
public interface ReplicaScaler {

  /** Looks at the scaler's workload; blocks, within a bound. */
  Observation observe(Scaler scaler);

  /**
   * Asks for these replicas, if the workload is still what was decided on; blocks, within a bound.
   *
   * @param decidedOn its resourceVersion must still stand
   */
  ScaleResult scale(Scaler scaler, Fleet decidedOn, int replicas);
}
