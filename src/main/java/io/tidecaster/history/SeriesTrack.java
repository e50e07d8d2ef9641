package io.tidecaster.history;

import io.tidecaster.workload.SeriesSelector;
import java.util.Arrays;

/**
 * The recent samples of one series, in order of time, and what they say about a minute.
 *
 * <p>All that is said depends on which samples are there, never on the order in which they came:
 * the samples of the open minutes, and {@value #KEPT_BEFORE} before them.
 *
 * <p>What a counter did between two samples is spread evenly over the time between them, so a
 * sample that lies across the end of a minute serves both. The cases beside:
 *
 * <ul>
 *   <li>A reset counts the new value from zero. A value lower by less than 1 % is no reset but
 *       noise of the exporter, and counts as no increase: taking it for a reset would add the whole
 *       counter at once.
 *   <li>A first sample says nothing about the time before: a replica may have just started, or have
 *       run for a year before we did. It is taken to have run at the rate to its second sample, for
 *       at most one interval, within its minute, and back to where its value was zero. That is what
 *       Prometheus assumes in {@code rate}; it is nearly right for a replica that starts, and
 *       cannot burst for one that did not.
 *   <li>After its last sample a series is carried on with its last rate, up to the bridge; one that
 *       a stale marker ended, up to half the way there, since it ended somewhere in between.
 *   <li>Samples further apart than the bridge are not joined: the later is as a first one.
 * </ul>
 */
final class SeriesTrack {
  /** Samples kept before the open minute: four for three intervals, and a marker between. */
  static final int KEPT_BEFORE = 5;

  private static final int FIRST_CAPACITY = 8;
  private static final double NOISE = 0.01;

  final String identity;
  final Replica replica;
  private final boolean counter;
  private final Reach reach;
  private long[] times = new long[FIRST_CAPACITY];
  private double[] values = new double[FIRST_CAPACITY];
  private int size;

  /** The bounds in time that hold for all series of an assembler, in milliseconds. */
  record Reach(long lateness, long scrape, long bridge, long forget) {
    static Reach of(AssemblyRules rules) {
      return new Reach(
          rules.allowedLateness().toMillis(),
          rules.maxScrapeInterval().toMillis(),
          rules.bridge().toMillis(),
          rules.forgetAfter().toMillis());
    }

    /** How long after a sample the next is waited for at most. */
    long patience() {
      return scrape + scrape / 4;
    }
  }

  /** What became of a sample. */
  enum Insertion {
    INSERTED,
    DUPLICATE,
    FULL
  }

  SeriesTrack(String identity, Replica replica, SeriesSelector.Type type, Reach reach) {
    this.identity = identity;
    this.replica = replica;
    this.counter = type == SeriesSelector.Type.COUNTER;
    this.reach = reach;
  }

  /**
   * Adds a sample. Of two at the same time a value wins over a marker and the larger over the
   * smaller one, whichever came first.
   */
  Insertion insert(long time, double value, int maxSamples) {
    int at = firstNotBefore(time);
    if (at < size && times[at] == time) {
      if (isMarker(at) || value > values[at]) {
        values[at] = value;
      }
      return Insertion.DUPLICATE;
    }
    if (size == times.length) {
      if (size >= maxSamples) {
        return Insertion.FULL;
      }
      int capacity = Math.min(2 * size, maxSamples);
      times = Arrays.copyOf(times, capacity);
      values = Arrays.copyOf(values, capacity);
    }
    System.arraycopy(times, at, times, at + 1, size - at);
    System.arraycopy(values, at, values, at + 1, size - at);
    times[at] = time;
    values[at] = value;
    size++;
    return Insertion.INSERTED;
  }

  /** Drops what no minute from {@code open} on needs. */
  void dropBefore(long open) {
    int firstOpen = firstNotBefore(open);
    int keep = Math.max(0, firstOpen - KEPT_BEFORE);
    while (keep < firstOpen && times[keep] < open - reach.forget()) {
      keep++;
    }
    if (keep > 0) {
      size -= keep;
      System.arraycopy(times, keep, times, 0, size);
      System.arraycopy(values, keep, values, 0, size);
    }
    if (times.length > 8 * FIRST_CAPACITY && size < times.length / 8) {
      times = Arrays.copyOf(times, times.length / 4);
      values = Arrays.copyOf(values, values.length / 4);
    }
  }

