package io.tidecaster.balance;

import java.time.Instant;

/**
 * A replica that is ready to serve.
 *
 * @param name the pod's
 * @param readySince from here on it warms up
 * @param leaving whether it is to go, and gets nothing new
 */
public record Replica(String name, Address address, Instant readySince, boolean leaving) {

  /** This replica, which is to go. */
  Replica asLeaving() {
    return new Replica(name, address, readySince, true);
  }
}
