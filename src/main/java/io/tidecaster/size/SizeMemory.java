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

  /** What of it lies within the window before a time. */
  public SizeMemory within(Instant now, Duration window) {
    Instant oldest = now.minus(window);
    return new SizeMemory(needs.stream().filter(need -> need.at().isAfter(oldest)).toList());
  }

  SizeMemory plus(Need need, Duration window) {
    return new SizeMemory(
        Stream.concat(within(need.at(), window).needs.stream(), Stream.of(need)).toList());
  }

  /** The largest need within the window. */
  long largest() {
    return needs.stream().mapToLong(Need::millis).max().orElse(0);
  }
}
