package io.tidecaster.history;

import java.util.OptionalDouble;

/**
 * What a balancer in front saw of one minute beside the requests that arrived; what is unknown is
 * empty.
 *
 * @param waiting the mean number of requests that waited for a replica
 * @param retriesPerSecond attempts to reach a replica that had to be made again, there or elsewhere
 * @param refusedPerSecond requests that were given up before a replica took them
 */
public record Queueing(
    OptionalDouble waiting, OptionalDouble retriesPerSecond, OptionalDouble refusedPerSecond) {

  /** Whether anything is known. */
  public boolean isKnown() {
    return waiting.isPresent() || retriesPerSecond.isPresent() || refusedPerSecond.isPresent();
  }
}
