package io.tidecaster.decide;

import java.util.Optional;

/**
 * How far a workload can be scaled at this time, by what its namespace allows beside the scaler's
 * own bounds.
 *
 * @param most what there is room for within the ResourceQuotas; empty where none limits it
 * @param least what the PodDisruptionBudgets want to stay; empty where none does
 */
public record Room(Optional<Limit> most, Optional<Limit> least) {

  /**
   * So many replicas.
   *
   * @param by whose limit it is, with its figures, for a person: {@code "ResourceQuota compute:
   *     requests.cpu 1900m of 2 used, 100m a replica"}
   */
  public record Limit(int replicas, String by) {
    public Limit {
      if (replicas < 0) {
        throw new IllegalArgumentException("replicas %d < 0, by %s".formatted(replicas, by));
      }
    }
  }
}
