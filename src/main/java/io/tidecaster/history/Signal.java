package io.tidecaster.history;

/** What a sample measures. */
public enum Signal {
  /** What arrives; requests a second once it is a rate. */
  LOAD,
  /** CPU used by the replicas; cores once it is a rate. */
  CPU,
  /** Memory used by each replica, in bytes; one series a replica. */
  MEMORY
}
