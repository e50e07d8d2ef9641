package io.tidecaster.size;

import java.time.Duration;
import java.time.Instant;

/**
 * A container was killed for want of memory; it is not given less than so much for a while.
 *
 * @param killedAt when
 * @param bytes what it is given at least
 */
public record OomFloor(Instant killedAt, long bytes) {
  private static final long LEAST_STEP = 100L << 20;
  private static final double FACTOR = 1.2;

  /** How long it stands. */
  public static final Duration STANDS = Duration.ofDays(3);

  /**
   * After a kill: 20 % more than it had, at least 100 MiB more (the recommender's {@code
   * --oom-bump-up-ratio} and {@code --oom-min-bump-up-bytes}). 256 MiB become 356, 1024 become
   * 1229.
   */
  public static OomFloor after(Instant killedAt, long hadBytes) {
    return new OomFloor(
        killedAt, Math.max((long) Math.ceil(hadBytes * FACTOR), hadBytes + LEAST_STEP));
  }

  boolean stands(Instant now) {
    return now.isBefore(killedAt.plus(STANDS));
  }
}
