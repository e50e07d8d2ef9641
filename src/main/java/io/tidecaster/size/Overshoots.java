package io.tidecaster.size;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * How far the use of memory went beyond what had been forecast, on the worst minute of each of the
 * last days (UTC), oldest first.
 */
public record Overshoots(List<Worst> days) {
  public static final Overshoots NONE = new Overshoots(List.of());

  /** Days that are kept: what a month of deployments, ends of month and holidays did. */
  static final int MOST_DAYS = 28;

  /** Whole days before one goes by them. */
  static final int LEAST_DAYS = 7;

  /**
   * The worst of a day.
   *
   * @param day its start
   * @param ratio use ÷ the least forecast that was made for that minute; 1.2 for 20 % more
   */
  public record Worst(Instant day, double ratio) {
    public Worst {
      if (!(ratio >= 0) || Double.isInfinite(ratio)) {
        throw new IllegalArgumentException(
            "ratio %s must be at least 0, and finite".formatted(ratio));
      }
    }
  }

  public Overshoots {
    days = List.copyOf(days);
  }

  /** With one more minute, in any order. */
  public Overshoots plus(Instant at, double ratio) {
    Instant day = at.truncatedTo(ChronoUnit.DAYS);
    boolean worse =
        days.stream().noneMatch(known -> known.day().equals(day) && known.ratio() >= ratio);
    if (!worse) {
      return this;
    }
    List<Worst> all =
        Stream.concat(
                days.stream().filter(known -> !known.day().equals(day)),
                Stream.of(new Worst(day, ratio)))
            .sorted(Comparator.comparing(Worst::day))
            .toList();
    return new Overshoots(all.subList(Math.max(0, all.size() - MOST_DAYS), all.size()));
  }

  /**
   * The factor on a forecast with which no minute of a day is above, with this probability: the
   * conformal order statistic of the days before today, as if today were one of them, which is the
   * ⌈(n + 1) · level⌉-th smallest of n, the largest where that is beyond; and no less than today's.
   * Of 19 days and 0.95 it is the 19th; of 28 and 0.9 the 27th. At least 1; empty before {@value
   * #LEAST_DAYS} whole days are known.
   */
  OptionalDouble factor(Instant now, double level) {
    Instant today = now.truncatedTo(ChronoUnit.DAYS);
    double[] before =
        days.stream()
            .filter(known -> known.day().isBefore(today))
            .mapToDouble(Worst::ratio)
            .toArray();
    if (before.length < LEAST_DAYS) {
      return OptionalDouble.empty();
    }
    Arrays.sort(before);
    int rank = (int) Math.ceil((before.length + 1) * level - 1e-9);
    double todays =
        days.stream()
            .filter(known -> !known.day().isBefore(today))
            .mapToDouble(Worst::ratio)
            .max()
            .orElse(1);
    return OptionalDouble.of(
        Math.max(1, Math.max(todays, before[Math.clamp(rank, 1, before.length) - 1])));
  }
}
