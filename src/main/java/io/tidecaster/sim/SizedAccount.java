package io.tidecaster.sim;

import io.tidecaster.size.ResourcePrices;

/**
 * What a fleet whose replicas have a size reserved and risked.
 *
 * @param resizes containers that were resized
 */
public record SizedAccount(
    double seconds,
    double coreSeconds,
    double gibSeconds,
    double replicaSeconds,
    double violationSeconds,
    double requests,
    double requestsInViolation,
    int scalings,
    int resizes) {
  public static final SizedAccount EMPTY = new SizedAccount(0, 0, 0, 0, 0, 0, 0, 0, 0);

  public double coreHours() {
    return coreSeconds / 3600;
  }

  public double violationShare() {
    return requests > 0 ? requestsInViolation / requests : 0;
  }

  public double cost(ResourcePrices prices) {
    return coreSeconds / 3600 * prices.vcpuHour() + gibSeconds / 3600 * prices.gibHour();
  }
}
