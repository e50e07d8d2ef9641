package io.tidecaster.balance;

import java.time.Instant;

/**
 * A replica that is ready to serve.
 *
 * @param name the pod's
 * @param readySince from here on it warms up
 * @param leaving whether it is to go, and gets nothing new
 * @param share what it gets of the weight of the fastest, once it is warm; above 0 and at most 1
 */
public record Replica(
    String name, Address address, Instant readySince, boolean leaving, double share) {

  /** One that gets as much as any other. */
  public Replica(String name, Address address, Instant readySince, boolean leaving) {
    this(name, address, readySince, leaving, 1);
  }

  public Replica {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share %s must be above 0 and at most 1".formatted(share));
    }
  }

  /** This replica, which is to go. */
  Replica asLeaving() {
    return new Replica(name, address, readySince, true, share);
  }

  Replica withShare(double other) {
    return new Replica(name, address, readySince, leaving, other);
  }
}
