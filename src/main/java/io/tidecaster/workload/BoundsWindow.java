package io.tidecaster.workload;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Other bounds for a time that comes again and again.
 *
 * @param cron when it begins, in five fields as Unix has them
 * @param duration how long it lasts, on the clock of physics: over a change of summer time too
 * @param timeZone whose wall clock {@code cron} is about
 * @param minReplicas empty where the scaler's own holds, likewise {@code maxReplicas}
 */
public record BoundsWindow(
    String cron,
    Duration duration,
    ZoneId timeZone,
    Optional<Integer> minReplicas,
    Optional<Integer> maxReplicas) {
  private static final Duration LONGEST = Duration.ofDays(7);

  public BoundsWindow {
    if (!duration.isPositive() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "duration %s must be above 0 and at most 168h".formatted(duration));
    }
    if (minReplicas.isEmpty() && maxReplicas.isEmpty()) {
      throw new IllegalArgumentException("changes nothing; give minReplicas, maxReplicas or both");
    }
  }
}
