package io.tidecaster.size;

import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a container is expected to use of memory within the hour to come.
 *
 * @param bytes the largest quantile of the forecast at the service level; empty while there is no
 *     forecast that is trusted
 * @param usualBytes the most that was used within the same hour of the day before, and of the same
 *     day a week before; 0 where nothing is known of them
 * @param serviceLevel the share of days on which no minute is to be above
 * @param overshoots how far beyond the forecasts of the last days the use went
 */
public record MemoryAhead(
    OptionalLong bytes, long usualBytes, double serviceLevel, Overshoots overshoots) {

  public MemoryAhead {
    if (bytes.orElse(0) < 0 || usualBytes < 0) {
      throw new IllegalArgumentException(
          "memory of %s and %d bytes: neither can be negative".formatted(bytes, usualBytes));
    }
    if (!(serviceLevel > 0 && serviceLevel < 1)) {
      throw new IllegalArgumentException(
          "serviceLevel %s must lie between 0 and 1".formatted(serviceLevel));
    }
  }

  /**
   * What the hour asks for: the forecast, and what it was exceeded by as far as that is known; 0
   * without a forecast.
   *
   * @param mostFactor a forecast that was exceeded by more is no reason for more than this
   */
  long expected(Instant now, double mostFactor) {
    double factor = Math.min(mostFactor, overshoots.factor(now, serviceLevel).orElse(1));
    return (long) Math.ceil(bytes.orElse(0) * factor);
  }

  /**
   * What is enough for the hour: the forecast and what it was exceeded by, and no less than at this
   * time of other days, when an instance was not begun anew just before. Empty while too little is
   * known of how the forecasts do.
   */
  OptionalLong enough(Instant now) {
    OptionalDouble factor = overshoots.factor(now, serviceLevel);
    return bytes.isEmpty() || factor.isEmpty() || usualBytes == 0
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.max((long) Math.ceil(bytes.getAsLong() * factor.getAsDouble()), usualBytes));
  }
}
