package io.tidecaster.size;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A container was held back by its CPU limit; it is not given less than so much for a while.
 *
 * @param millis what it is given at least
 * @param raisedAt when that was last raised
 * @param throttledAt when it was last held back
 */
public record ThrottleFloor(long millis, Instant raisedAt, Instant throttledAt) {
  /**
   * What a limit cut off is not known, so a step is bounded and what follows from it is awaited.
   */
  private static final double STEP = 1.2;

  /** From one step to the next: until a resize has taken effect for a whole minute. */
  private static final Duration PACE = Duration.ofMinutes(2);

  /** How long it stands after the last throttled minute. */
  public static final Duration STANDS = Duration.ofHours(1);

  /**
   * After a throttled minute: a fifth more than it had where its limit follows, else as much. 1000m
   * become 1200m, and two minutes later, if those are throttled too, 1440m.
   *
   * @param hadMillis what the node has given the container that has least
   * @param limitFollows whether more CPU raises the limit too
   */
  public static ThrottleFloor after(
      Optional<ThrottleFloor> before, Instant at, long hadMillis, boolean limitFollows) {
    Optional<ThrottleFloor> standing = before.filter(floor -> floor.stands(at));
    if (standing.isPresent() && at.isBefore(standing.get().raisedAt().plus(PACE))) {
      return new ThrottleFloor(standing.get().millis(), standing.get().raisedAt(), at);
    }
    long raised = limitFollows ? (long) Math.ceil(hadMillis * STEP) : hadMillis;
    long kept = standing.map(ThrottleFloor::millis).orElse(0L);
    return raised > kept
        ? new ThrottleFloor(raised, at, at)
        : new ThrottleFloor(kept, standing.orElseThrow().raisedAt(), at);
  }

  /** Whether a decision at this time heeds it. */
  public boolean stands(Instant now) {
    return now.isBefore(throttledAt.plus(STANDS));
  }
}
