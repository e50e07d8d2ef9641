package io.tidecaster.decide;

import java.time.Instant;
import java.util.Arrays;

/** The loads of the minutes that are kept, in one array; gaps carry the last known load. */
final class MinuteLoads {
  private final int capacity;
  private long firstMinute;
  private double[] loads;
  private boolean[] known;
  private int size;

  /** Keeps at least {@code capacity} minutes, and at most twice as many. */
  MinuteLoads(int capacity) {
    this(capacity, 0, new double[1024], new boolean[1024], 0);
  }

  private MinuteLoads(int capacity, long firstMinute, double[] loads, boolean[] known, int size) {
    this.capacity = capacity;
    this.firstMinute = firstMinute;
    this.loads = loads;
    this.known = known;
    this.size = size;
  }

  /** Takes in one minute; those left out since the last are gaps, older ones are ignored. */
  void add(Instant minute, double load) {
    long at = Math.floorDiv(minute.getEpochSecond(), 60L);
    if (size == 0 || at - (firstMinute + size) >= capacity) {
      if (Double.isNaN(load)) {
        return;
      }
      firstMinute = at;
      size = 0;
    }
    if (at < firstMinute + size) {
      return;
    }
    while (firstMinute + size < at) {
      append(loads[size - 1], false);
    }
    boolean present = !Double.isNaN(load);
    append(present ? load : loads[size - 1], present);
  }

  private void append(double load, boolean present) {
    if (size == 2 * capacity) {
      System.arraycopy(loads, size - capacity, loads, 0, capacity);
      System.arraycopy(known, size - capacity, known, 0, capacity);
      firstMinute += size - capacity;
      size = capacity;
    }
    if (size == loads.length) {
      int larger = Math.min(2 * capacity, 2 * size);
      loads = Arrays.copyOf(loads, larger);
      known = Arrays.copyOf(known, larger);
    }
    loads[size] = load;
    known[size] = present;
    size++;
  }

  int size() {
    return size;
  }

  /** The index of the minute that begins at this time; may lie outside. */
  int indexOf(Instant minute) {
    return Math.toIntExact(Math.floorDiv(minute.getEpochSecond(), 60L) - firstMinute);
  }

  /** The end of the last minute. */
  Instant end() {
    return Instant.ofEpochSecond((firstMinute + size) * 60);
  }

  double at(int index) {
    return loads[index];
  }

  boolean isKnown(int index) {
    return known[index];
  }

  /** A copy of the minutes before {@code end}, at most {@code capacity} of them. */
  MinuteLoads before(Instant end) {
    int to = Math.clamp(indexOf(end), 0, size);
    int from = Math.max(0, to - capacity);
    return new MinuteLoads(
        capacity,
        firstMinute + from,
        Arrays.copyOfRange(loads, from, to),
        Arrays.copyOfRange(known, from, to),
        to - from);
  }
}
