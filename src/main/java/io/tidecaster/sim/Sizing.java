package io.tidecaster.sim;

import io.tidecaster.optimise.FleetOptimiser;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.MemoryLine;
import io.tidecaster.size.ResourcePrices;
import io.tidecaster.size.SizeBounds;
import java.time.Duration;

/**
 * How a fleet's replicas may be sized, and what size does to them.
 *
 * @param truth what a replica of a size bears before its users feel it; nobody who decides knows it
 * @param prior what is held of it before anything was seen
 * @param resizeTime from a resize until more CPU bears load
 */
public record Sizing(
    Freedom freedom,
    CapacityLaw truth,
    CapacityLaw prior,
    SizeBounds bounds,
    MemoryLine memory,
    ResourcePrices prices,
    Duration resizeTime) {

  /** What may be changed. */
  public enum Freedom {
    /** Replicas of one size. */
    REPLICAS,
    /** The size of a number of replicas that stays. */
    SIZE,
    /** Both, by one decision. */
    BOTH
  }

  FleetOptimiser.Terms terms() {
    return new FleetOptimiser.Terms(bounds, memory, prices);
  }
}
