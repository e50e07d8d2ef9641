package io.tidecaster.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** The most that was used in each five minutes of the last week: 32 kB. */
final class DayMemory {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long BIN_SECONDS = 300;
  private static final int BINS = (int) (WEEK.plus(HOUR).toSeconds() / BIN_SECONDS) + 2;

  private final double[] most = new double[BINS];
  private final long[] bin = new long[BINS];

  DayMemory() {
    Arrays.fill(bin, Long.MIN_VALUE);
  }

  void put(Instant minute, double bytes) {
    long number = Math.floorDiv(minute.getEpochSecond(), BIN_SECONDS);
    int slot = Math.floorMod(number, BINS);
    if (bin[slot] > number) {
      return;
    }
    most[slot] = bin[slot] == number ? Math.max(most[slot], bytes) : bytes;
    bin[slot] = number;
  }

  /** The most of the hour that began a day before, and a week before; 0 where neither is known. */
  double usual(Instant now) {
    return Math.max(most(now.minus(DAY)), most(now.minus(WEEK)));
  }

  private double most(Instant from) {
    double largest = 0;
    long first = Math.floorDiv(from.getEpochSecond(), BIN_SECONDS);
    for (long number = first; number <= first + HOUR.toSeconds() / BIN_SECONDS; number++) {
      int slot = Math.floorMod(number, BINS);
      if (bin[slot] == number) {
        largest = Math.max(largest, most[slot]);
      }
    }
    return largest;
  }
}
