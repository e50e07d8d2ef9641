package io.tidecaster.size;

import java.time.Instant;
import java.util.Optional;

/**
 * All that a decision on a size is made from.
 *
 * @param currentMillis the CPU that the largest replica requests
 * @param need empty while what is used is unknown
 * @param memory what earlier decisions left behind
 */
public record SizeInputs(
    SizeDecider.Settings settings,
    long currentMillis,
    Optional<SizeNeed> need,
    CpuBounds bounds,
    SizeMemory memory) {

  /** The decision that follows. */
  public SizeDecider.Decided decide(Instant at) {
    return new SizeDecider(settings).decide(at, currentMillis, need, bounds, memory);
  }
}
