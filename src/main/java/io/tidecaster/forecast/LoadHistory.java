package io.tidecaster.forecast;

import java.time.Instant;
import java.util.Arrays;

/**
 * The last values of one load by step number, oldest dropped first; grows at its end only.
 *
 * <p>A step's number never changes, whatever was dropped before it. Sums are always taken afresh
 * over the values, never kept running: the same values give the same bits after a restart.
 */
final class LoadHistory {
  private final Instant start;
  private final long stepSeconds;
  private final int capacity;
  private double[] values;
  private int dropped;
  private int size;

  /**
   * @param start the time of step 0
   * @param capacity steps to keep at least
   */
  LoadHistory(Instant start, long stepSeconds, int capacity) {
    this.start = start;
    this.stepSeconds = stepSeconds;
    this.capacity = capacity;
    this.values = new double[Math.min(1024, capacity)];
  }

  void add(double value) {
    if (size == values.length) {
      int spare = Math.max(64, capacity / 4);
      if (size >= capacity + spare) {
        System.arraycopy(values, size - capacity, values, 0, capacity);
        dropped += size - capacity;
        size = capacity;
      } else {
        values = Arrays.copyOf(values, Math.min(capacity + spare, size * 2));
      }
    }
    values[size++] = value;
  }

  /** The number of the oldest step that is kept. */
  int first() {
    return dropped;
  }

  /** The number after the newest step. */
  int end() {
    return dropped + size;
  }

  long stepSeconds() {
    return stepSeconds;
  }

  Instant timeOf(int step) {
    return start.plusSeconds(step * stepSeconds);
  }

  /** The number of the step that holds this time. */
  int stepAt(Instant time) {
    return Math.toIntExact(
        Math.floorDiv(time.getEpochSecond() - start.getEpochSecond(), stepSeconds));
  }

  /** The value of a step, NaN where unknown, dropped or not seen yet. */
  double at(int step) {
    int i = step - dropped;
    return i >= 0 && i < size ? values[i] : Double.NaN;
  }

  /** The mean of the known values of steps [from, to), NaN if there is none. */
  double mean(int from, int to) {
    int low = Math.max(from - dropped, 0);
    int high = Math.min(to - dropped, size);
    double sum = 0;
    int known = 0;
    for (int i = low; i < high; i++) {
      double value = values[i];
      if (!Double.isNaN(value)) {
        sum += value;
        known++;
      }
    }
    return known == 0 ? Double.NaN : sum / known;
  }

  int known(int from, int to) {
    int known = 0;
    for (int step = Math.max(from, first()); step < Math.min(to, end()); step++) {
      if (!Double.isNaN(at(step))) {
        known++;
      }
    }
    return known;
  }

  /** A copy of steps [from, end()) under the same numbers, for a fit on another thread. */
  LoadHistory copy(int from, int to) {
    int low = Math.max(from, first());
    int high = Math.min(to, end());
    LoadHistory copy = new LoadHistory(start, stepSeconds, Math.max(1, high - low));
    copy.dropped = low;
    copy.values = Arrays.copyOfRange(values, low - dropped, Math.max(low, high) - dropped);
    copy.size = copy.values.length;
    return copy;
  }
}
