package io.tidecaster;

import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.calendar.WorkDays;
import io.tidecaster.journal.Announcements;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.WorkCalendar;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is known of the future of each scaler. */
final class KnownFuture {
  /** More than the weeks that a forecast learns from. */
  private static final Duration BACK = Duration.ofDays(42);

  /** More than a forecast reaches, and as far as the calendar is shown. */
  static final Duration AHEAD = Duration.ofDays(15);

  /** Work calendars that are kept at a time; scalers of one team share theirs. */
  private static final int MOST_CALENDARS = 1000;

  private record Day(WorkCalendar rules, Instant day) {}

  private final Announcements announcements;
  private final Map<Day, Calendar> calendars =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Day, Calendar> eldest) {
          return size() > MOST_CALENDARS;
        }
      };

  KnownFuture(Announcements announcements) {
    this.announcements = announcements;
  }

  /**
   * The future of this scaler, with what of its past is still to be learned from. It changes with
   * what is announced, and otherwise once a day.
   */
  Calendar of(Scaler scaler, Instant now) {
    return workDays(scaler.calendar().withoutFeeds(), now)
        .with(
            announcements.all().stream()
                .filter(announcement -> announcement.concerns(scaler.id()))
                .map(Announcement::event)
                .toList());
  }

  private Calendar workDays(WorkCalendar rules, Instant now) {
    Instant today = now.truncatedTo(ChronoUnit.DAYS);
    synchronized (calendars) {
      return calendars.computeIfAbsent(
          new Day(rules, today),
          key -> new WorkDays(rules).between(today.minus(BACK), today.plus(AHEAD)));
    }
  }

  /** Waits until all that was announced is known; false where the patience ran out. */
  boolean awaitCaughtUp(Duration patience) throws InterruptedException {
    return announcements.awaitCaughtUp(patience);
  }
}
