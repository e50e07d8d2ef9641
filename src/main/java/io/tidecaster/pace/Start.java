package io.tidecaster.pace;

import java.time.Duration;
import java.time.Instant;

/**
 * How a replica warmed up once.
 *
 * @param replica its name
 * @param readyAt when it was ready
 * @param warmUp from then until it was as fast as it came to be; zero where it was so at once
 * @param coldSpeed its speed when it was ready ÷ that when it was warm, from 0 to 1
 */
public record Start(String replica, Instant readyAt, Duration warmUp, double coldSpeed) {
  public Start {
    if (warmUp.isNegative()) {
      throw new IllegalArgumentException("warm-up %s is negative".formatted(warmUp));
    }
    if (!(coldSpeed >= 0 && coldSpeed <= 1)) {
      throw new IllegalArgumentException(
          "cold speed %s must lie between 0 and 1".formatted(coldSpeed));
    }
  }
}
