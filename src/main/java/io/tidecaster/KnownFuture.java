package io.tidecaster;

import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.journal.Announcements;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.ZoneOffset;

/** What is known of the future of each scaler. */
final class KnownFuture {
  private final Announcements announcements;

  KnownFuture(Announcements announcements) {
    this.announcements = announcements;
  }

  /** The future of this scaler, with what of its past is still to be learned from. */
  Calendar of(Scaler scaler) {
    return new Calendar(
        ZoneOffset.UTC,
        announcements.all().stream()
            .filter(announcement -> announcement.concerns(scaler.id()))
            .map(Announcement::event)
            .toList());
  }

  /** Waits until all that was announced is known; false where the patience ran out. */
  boolean awaitCaughtUp(Duration patience) throws InterruptedException {
    return announcements.awaitCaughtUp(patience);
  }
}
