package io.tidecaster.workload;

import java.time.Duration;

/**
 * The share of a replica that warms up. It grows in a line with its age, in steps, so that a
 * balancer is told twenty times and not at every look.
 *
 * @param warmUp from ready to its full share; zero for at once
 */
public record Ramp(Duration warmUp) {
  /** The weight of a warm replica; twenty steps of five. */
  public static final int FULL = 100;

  private static final int STEPS = 20;

  /** A replica without any requests would never get warm. */
  private static final int COLDEST = 10;

  /** A weight from 10 to 100: at half of the warm-up 50. */
  public int weight(Duration age) {
    if (age.compareTo(warmUp) >= 0) {
      return FULL;
    }
    double part = Math.max(0, (double) age.toMillis() / warmUp.toMillis());
    return Math.max(COLDEST, ((int) (part * STEPS)) * FULL / STEPS);
  }
}
