package io.tidecaster.journal;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets what stands on a compacted topic take effect once and in its order, whether its writer knows
 * of it first or the topic's tail: what the tail brings of a key that was written since is over.
 */
final class InOrder {
  /** Keys that were written latest; the tail is never so far behind. */
  private static final int MOST_KEYS = 10_000;

  private final Map<String, Long> offsets =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_KEYS;
        }
      };

  /** Takes effect, or cannot be read. */
  @FunctionalInterface
  interface Change<E extends Exception> {
    void apply() throws E;
  }

  /** Makes the change, unless one of this key at this offset or a later one was made. */
  synchronized <E extends Exception> void apply(String key, long offset, Change<E> change)
      throws E {
    Long known = offsets.get(key);
    if (known == null || known < offset) {
      change.apply();
      offsets.put(key, offset);
    }
  }
}
