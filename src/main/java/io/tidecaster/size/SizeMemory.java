package io.tidecaster.size;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What was needed lately, oldest first.
 *
 * @param needs at most as old as the window for a smaller size
 */
public record SizeMemory(List<Need> needs) {
  public static final SizeMemory EMPTY = new SizeMemory(List.of());

  /** So much CPU was needed. */
  public record Need(Instant at, long millis) {}

  public SizeMemory {
    needs = List.copyOf(needs);
  }

  SizeMemory plus(Need need, Duration window) {
    Instant oldest = need.at().minus(window);
    return new SizeMemory(
        Stream.concat(
                needs.stream().filter(earlier -> earlier.at().isAfter(oldest)), Stream.of(need))
            .toList());
  }

  /** The largest need within the window. */
  long largest() {
    return needs.stream().mapToLong(Need::millis).max().orElse(0);
  }
}
