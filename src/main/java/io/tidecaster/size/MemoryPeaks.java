package io.tidecaster.size;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The most memory that a replica used on each of the last days, oldest first.
 *
 * <p>As the Vertical Pod Autoscaler's recommender sees it ({@code pkg/recommender/model} of
 * kubernetes/autoscaler): the peak of each 24 hours, of eight of them, whose weight halves in 24
 * hours; here the days are those of UTC, and the percentile is exact instead of a histogram's.
 */
public record MemoryPeaks(List<Peak> peaks) {
  public static final MemoryPeaks NONE = new MemoryPeaks(List.of());

  /** The recommender's {@code --memory-aggregation-interval-count}. */
  static final int MOST_DAYS = 8;

  /** Its {@code --memory-histogram-decay-half-life}. */
  static final Duration HALF_LIFE = Duration.ofHours(24);

  /**
   * The most of a day.
   *
   * @param day its start
   */
  public record Peak(Instant day, long bytes) {}

  public MemoryPeaks {
    peaks = List.copyOf(peaks);
  }

  /** With what was used in one more minute, in any order. */
  public MemoryPeaks plus(Instant at, long bytes) {
    Instant day = at.truncatedTo(ChronoUnit.DAYS);
    List<Peak> same = peaks.stream().filter(peak -> peak.day().equals(day)).toList();
    if (!same.isEmpty() && same.getFirst().bytes() >= bytes) {
      return this;
    }
    List<Peak> all =
        Stream.concat(
                peaks.stream().filter(peak -> !peak.day().equals(day)),
                Stream.of(new Peak(day, bytes)))
            .sorted(Comparator.comparing(Peak::day))
            .toList();
    return new MemoryPeaks(all.subList(Math.max(0, all.size() - MOST_DAYS), all.size()));
  }

  /** The days that are known of. */
  int days() {
    return peaks.size();
  }

  /**
   * The least that is no less than this share of the peaks by weight. Peaks of 500 today (weight
   * 1), 900 yesterday (0.5) and 700 the day before (0.25): for 0.9, 500 and 700 make 1.25 of 1.75,
   * which is 71 %, so 900 it is.
   *
   * @param share 0.9 for the 90th percentile
   */
  public OptionalLong percentile(Instant now, double share) {
    double total = peaks.stream().mapToDouble(peak -> weight(peak, now)).sum();
    double sum = 0;
    List<Peak> bySize = peaks.stream().sorted(Comparator.comparingLong(Peak::bytes)).toList();
    for (Peak peak : bySize) {
      sum += weight(peak, now);
      if (sum >= share * total - 1e-12) {
        return OptionalLong.of(peak.bytes());
      }
    }
    return OptionalLong.empty();
  }

  private static double weight(Peak peak, Instant now) {
    long days = ChronoUnit.DAYS.between(peak.day(), now.truncatedTo(ChronoUnit.DAYS));
    return Math.pow(0.5, (double) days * 24 / HALF_LIFE.toHours());
  }
}
