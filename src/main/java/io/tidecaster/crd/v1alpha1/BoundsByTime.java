package io.tidecaster.crd.v1alpha1;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.BoundsOverTime;
import io.tidecaster.workload.BoundsWindow;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The bounds that hold at a time.
///
/// A floor holds from a lead time before its window on, so that its replicas bear load when it
/// begins. A ceiling that is raised is raised with it; one that is lowered waits for its window. `0
/// 8 * * MON-FRI` in Europe/Berlin begins at 07:00Z on Friday 27 March 2026 and, after the change
/// to summer time, at 06:00Z on Monday the 30th. A beginning that the change skips is as much later
/// as was skipped, and one that it repeats begins twice.
public final class BoundsByTime implements BoundsOverTime {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /** No change of summer time is larger; the calendar may leave out a day, which is not one. */
  private static final Duration LARGEST_SHIFT = Duration.ofHours(3);

  private final Bounds own;
  private final List<BoundsWindow> schedule;
  private final List<ExecutionTime> starts;

  private BoundsByTime(Bounds own, List<BoundsWindow> schedule) {
    this.own = own;
    this.schedule = schedule;
    this.starts =
        schedule.stream()
            .map(window -> ExecutionTime.forCron(PARSER.parse(window.cron())))
            .toList();
  }

  /** The bounds of a scaler as its schedule moves them. */
  public static BoundsOverTime of(Scaler scaler) {
    return scaler.schedule().isEmpty()
        ? BoundsOverTime.always(scaler.bounds())
        : new BoundsByTime(scaler.bounds(), scaler.schedule());
  }

  /**
   * The bounds of a scaler.
   *
   * @param leadTime how long a replica takes until it bears load
   */
  public static Bounds at(Scaler scaler, Instant now, Duration leadTime) {
    return of(scaler).at(now, leadTime);
  }

  @Override
  public Bounds at(Instant now, Duration leadTime) {
    Bounds present = at(now);
    Bounds soon = at(now.plus(leadTime));
    return new Bounds(
        Math.max(present.minReplicas(), soon.minReplicas()),
        Math.max(present.maxReplicas(), soon.maxReplicas()));
  }

  private Bounds at(Instant time) {
    int min = own.minReplicas();
    int max = own.maxReplicas();
    for (int i = 0; i < schedule.size(); i++) {
      BoundsWindow window = schedule.get(i);
      if (isOpen(window, starts.get(i), time)) {
        min = window.minReplicas().orElse(min);
        max = window.maxReplicas().orElse(max);
      }
    }
    return new Bounds(Math.min(min, max), max); // where two windows disagree the ceiling wins
  }

  private static boolean isOpen(BoundsWindow window, ExecutionTime starts, Instant time) {
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BoundsByTime that
        && own.equals(that.own)
        && schedule.equals(that.schedule);
  }

  @Override
  public int hashCode() {
    return Objects.hash(own, schedule);
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
