package io.tidecaster.decide;

import java.util.OptionalDouble;

/**
 * The replicas of a workload as they were last seen.
 *
 * @param specReplicas how many are asked for
 * @param readyReplicas how many bear load
 * @param cpuRequestCores CPU request of one replica in cores; empty where none is stated
 * @param resourceVersion what a scaling must still find, or is refused; opaque
 */
public record Fleet(
    int specReplicas, int readyReplicas, OptionalDouble cpuRequestCores, String resourceVersion) {

  public Fleet {
    if (specReplicas < 0 || readyReplicas < 0) {
      throw new IllegalArgumentException(
          "replicas %d, ready %d: neither can be negative".formatted(specReplicas, readyReplicas));
    }
  }
}
