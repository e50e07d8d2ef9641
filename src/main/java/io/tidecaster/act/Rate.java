package io.tidecaster.act;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;

/** At most so many times within a window for each key, counted from the window's first. */
final class Rate<K> {
  /** Most keys that are remembered; the one whose window is oldest goes first. */
  private static final int MOST_KEYS = 16_384;

  private final int most;
  private final Duration window;
  private final LinkedHashMap<K, Window> windows = new LinkedHashMap<>();

  private record Window(Instant since, int count) {}

  Rate(int most, Duration window) {
    this.most = most;
    this.window = window;
  }

  /** Whether it may be done once more, and takes note of it if so. */
  synchronized boolean allows(K key, Instant now) {
    Window current = windows.get(key);
    if (current == null || !now.isBefore(current.since().plus(window))) {
      windows.remove(key);
      windows.put(key, new Window(now, 1));
      if (windows.size() > MOST_KEYS) {
        windows.pollFirstEntry();
      }
      return true;
    }
    if (current.count() >= most) {
      return false;
    }
    windows.put(key, new Window(current.since(), current.count() + 1));
    return true;
  }
}
