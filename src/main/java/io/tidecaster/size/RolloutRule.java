package io.tidecaster.size;

import java.time.Duration;

/**
 * When a size is worth a rollout, which replaces every pod.
 *
 * @param deviation the pods have more or less than they should by more than this share
 * @param lasting for so long
 * @param leastInterval from one rollout to the next
 */
public record RolloutRule(double deviation, Duration lasting, Duration leastInterval) {

  /** From one rollout to the next where pods were killed for want of memory since. */
  static final Duration AFTER_KILL = Duration.ofMinutes(10);

  /** The largest need of so long is what a size that takes a rollout is for. */
  public static final Duration DAY = Duration.ofDays(1);
}
