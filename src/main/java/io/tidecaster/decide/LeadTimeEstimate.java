package io.tidecaster.decide;

import io.tidecaster.workload.LeadTime;
import java.time.Duration;

/**
 * How long a new replica takes from the decision until it bears load, and where that figure comes
 * from.
 */
public record LeadTimeEstimate(Duration duration, Origin origin) {

  /** What holds until a workload's own pods were watched. */
  public static final LeadTimeEstimate DEFAULT =
      new LeadTimeEstimate(Duration.ofMinutes(3), Origin.DEFAULT);

  /** Where a lead time comes from. */
  public enum Origin {
    /** The user states it; it wins. */
    STATED,
    /** Measured on the workload's own pods. */
    LEARNED,
    /** Nothing was measured yet. */
    DEFAULT
  }

  public LeadTimeEstimate {
    if (duration.isNegative() || duration.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "lead time %s must lie between 0s and 60m".formatted(duration));
    }
  }

  /** What the user states, else {@link #DEFAULT}. */
  public static LeadTimeEstimate of(LeadTime leadTime) {
    return of(leadTime, DEFAULT);
  }

  /** What the user states, else what was measured. */
  public static LeadTimeEstimate of(LeadTime leadTime, LeadTimeEstimate measured) {
    return switch (leadTime) {
      case LeadTime.Fixed fixed -> new LeadTimeEstimate(fixed.duration(), Origin.STATED);
      case LeadTime.Learned() -> measured;
    };
  }
}