  /** Whether minutes from {@code open} on need nothing of this series any more. */
  boolean isForgotten(long open) {
    return size == 0 || times[size - 1] < open - reach.forget();
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The time of the oldest sample kept. */
  long oldest() {
    return times[0];
  }

  /**
   * The watermark from which on no sample that is in time can change what this series says about
   * the minute that ends at {@code end}, given what is there; {@code Long.MIN_VALUE} if it is
   * already so.
   */
  long settledAt(long end) {
    int last = firstNotBefore(end) - 1;
    if (last < 0 || isMarker(last)) {
      return Long.MIN_VALUE;
    }
    long awaitedUntil = times[last] + patience(last);
    if (last + 1 == size || times[last + 1] > awaitedUntil) {
      return awaitedUntil + reach.lateness();
    }
    boolean nothingBetween = times[last + 1] - times[last] <= shortestStep(last);
    return nothingBetween ? Long.MIN_VALUE : times[last + 1] + reach.lateness();
  }

  /** Whether this series was sampled after {@code end} with nothing missing before, or ended. */
  boolean isComplete(long end) {
    return settledAt(end) == Long.MIN_VALUE;
  }

  /** Whether a stale marker is the last that is known before {@code end}. */
  boolean endedBefore(long end) {
    int last = firstNotBefore(end) - 1;
    return last >= 0 && isMarker(last);
  }

  /** Whether anything is known from before {@code end}. */
  boolean startedBefore(long end) {
    return size > 0 && times[0] < end;
  }

  /**
   * Adds what this series did in a minute.
   *
   * @return whether a sample in the minute, or samples around it, bear witness of it
   */
  boolean addTo(MinuteSum sum) {
    boolean witnessed = false;
    int before = -1;
    int i = 0;
    for (; i < size && times[i] < sum.end; i++) {
      if (isMarker(i)) {
        continue;
      }
      if (before >= 0 && joined(before, i)) {
        witnessed |= addBetween(before, i, sum);
      } else {
        long carriedTo = before < 0 ? Long.MIN_VALUE : carry(before, sum);
        lookBack(before, i, carriedTo, sum);
      }
      witnessed |= times[i] >= sum.start;
      before = i;
    }
    if (before < 0) {
      return false;
    }
    if (i < size && i == before + 1 && !isMarker(i) && reachesAcross(before, i)) {
      addBetween(before, i, sum);
      return true;
    }
    carry(before, sum);
    return witnessed;
  }

  private boolean joined(int a, int b) {
    boolean near = times[b] - times[a] <= reach.bridge();
    return near && (counter || b == a + 1);
  }

  /** Whether the first sample after the end of a minute is near enough to be waited for. */
  private boolean reachesAcross(int last, int next) {
    return times[next] - times[last] <= patience(last);
  }

  private boolean addBetween(int a, int b, MinuteSum sum) {
    if (counter) {
      if (times[b] >= sum.start && times[b] < sum.end && isReset(a, b)) {
        sum.addReset();
      }
      return sum.add(times[a], times[b], rate(a, b));
    }
    long from = Math.max(times[a], sum.start);
    long to = Math.min(times[b], sum.end);
    double middle = ((from + to) / 2.0 - times[a]) / (times[b] - times[a]);
    return sum.add(from, to, values[a] + (values[b] - values[a]) * middle);
  }

  /** Carries the series on after sample {@code i}; returns until when. */
  private long carry(int i, MinuteSum sum) {
    long until = times[i] + reach.bridge();
    if (i + 1 < size && isMarker(i + 1) && (times[i + 1] < sum.end || reachesAcross(i, i + 1))) {
      until = Math.min(until, times[i] + (times[i + 1] - times[i]) / 2);
    }
    if (!counter) {
      sum.add(times[i], until, values[i]);
      return until;
    }
    int previous = valueBefore(i);
    if (previous >= 0 && joined(previous, i)) {
      sum.add(times[i], until, rate(previous, i));
      return until;
    }
    return times[i];
  }

  private void lookBack(int before, int first, long carriedTo, MinuteSum sum) {
    int second = first + 1;
    if (!counter || times[first] < sum.start || second >= size || isMarker(second)) {
      return;
    }
    boolean known = times[second] < sum.end ? joined(first, second) : reachesAcross(first, second);
    if (!known) {
      return;
    }
    double rate = rate(first, second);
    double most = before < 0 ? values[first] : increase(before, first);
    long interval = Math.min(times[second] - times[first], reach.scrape());
    if (rate * interval / 1000.0 > most) {
      interval = Math.round(1000.0 * most / rate);
    }
    long from = Math.max(times[first] - interval, carriedTo);
    sum.add(from, times[first], rate);
  }

  private double rate(int a, int b) {
    return increase(a, b) / ((times[b] - times[a]) / 1000.0);
  }

  private double increase(int a, int b) {
    return isReset(a, b) ? values[b] : Math.max(0, values[b] - values[a]);
  }

  private boolean isReset(int a, int b) {
    return values[b] < values[a] * (1 - NOISE);
  }

  /** How long after sample {@code last} the next is waited for: 1.5 of its longest intervals. */
  private long patience(int last) {
    long longest = 0;
    for (int i = last, steps = 0; steps < 3 && isStep(i); i--, steps++) {
      longest = Math.max(longest, times[i] - times[i - 1]);
    }
    return longest == 0 ? reach.patience() : Math.min(longest + longest / 2, reach.patience());
  }

  /** An interval within which no sample is missing: 1.5 of its shortest; 0 if none is known. */
  private long shortestStep(int last) {
    long shortest = Long.MAX_VALUE;
    for (int i = last, steps = 0; steps < 3 && isStep(i); i--, steps++) {
      shortest = Math.min(shortest, times[i] - times[i - 1]);
    }
    return shortest == Long.MAX_VALUE ? 0 : shortest + shortest / 2;
  }

  private boolean isStep(int i) {
    return i > 0 && !isMarker(i) && !isMarker(i - 1) && times[i] - times[i - 1] <= reach.bridge();
  }

  private int valueBefore(int i) {
    int before = i - 1;
    while (before >= 0 && isMarker(before)) {
      before--;
    }
    return before;
  }

  private boolean isMarker(int i) {
    return Double.isNaN(values[i]);
  }

  private int firstNotBefore(long time) {
    if (size == 0 || times[size - 1] < time) {
      return size;
    }
    int at = Arrays.binarySearch(times, 0, size, time);
    return at >= 0 ? at : -at - 1;
  }

  /** Heap bytes of this, of its arrays and of its name. */
  long estimateBytes() {
    return 48 + 2 * (16 + 8L * times.length) + 56 + identity.length();
  }
}
