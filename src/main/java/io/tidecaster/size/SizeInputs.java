package io.tidecaster.size;

import java.time.Instant;
import java.util.Optional;

/**
 * All that a decision on a size is made from.
 *
 * @param currentMillis the CPU that the largest replica requests
 * @param need empty while what is used is unknown
 * @param memory what earlier decisions left behind
 * @param throttling how often its limit holds it back; empty where nobody asks
 */
public record SizeInputs(
    SizeDecider.Settings settings,
    long currentMillis,
    Optional<SizeNeed> need,
    CpuBounds bounds,
    SizeMemory memory,
    Optional<Throttling> throttling) {

  /** Those of a container of whose limit nobody asks. */
  public SizeInputs(
      SizeDecider.Settings settings,
      long currentMillis,
      Optional<SizeNeed> need,
      CpuBounds bounds,
      SizeMemory memory) {
    this(settings, currentMillis, need, bounds, memory, Optional.empty());
  }

  /** The decision that follows. */
  public SizeDecider.Decided decide(Instant at) {
    long floorMillis = throttling.map(known -> known.floorMillis(at)).orElse(0L);
    return new SizeDecider(settings).decide(at, currentMillis, need, bounds, memory, floorMillis);
  }
}
