package io.tidecaster.workload;

import java.time.Duration;

/** What one replica may bear; from it follows how many are needed. */
public sealed interface Objective {

  /**
   * As an HPA: CPU used ÷ CPU requested.
   *
   * @param ratio 0.5 for 50 %
   */
  record TargetUtilization(double ratio) implements Objective {
    public TargetUtilization {
      if (!(ratio > 0 && ratio <= 10)) {
        throw new IllegalArgumentException(
            "targetUtilization %s must be above 0%% and at most 1000%%".formatted(ratio));
      }
    }
  }

  /** Load a replica may bear, in the unit of the load series: requests a second for a counter. */
  record RequestsPerReplica(double requestsPerSecond) implements Objective {
    public RequestsPerReplica {
      if (!(requestsPerSecond > 0 && Double.isFinite(requestsPerSecond))) {
        throw new IllegalArgumentException(
            "requestsPerReplica %s must be above 0".formatted(requestsPerSecond));
      }
    }
  }

  /** A response time that this share of the requests stays under. */
  record Latency(double quantile, Duration responseTime) implements Objective {
    public Latency {
      if (!(quantile > 0 && quantile < 1)) {
        throw new IllegalArgumentException(
            "latency.quantile %s must lie between 0 and 1".formatted(quantile));
      }
      if (!responseTime.isPositive()) {
        throw new IllegalArgumentException(
            "latency.seconds %s must be above 0".formatted(responseTime));
      }
    }
  }
}
