package io.tidecaster.balance;

import io.tidecaster.pace.Timed;
import java.time.Duration;
import java.util.Optional;

/**
 * A server of the backend as HAProxy has it.
 *
 * @param address empty where HAProxy knows none yet, or none that is a host and a port
 * @param admin what it was told to be
 * @param running whether its checks let it serve; a server without checks runs always
 * @param sessions requests in flight at it, and waiting for it
 * @param requests that it was sent since HAProxy began, this replica or another at its place
 * @param response mean time until its answer begins; empty where it has hardly had requests
 * @param timed its answers, and the same mean of however few
 */
record SeenServer(
    String name,
    Optional<Address> address,
    Admin admin,
    boolean running,
    int weight,
    int sessions,
    boolean backup,
    long requests,
    Optional<Duration> response,
    Timed timed) {

  /** What a server was told to be. */
  enum Admin {
    READY,
    DRAIN,
    MAINTENANCE,
    /** In maintenance because the DNS has no address for it; not ours to end. */
    UNRESOLVED
  }

  /** Whether it takes new requests at this moment. */
  boolean isServing() {
    return admin == Admin.READY && running && weight > 0;
  }

  boolean isInMaintenance() {
    return admin == Admin.MAINTENANCE || admin == Admin.UNRESOLVED;
  }
}
