package io.tidecaster.history;

import java.util.Arrays;

/** Which part of one minute is covered by the samples of any series. */
final class Coverage {
  private final long start;
  private final long end;
  private long[] from = new long[8];
  private long[] to = new long[8];
  private int size;
  private boolean whole;

  Coverage(long startMillis, long endMillis) {
    this.start = startMillis;
    this.end = endMillis;
  }

  /** Adds [fromMillis, toMillis), which must lie within the minute. */
  void add(long fromMillis, long toMillis) {
    if (whole || fromMillis >= toMillis) {
      return;
    }
    if (size > 0 && fromMillis >= from[size - 1] && fromMillis <= to[size - 1]) {
      to[size - 1] = Math.max(to[size - 1], toMillis);
    } else {
      if (size == from.length) {
        from = Arrays.copyOf(from, 2 * size);
        to = Arrays.copyOf(to, 2 * size);
      }
      from[size] = fromMillis;
      to[size] = toMillis;
      size++;
    }
    whole = from[size - 1] <= start && to[size - 1] >= end;
  }

  /** The length of the union of all that was added. */
  long millis() {
    if (whole) {
      return end - start;
    }
    long[][] parts = new long[size][];
    for (int i = 0; i < size; i++) {
      parts[i] = new long[] {from[i], to[i]};
    }
    Arrays.sort(parts, (a, b) -> Long.compare(a[0], b[0]));
    long covered = 0;
    long reached = start;
    for (long[] part : parts) {
      covered += Math.max(0, part[1] - Math.max(part[0], reached));
      reached = Math.max(reached, part[1]);
    }
    return covered;
  }
}
