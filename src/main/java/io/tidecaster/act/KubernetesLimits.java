package io.tidecaster.act;

import java.time.Duration;

/**
 * How long and how much the Kubernetes API is asked.
 *
 * @param requestTimeout one request, its one retry included; a second attempt starts only within it
 * @param outageRespite after a request without an answer, observations are answered as unreachable
 *     for this long without asking: else each of many scalers waits for the timeout in turn
 * @param forbiddenRespite after a refused Event or status, no other is tried for this long
 * @param discoveryMaxAge for this long a kind's place in the API is remembered
 * @param queue most Events, and most statuses, that wait to be written; what is more is dropped and
 *     counted
 * @param handsOff after somebody undid our scaling, the workload is left to them for this long
 * @param roomMaxAge for this long the quotas and disruption budgets of a namespace are remembered
 * @param ownerMaxAge for this long it is remembered which HPAs a namespace has
 * @param writers Events, and statuses, that are written at once; those of one scaler one after
 *     another
 */
public record KubernetesLimits(
    Duration requestTimeout,
    Duration outageRespite,
    Duration forbiddenRespite,
    Duration discoveryMaxAge,
    int queue,
    Duration handsOff,
    Duration roomMaxAge,
    Duration ownerMaxAge,
    int writers) {

  private static final int MOST_WRITERS = 32;

  public KubernetesLimits {
    if (requestTimeout.toMillis() < 1 || requestTimeout.compareTo(Duration.ofSeconds(30)) > 0) {
      throw new IllegalArgumentException(
          "request-timeout %s must lie between 1ms and 30s".formatted(requestTimeout));
    }
    if (outageRespite.isNegative() || forbiddenRespite.isNegative()) {
      throw new IllegalArgumentException(
          "outage-respite %s, forbidden-respite %s: neither can be negative"
              .formatted(outageRespite, forbiddenRespite));
    }
    if (handsOff.isNegative() || handsOff.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "hands-off %s must lie between 0s and 24h".formatted(handsOff));
    }
    if (!discoveryMaxAge.isPositive()) {
      throw new IllegalArgumentException(
          "discovery-max-age %s must be above 0".formatted(discoveryMaxAge));
    }
    if (!roomMaxAge.isPositive() || roomMaxAge.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException(
          "room-max-age %s must be above 0s and at most 10m".formatted(roomMaxAge));
    }
    if (ownerMaxAge.isNegative() || ownerMaxAge.compareTo(Duration.ofSeconds(30)) > 0) {
      throw new IllegalArgumentException(
          "owner-max-age %s must lie between 0s and 30s".formatted(ownerMaxAge));
    }
    if (queue < 1) {
      throw new IllegalArgumentException("queue %d < 1".formatted(queue));
    }
    if (writers < 1 || writers > MOST_WRITERS) {
      throw new IllegalArgumentException(
          "writers %d must lie between 1 and %d".formatted(writers, MOST_WRITERS));
    }
  }

  /**
   * The limits that are configured.
   *
   * @throws IllegalArgumentException where one is out of its bound
   */
  public static KubernetesLimits of(KubernetesConfig config) {
    return new KubernetesLimits(
        config.requestTimeout(),
        config.outageRespite(),
        config.forbiddenRespite(),
        config.discoveryMaxAge(),
        config.queue(),
        config.handsOff(),
        config.roomMaxAge(),
        config.ownerMaxAge(),
        config.writers());
  }
}
