package io.tidecaster.history;

import java.util.OptionalDouble;

/**
 * What one of the containers beside used in a minute, over all replicas.
 *
 * @param cpuCores the mean CPU used in the minute, in cores; empty where unknown
 * @param cpuReporting replicas of whose CPU the minute has samples
 * @param largestMemoryBytes the most memory that one replica used; empty where unknown
 * @param throttledShare of the periods in which it ran, those in which its CPU limit held it back;
 *     empty where unknown
 */
public record ContainerUse(
    OptionalDouble cpuCores,
    int cpuReporting,
    OptionalDouble largestMemoryBytes,
    OptionalDouble throttledShare) {

  public static final ContainerUse UNKNOWN =
      new ContainerUse(OptionalDouble.empty(), 0, OptionalDouble.empty(), OptionalDouble.empty());

  boolean isKnown() {
    return cpuCores.isPresent() || largestMemoryBytes.isPresent() || throttledShare.isPresent();
  }
}
