package io.tidecaster.workload;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * More CPU for a container while it starts, as a JVM does that loads and compiles.
 *
 * @param factor so many times what is decided on; 1 where an amount is given
 * @param cpuMillis at least so much; empty where a factor is given
 * @param afterReady it is kept for so long once the pod is ready
 * @param atMost it is taken back so long after the pod was made, ready or not
 */
public record StartupBoost(
    double factor, OptionalLong cpuMillis, Duration afterReady, Duration atMost) {
  public static final Duration DEFAULT_AFTER_READY = Duration.ofSeconds(30);
  public static final Duration DEFAULT_AT_MOST = Duration.ofMinutes(10);
  private static final double MOST = 10;
  private static final Duration LONGEST = Duration.ofHours(1);

  public StartupBoost {
    if (cpuMillis.isEmpty() && !(factor > 1 && factor <= MOST)) {
      throw new IllegalArgumentException(
          "startupBoost.factor %s must be above 1 and at most %s; 2 is twice the CPU"
              .formatted(factor, MOST));
    }
    if (cpuMillis.isPresent() && (factor != 1 || cpuMillis.getAsLong() < 1)) {
      throw new IllegalArgumentException(
          "startupBoost.cpu %dm beside factor %s: at least 1m, and one of both"
              .formatted(cpuMillis.getAsLong(), factor));
    }
    if (afterReady.isNegative() || !atMost.isPositive() || atMost.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "startupBoost.afterReady %s must be at least 0s, atMost %s above 0s and at most %s"
              .formatted(afterReady, atMost, LONGEST));
    }
    if (afterReady.compareTo(atMost) > 0) {
      throw new IllegalArgumentException(
          "startupBoost.afterReady %s > atMost %s; lower the one or raise the other"
              .formatted(afterReady, atMost));
    }
  }

  /** What a container that is to have so much is given while it starts. */
  long of(long millis) {
    return Math.max((long) Math.ceil(factor * millis - 1e-6), cpuMillis.orElse(0));
  }
}
