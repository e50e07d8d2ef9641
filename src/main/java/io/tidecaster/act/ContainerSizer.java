package io.tidecaster.act;

import io.tidecaster.size.WantedSize;
import io.tidecaster.workload.Scaler;
import java.time.Instant;

/** The border to whatever holds the containers. Safe for many threads. */
public interface ContainerSizer {

  /** Where containers have no size: the demo, and scalers of no cluster. */
  ContainerSizer NONE =
      new ContainerSizer() {
        @Override
        public SizeObservation observe(Scaler scaler) {
          return new SizeObservation.Unseen(
              "NoContainers", "containers have a size in a cluster alone; leave spec.vertical out");
        }

        @Override
        public ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSize wanted) {
          return new ResizeResult.AsDecided();
        }

        @Override
        public ResizeResult rollOut(
            Scaler scaler, SizeObservation.Seen seen, WantedSize wanted, Instant at) {
          return new ResizeResult.AsDecided();
        }
      };

  /** Looks at the container of {@code scaler.vertical()} in each pod; blocks, within a bound. */
  SizeObservation observe(Scaler scaler);

  /**
   * Asks for this size for the container of each pod that has another; blocks, within a bound.
   *
   * @param seen what the decision was made on
   */
  ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSize wanted);

  /**
   * Gives the template of the workload this size, which its own rollout carries; blocks, within a
   * bound.
   *
   * @param seen what the decision was made on
   * @param at when it was made
   */
  ResizeResult rollOut(Scaler scaler, SizeObservation.Seen seen, WantedSize wanted, Instant at);
}
