package io.tidecaster.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** What a load does in each hour of the day, as its past up to some time shows. */
final class UsualDay {
  private static final int HOURS = 24;

  /** AWS predictive scaling looks at so many days; a schedule is written after one week. */
  private static final int MOST_DAYS = 14;

  private static final int SCHEDULE_DAYS = 7;
  private static final int STEPS = 60;
  private static final Duration STEP = Duration.ofMinutes(1);

  private final TraceLoad load;
  private final Instant scheduledAt;
  private final double[] medianPeaks = new double[HOURS];

  /** {@code scheduledAt}: the schedule is written then and stands. */
  UsualDay(TraceLoad load, Instant scheduledAt) {
    this.load = load;
    this.scheduledAt = scheduledAt;
    for (int hour = 0; hour < HOURS; hour++) {
      medianPeaks[hour] = medianPeakBefore(hour);
    }
  }

  /** The median of this hour's peaks over the week before the schedule was written. */
  double medianPeak(Instant now) {
    return medianPeaks[hourOfDay(now)];
  }

  /** The mean of this hour over the days before {@code now} that are known, at most two weeks. */
  double mean(Instant now) {
    Instant hour = startOfHour(now);
    double sum = 0;
    int days = 0;
    for (int day = 1; day <= MOST_DAYS; day++) {
      Instant then = hour.minus(Duration.ofDays(day));
      if (then.isBefore(load.start())) {
        break;
      }
      sum += load.at(then.plus(Duration.ofMinutes(30)));
      days++;
    }
    return days > 0 ? sum / days : 0;
  }

  private double medianPeakBefore(int hourOfDay) {
    double[] peaks = new double[SCHEDULE_DAYS];
    int days = 0;
    Instant hour = startOfHour(scheduledAt);
    for (int back = 1; back <= SCHEDULE_DAYS * HOURS; back++) {
      Instant then = hour.minus(Duration.ofHours(back));
      if (!then.isBefore(load.start()) && hourOfDay(then) == hourOfDay) {
        peaks[days++] = peak(then);
      }
    }
    double[] known = Arrays.copyOf(peaks, days);
    Arrays.sort(known);
    return days > 0 ? known[days / 2] : 0;
  }

  private double peak(Instant hour) {
    double peak = 0;
    for (int step = 0; step < STEPS; step++) {
      peak = Math.max(peak, load.at(hour.plus(STEP.multipliedBy(step))));
    }
    return peak;
  }

  private static Instant startOfHour(Instant now) {
    return Instant.ofEpochSecond(Math.floorDiv(now.getEpochSecond(), 3600L) * 3600);
  }

  private static int hourOfDay(Instant now) {
    return Math.toIntExact(Math.floorMod(Math.floorDiv(now.getEpochSecond(), 3600L), 24L));
  }
}
