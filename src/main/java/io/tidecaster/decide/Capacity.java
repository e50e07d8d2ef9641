package io.tidecaster.decide;

/**
 * The load one ready replica is meant to bear under the objective.
 *
 * @param perReplica in the unit of the load: requests a second for a counter
 * @param origin where the figure comes from
 */
public record Capacity(double perReplica, Origin origin) {

  /** Where a capacity comes from. */
  public enum Origin {
    /** The user states it; it wins. */
    STATED,
    /** Learned from load and CPU by the utilization law. */
    LEARNED,
    /** Too little was seen yet: the utilization of this moment stands in for it. */
    PROVISIONAL
  }

  public Capacity {
    if (!(perReplica > 0 && Double.isFinite(perReplica))) {
      throw new IllegalArgumentException(
          "capacity %s a replica must be above 0".formatted(perReplica));
    }
  }

  /** The least replicas that bear this load: ceil(load ÷ capacity), at least 0. */
  public int replicasFor(double load) {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(Math.max(0, load) / perReplica - 1e-9));
  }
}
