package io.tidecaster.backtest;

import io.tidecaster.sim.SimulatedFleet.Account;

/**
 * What a fleet costs its owner, in the owner's money.
 *
 * @param replicaHour one replica for an hour
 * @param violationMinute a minute in which replicas were used too much
 */
record Prices(double replicaHour, double violationMinute) {
  Prices {
    if (!(replicaHour >= 0 && Double.isFinite(replicaHour))
        || !(violationMinute >= 0 && Double.isFinite(violationMinute))) {
      throw new IllegalArgumentException(
          "prices %s a replica-hour and %s a violation minute: neither can be negative"
              .formatted(replicaHour, violationMinute));
    }
  }

  double of(Account account) {
    return replicaHour * account.replicaHours() + violationMinute * account.violationSeconds() / 60;
  }
}
