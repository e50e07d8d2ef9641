package io.tidecaster.act;

import io.tidecaster.size.WantedSize;
import io.tidecaster.size.WantedSizes;
import io.tidecaster.workload.Scaler;
import java.time.Instant;
import java.util.Map;

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
        public ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted) {
          return new ResizeResult.AsDecided();
        }

        @Override
        public ResizeResult rollOut(
            Scaler scaler, SizeObservation.Seen seen, Map<String, WantedSize> wanted, Instant at) {
          return new ResizeResult.AsDecided();
        }
      };

  /** Looks at the containers of {@code scaler.vertical()} in each pod; blocks, within a bound. */
  SizeObservation observe(Scaler scaler);

  /**
   * Asks for these sizes for the containers of each pod that has others, a pod at once; blocks,
   * within a bound.
   *
   * @param seen what the decision was made on
   */
  ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted);

  /** The same where one container is sized. */
  default ResizeResult resize(Scaler scaler, SizeObservation.Seen seen, WantedSize wanted) {
    return resize(scaler, seen, WantedSizes.of(wanted));
  }

  /**
   * Gives the template of the workload these sizes, which its own rollout carries; blocks, within a
   * bound.
   *
   * @param seen what the decision was made on
   * @param wanted by the names of the containers; the others stay as they are
   * @param at when it was made
   */
  ResizeResult rollOut(
      Scaler scaler, SizeObservation.Seen seen, Map<String, WantedSize> wanted, Instant at);

  /** The same of the container that bears the load. */
  default ResizeResult rollOut(
      Scaler scaler, SizeObservation.Seen seen, WantedSize wanted, Instant at) {
    return rollOut(scaler, seen, Map.of(scaler.vertical().orElseThrow().container(), wanted), at);
  }

  /** The same for pods that start, or have just started, alone: between two decisions. */
  default ResizeResult boost(Scaler scaler, SizeObservation.Seen seen, WantedSizes wanted) {
    return new ResizeResult.AsDecided();
  }

  /** The same where one container is sized. */
  default ResizeResult boost(Scaler scaler, SizeObservation.Seen seen, WantedSize wanted) {
    return boost(scaler, seen, WantedSizes.of(wanted));
  }
}
