package io.tidecaster.workload;

import java.time.Duration;

/**
 * The series by which a balancer in front shows that its replicas have more than they bear. They
 * are of its own, not of the replicas.
 *
 * @param waiting requests that wait for a replica, as a gauge
 * @param retries attempts to reach a replica that were made again, at the same one
 * @param redispatches likewise, at another one
 * @param refused requests given up before a replica took them
 * @param bearableWait a mean wait of this length is no shortage yet
 */
public record PressureSigns(
    SeriesSelector waiting,
    SeriesSelector retries,
    SeriesSelector redispatches,
    SeriesSelector refused,
    Duration bearableWait) {
  private static final Duration LONGEST = Duration.ofMinutes(1);

  public PressureSigns {
    if (!bearableWait.isPositive() || bearableWait.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "wait %s must be above 0s and at most %s; a tenth of the response time is a good one"
              .formatted(bearableWait, LONGEST));
    }
  }
}
