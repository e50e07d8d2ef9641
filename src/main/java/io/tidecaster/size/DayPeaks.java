package io.tidecaster.size;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/**
 * The most CPU that was needed in each hour of the last day, oldest first: 25 hours at most.
 *
 * @param hours each at its start
 */
public record DayPeaks(List<SizeMemory.Need> hours) {
  public static final DayPeaks NONE = new DayPeaks(List.of());

  public DayPeaks {
    hours = List.copyOf(hours);
  }

  /** With what is needed now, and without what is older than a day. */
  public DayPeaks plus(Instant now, long millis) {
    Instant hour = now.truncatedTo(ChronoUnit.HOURS);
    Instant oldest = hour.minus(RolloutRule.DAY);
    long most =
        hours.stream()
            .filter(peak -> peak.at().equals(hour))
            .mapToLong(SizeMemory.Need::millis)
            .reduce(millis, Math::max);
    return new DayPeaks(
        Stream.concat(
                hours.stream()
                    .filter(peak -> !peak.at().isBefore(oldest) && peak.at().isBefore(hour)),
                Stream.of(new SizeMemory.Need(hour, most)))
            .toList());
  }

  /** The most of all; 0 where nothing is known. */
  public long largest() {
    return hours.stream().mapToLong(SizeMemory.Need::millis).max().orElse(0);
  }
}
