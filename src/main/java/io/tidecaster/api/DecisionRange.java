package io.tidecaster.api;

import java.time.Instant;
import java.util.Optional;

/**
 * A part of a scaler's decisions: the newest {@code limit} of those in [since, before).
 *
 * @param since inclusive; empty for no bound
 * @param before exclusive; empty for no bound
 */
public record DecisionRange(Optional<Instant> since, Optional<Instant> before, int limit) {

  public DecisionRange {
    if (limit < 1) {
      throw new IllegalArgumentException("limit %d < 1; ask for at least 1".formatted(limit));
    }
  }

  /** Whether a decision of this time lies in the range, its limit aside. */
  public boolean covers(Instant at) {
    return since.map(from -> !at.isBefore(from)).orElse(true)
        && before.map(at::isBefore).orElse(true);
  }
}
