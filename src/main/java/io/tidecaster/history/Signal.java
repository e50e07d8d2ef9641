package io.tidecaster.history;

/** What a sample measures. */
public enum Signal {
  /** What arrives; requests a second once it is a rate. */
  LOAD,
  /** CPU used by the replicas; cores once it is a rate. */
  CPU,
  /** Requests that wait for a replica at the balancer in front. */
  WAITING,
  /** Attempts of the balancer to reach a replica that it made again; per second. */
  RETRIES,
  /** Likewise, at another replica. */
  REDISPATCHES,
  /** Requests that the balancer gave up before a replica took them; per second. */
  REFUSED,
  /** Memory used by each replica, in bytes; one series a replica. */
  MEMORY,
  /** Periods of the kernel's scheduler in which a CPU limit held a replica back; per second. */
  THROTTLED,
  /** All periods in which it ran; per second. */
  CPU_PERIODS;

  /** Whether a minute waits for its samples, which come from another exporter than the load's. */
  boolean isAwaited() {
    return this != THROTTLED && this != CPU_PERIODS;
  }
}
