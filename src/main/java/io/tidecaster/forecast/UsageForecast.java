package io.tidecaster.forecast;

import java.util.Optional;

/**
 * What one container of a replica is expected to use.
 *
 * @param container its name in the pod
 * @param replicas that are taken to bear the load: those that are ready
 * @param cpuCores of one of them
 * @param memoryBytes of the one that uses most; empty where its memory is left as it is
 */
public record UsageForecast(
    String container,
    int replicas,
    ForecastOutcome cpuCores,
    Optional<ForecastOutcome> memoryBytes) {

  public UsageForecast {
    if (replicas < 1) {
      throw new IllegalArgumentException(
          "%d replicas bear nothing; at least 1".formatted(replicas));
    }
  }
}
