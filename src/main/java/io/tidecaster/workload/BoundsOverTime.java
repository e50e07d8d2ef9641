package io.tidecaster.workload;

import java.time.Duration;
import java.time.Instant;

/** The bounds of a workload as time goes by; those that are equal say the same at all times. */
@FunctionalInterface
public interface BoundsOverTime {

  /**
   * The bounds that hold for a decision of that time.
   *
   * @param leadTime how long a replica takes until it bears load
   */
  Bounds at(Instant now, Duration leadTime);

  /** The same at all times. */
  static BoundsOverTime always(Bounds bounds) {
    return new Always(bounds);
  }

  /** The same at all times, which makes two of the same bounds equal. */
  record Always(Bounds bounds) implements BoundsOverTime {
    @Override
    public Bounds at(Instant now, Duration leadTime) {
      return bounds;
    }
  }
}
