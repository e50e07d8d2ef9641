package io.tidecaster.workload;

import java.time.Duration;

/** How long a new replica takes from the decision until it bears load. */
public sealed interface LeadTime {

  /** Measured on the workload's own pods. */
  record Learned() implements LeadTime {}

  /** Stated by the user, who wins over what was measured. */
  record Fixed(Duration duration) implements LeadTime {
    public Fixed {
      if (duration.isNegative() || duration.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException(
            "leadTime %s must lie between 0s and 60m".formatted(duration));
      }
    }
  }
}
