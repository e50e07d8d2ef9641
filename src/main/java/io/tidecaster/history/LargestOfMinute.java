package io.tidecaster.history;

import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The largest value of any series, by minute. No minute waits for it: what comes after the minute
 * is closed by its other signals is late.
 */
final class LargestOfMinute {

  /** Minutes that may be open at once; the furthest ahead are left out beyond this. */
  private static final int MOST_MINUTES = 1_440;

  private static final long MINUTE = 60_000;

  private final TreeMap<Long, Double> largest = new TreeMap<>();

  /** Takes a value in; false where there is no room for its minute. */
  boolean put(long timeMillis, double value) {
    long minute = Math.floorDiv(timeMillis, MINUTE);
    if (largest.size() >= MOST_MINUTES && !largest.containsKey(minute)) {
      return false;
    }
    largest.merge(minute, value, Math::max);
    return true;
  }

  /** That of the minute which starts then. */
  OptionalDouble of(long startMillis) {
    Double value = largest.get(Math.floorDiv(startMillis, MINUTE));
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  void dropBefore(long timeMillis) {
    largest.headMap(Math.floorDiv(timeMillis, MINUTE)).clear();
  }

  /** The start of the oldest minute that is kept; {@code Long.MAX_VALUE} if there is none. */
  long oldest() {
    return largest.isEmpty() ? Long.MAX_VALUE : largest.firstKey() * MINUTE;
  }

  long estimateBytes() {
    return 48 + 88L * largest.size();
  }
}
