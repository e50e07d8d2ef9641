package io.tidecaster.crd.v1alpha1;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.BoundsWindow;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/// The bounds that hold at a time.
///
/// A floor holds from a lead time before its window on, so that its replicas bear load when it
/// begins. A ceiling that is raised is raised with it; one that is lowered waits for its window. `0
/// 8 * * MON-FRI` in Europe/Berlin begins at 07:00Z on Friday 27 March 2026 and, after the change
/// to summer time, at 06:00Z on Monday the 30th. A beginning that the change skips is as much later
/// as was skipped, and one that it repeats begins twice.
public final class BoundsByTime {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /** No change of summer time is larger; the calendar may leave out a day, which is not one. */
  private static final Duration LARGEST_SHIFT = Duration.ofHours(3);

  private BoundsByTime() {}

  /**
   * The bounds of a scaler.
   *
   * @param leadTime how long a replica takes until it bears load
   */
  public static Bounds at(Scaler scaler, Instant now, Duration leadTime) {
    if (scaler.schedule().isEmpty()) {
      return scaler.bounds();
    }
    Bounds present = at(scaler, now);
    Bounds soon = at(scaler, now.plus(leadTime));
    return new Bounds(
        Math.max(present.minReplicas(), soon.minReplicas()),
        Math.max(present.maxReplicas(), soon.maxReplicas()));
  }

  private static Bounds at(Scaler scaler, Instant time) {
    int min = scaler.bounds().minReplicas();
    int max = scaler.bounds().maxReplicas();
    for (BoundsWindow window : scaler.schedule()) {
      if (isOpen(window, time)) {
        min = window.minReplicas().orElse(min);
        max = window.maxReplicas().orElse(max);
      }
    }
    return new Bounds(Math.min(min, max), max); // where two windows disagree the ceiling wins
  }

  private static boolean isOpen(BoundsWindow window, Instant time) {
    ExecutionTime starts = ExecutionTime.forCron(PARSER.parse(window.cron()));
    LocalDateTime latest = time.atZone(window.timeZone()).toLocalDateTime().plus(LARGEST_SHIFT);
    var candidate = starts.lastExecution(latest.atZone(ZoneOffset.UTC));
    while (candidate.isPresent()) {
      var start = ZonedDateTime.of(candidate.get().toLocalDateTime(), window.timeZone());
      Instant second = start.withLaterOffsetAtOverlap().toInstant();
      if (isOpen(start.toInstant(), window, time) || isOpen(second, window, time)) {
        return true;
      }
      if (!second.isAfter(time)) {
        return false;
      }
      candidate = starts.lastExecution(candidate.get());
    }
    return false;
  }

  private static boolean isOpen(Instant start, BoundsWindow window, Instant time) {
    return !start.isAfter(time) && time.isBefore(start.plus(window.duration()));
  }

  /**
   * Refuses what is no cron expression.
   *
   * @throws IllegalArgumentException with what is wrong and how to write it
   */
  static void requireCron(String cron) {
    try {
      var _ = PARSER.parse(cron).validate();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"%s\" is no time; write minute, hour, day of month, month, day of week: 0 8 * * MON-FRI (%s)"
              .formatted(cron, e.getMessage()),
          e);
    }
  }
}
