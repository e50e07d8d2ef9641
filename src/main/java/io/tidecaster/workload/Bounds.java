package io.tidecaster.workload;

/** The least and the most replicas, both inclusive. */
public record Bounds(int minReplicas, int maxReplicas) {

  public Bounds {
    if (minReplicas < 1) {
      throw new IllegalArgumentException("minReplicas %d < 1".formatted(minReplicas));
    }
    if (minReplicas > maxReplicas) {
      throw new IllegalArgumentException(
          "minReplicas %d > maxReplicas %d".formatted(minReplicas, maxReplicas));
    }
  }

  public int clamp(int replicas) {
    return Math.clamp(replicas, minReplicas, maxReplicas);
  }
}
