package io.tidecaster.act;

import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Room;
import io.tidecaster.workload.Scaler;
import java.util.Optional;

/** The border to whatever runs the replicas. Safe for many threads. */
public interface ReplicaScaler {

  /** Looks at the scaler's workload; blocks, within a bound. */
  Observation observe(Scaler scaler);

  /**
   * How far the workload can be scaled that way; blocks, within a bound. It is asked for where a
   * decision would scale, and only then.
   *
   * @return empty where that is not known
   */
  default Optional<Room> room(Scaler scaler, Observation.Seen seen, Outcome.Scale wanted) {
    return Optional.empty();
  }

  /**
   * Asks for these replicas, if the workload is still what was decided on; blocks, within a bound.
   *
   * @param decidedOn its resourceVersion must still stand
   */
  ScaleResult scale(Scaler scaler, Fleet decidedOn, int replicas);

  /**
   * Takes note that these replicas are to stay; blocks, within a bound.
   *
   * @return what became of it; empty where there was nothing to do
   */
  default Optional<ScaleResult> hold(Scaler scaler, int replicas) {
    return Optional.empty();
  }

  /** Gives back what is held of the workload, if anything is; blocks, within a bound. */
  default void release(Scaler scaler) {}
}
