package io.tidecaster.feed;

import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Event;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.WorkCalendar;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One scaler's feed as announcements: what is in the feed and was not announced yet, and what was
 * announced and is in the feed no more.
 */
final class FeedAnnouncements {
  static final String PREFIX = "feed-";

  /** What was past when the feed was first read counts as known all along. */
  private static final Instant ALL_ALONG = Instant.EPOCH;

  /**
   * What is to be told.
   *
   * @param announced new or changed
   * @param withdrawn ids
   */
  record Changes(List<Announcement> announced, List<String> withdrawn) {
    Changes {
      announced = List.copyOf(announced);
      withdrawn = List.copyOf(withdrawn);
    }
  }

  private FeedAnnouncements() {}

  /** What the ids of all announcements from feeds of this scaler begin with. */
  static String prefix(ScalerId scaler) {
    return PREFIX + hash(scaler.toString()) + "-";
  }

  /** What the ids of the announcements from this feed begin with. */
  static String prefix(ScalerId scaler, WorkCalendar.Feed feed) {
    return prefix(scaler) + hash(feed.url() + "\n" + feed.kind()) + "-";
  }

  /**
   * From what is announced to what the feed says.
   *
   * @param known all that is announced
   */
  static Changes changes(
      ScalerId scaler,
      WorkCalendar.Feed feed,
      List<ICalendarFile.Occurrence> occurrences,
      Collection<Announcement> known,
      Instant now) {
    String prefix = prefix(scaler, feed);
    Map<String, Announcement> before =
        known.stream()
            .filter(announcement -> announcement.id().startsWith(prefix))
            .collect(Collectors.toMap(Announcement::id, Function.identity()));
    List<Announcement> announced = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    for (ICalendarFile.Occurrence occurrence : occurrences) {
      String id = prefix + hash(occurrence.uid() + "\n" + occurrence.start());
      Announcement earlier = before.get(id);
      Announcement wanted =
          new Announcement(
              id,
              new Event(
                  occurrence.start(),
                  occurrence.end(),
                  feed.kind(),
                  occurrence.label(),
                  OptionalDouble.empty(),
                  since(occurrence, earlier, before.isEmpty(), now),
                  Event.Origin.FEED),
              List.of(scaler.toString()));
      kept.add(id);
      if (earlier == null || !wanted.says(earlier)) {
        announced.add(wanted);
      }
    }
    return new Changes(
        announced,
        before.values().stream()
            .filter(announcement -> announcement.event().end().isAfter(now))
            .map(Announcement::id)
            .filter(id -> !kept.contains(id))
            .sorted()
            .toList());
  }

  private static Instant since(
      ICalendarFile.Occurrence occurrence,
      @Nullable Announcement earlier,
      boolean first,
      Instant now) {
    if (earlier != null && earlier.event().end().equals(occurrence.end())) {
      return earlier.event().announcedAt();
    }
    return first && !occurrence.end().isAfter(now) ? ALL_ALONG : now;
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
