package io.tidecaster.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;

/** The Events that what happens again is counted into. */
final class EventSeries {
  private final Duration window;
  private final int most;
  private final LinkedHashMap<Key, Running> running = new LinkedHashMap<>();

  /**
   * What makes two occurrences the same.
   *
   * @param from replicas before, {@code to} after; 0 where they make no difference
   */
  record Key(ScalerId scaler, String type, String reason, int from, int to) {}

  /**
   * An Event and how often it has happened.
   *
   * @param stored as it was written first
   */
  record Running(ObjectNode stored, Instant last, int count) {

    /** Whether this count is to be written: each power of two is. */
    boolean isDue() {
      return Integer.bitCount(count) == 1;
    }
  }

  /**
   * None yet.
   *
   * @param window after a longer pause a series has ended
   * @param most series that are remembered; the one longest unchanged goes first
   */
  EventSeries(Duration window, int most) {
    this.window = window;
    this.most = most;
  }

  /** The series with this occurrence in it; empty where it is the first. */
  synchronized Optional<Running> countAgain(Key key, Instant now) {
    Running before = running.remove(key);
    if (before == null || now.isAfter(before.last().plus(window))) {
      return Optional.empty();
    }
    var after = new Running(before.stored(), now, before.count() + 1);
    running.put(key, after);
    return Optional.of(after);
  }

  synchronized void begin(Key key, ObjectNode stored, Instant now) {
    running.put(key, new Running(stored, now, 1));
    if (running.size() > most) {
      running.pollFirstEntry();
    }
  }

  synchronized void forget(Key key) {
    running.remove(key);
  }
}
