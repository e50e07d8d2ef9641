package io.tidecaster.ingest;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive minutes.
 *
 * @param from the start of the first minute
 * @param to the start of the minute after the last: exclusive
 */
public record MinuteRange(Instant from, Instant to) {

  public MinuteRange {
    if (!from.truncatedTo(ChronoUnit.MINUTES).equals(from)
        || !to.truncatedTo(ChronoUnit.MINUTES).equals(to)) {
      throw new IllegalArgumentException("%s to %s are not whole minutes".formatted(from, to));
    }
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("%s is not before %s".formatted(from, to));
    }
  }

  public long minutes() {
    return Duration.between(from, to).toMinutes();
  }

  /** Ranges of at most so many minutes that together are this one, the newest first. */
  List<MinuteRange> newestFirst(int mostMinutes) {
    List<MinuteRange> parts = new ArrayList<>();
    for (Instant end = to; end.isAfter(from); ) {
      Instant start = end.minus(mostMinutes, ChronoUnit.MINUTES);
      parts.add(new MinuteRange(start.isBefore(from) ? from : start, end));
      end = start;
    }
    return parts;
  }
}
