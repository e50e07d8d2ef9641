package io.tidecaster;

import io.tidecaster.calendar.Announcement;
import io.tidecaster.feed.Feeds;
import io.tidecaster.journal.Announcements;
import java.time.Instant;
import java.util.Collection;

/** Announces to all replicas what the feeds say. */
final class FeedBoard implements Feeds.Board {
  private final Announcements announcements;

  FeedBoard(Announcements announcements) {
    this.announcements = announcements;
  }

  @Override
  public Collection<Announcement> all() {
    return announcements.all();
  }

  @Override
  public boolean hasRoom(Instant now) {
    return announcements.hasRoom(now);
  }

  @Override
  public void announce(Announcement announcement, Instant now) {
    announcements.announce(announcement, now).join();
  }

  @Override
  public void withdraw(String id) {
    announcements.withdraw(id).join();
  }
}
