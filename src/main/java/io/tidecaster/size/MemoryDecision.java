package io.tidecaster.size;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How much memory a container is to have: the 90th percentile of its decayed daily peaks and 15 %
 * on top ({@link MemoryPeaks}), no less than what is forecast for the hour to come, and less where
 * that hour needs less and it is known how far forecasts are exceeded ({@link MemoryAhead}); the
 * heap that its JVM may take and, for a while, what it was killed with and a bump ({@link
 * OomFloor}) in any case. The same arguments always give the same decision.
 *
 * @param desiredBytes what it is asked to request
 * @param sentence the outcome and its reason for a person
 */
public record MemoryDecision(
    MemoryInputs inputs, long desiredBytes, MemoryReason reason, String sentence) {
  private static final double PERCENTILE = 0.9;
  private static final double MARGIN = 1.15;

  /** No resize to less memory that saves less than this share. */
  private static final double SHRINK_BAND = 0.1;

  /** Today and a whole day before it. */
  private static final int LEAST_DAYS = 2;

  private static final long MIB = 1L << 20;

  /**
   * What goes by the hour goes so much further than it must, so that the next rise needs nothing.
   */
  private static final double HOURLY_RESERVE = 1.05;

  /**
   * What it needs.
   *
   * @param goal what it is given where it changes
   */
  private record Need(long bytes, long goal, MemoryReason why) {
    Need(long bytes, MemoryReason why) {
      this(bytes, bytes, why);
    }
  }

  /** What follows from the inputs. */
  public static MemoryDecision of(Instant at, MemoryInputs inputs) {
    Optional<Need> need = need(at, inputs);
    long current = inputs.currentBytes();
    if (inputs.change() == MemoryInputs.Change.NONE) {
      return made(inputs, current, MemoryReason.MEMORY_NEEDS_RESTART, need);
    }
    if (need.isEmpty()) {
      return made(inputs, current, MemoryReason.MEMORY_UNKNOWN, need);
    }
    long needed = wholeMib(need.get().bytes());
    long wanted = Math.clamp(wholeMib(need.get().goal()), inputs.leastBytes(), inputs.mostBytes());
    if (Math.clamp(needed, inputs.leastBytes(), inputs.mostBytes()) > current) {
      boolean asNeeded = needed > current;
      return made(
          inputs, wanted, asNeeded ? need.get().why() : MemoryReason.MEMORY_OUT_OF_BOUNDS, need);
    }
    if (needed > current) {
      return made(inputs, current, MemoryReason.AT_LARGEST_MEMORY, need);
    }
    boolean beyond = current > inputs.mostBytes();
    if (!beyond && wanted > current * (1 - SHRINK_BAND)) {
      return made(inputs, current, MemoryReason.RIGHT_MEMORY, need);
    }
    if (inputs.change() == MemoryInputs.Change.GROW) {
      return made(inputs, current, MemoryReason.SHRINKING_RESTARTS, need);
    }
    if (beyond) {
      return made(inputs, inputs.mostBytes(), MemoryReason.MEMORY_OUT_OF_BOUNDS, need);
    }
    if (inputs.peaks().days() < LEAST_DAYS) {
      return made(inputs, current, MemoryReason.MEMORY_STABILIZING, need);
    }
    return made(inputs, wanted, MemoryReason.MEMORY_OVERSIZED, need);
  }

  /**
   * The largest of what the use, the heap and a kill ask for; empty while nothing is known.
   *
   * <p>Peaks of 400 MiB ask for 460, and a forecast of 500 for 500. If on no day of the last four
   * weeks it was exceeded by more than 8 %, it asks for 540, and a forecast of 200 for 216, with
   * 210 used yesterday at this time and a week ago.
   */
  private static Optional<Need> need(Instant at, MemoryInputs inputs) {
    OptionalLong peak = inputs.peaks().percentile(at, PERCENTILE);
    Optional<OomFloor> oom = inputs.oom().filter(floor -> floor.stands(at));
    Need need = used(at, inputs, peak.orElse(0));
    if (inputs.heap().isPresent() && inputs.heap().get().bytes() > need.bytes()) {
      need = new Need(inputs.heap().get().bytes(), MemoryReason.HEAP_ABOVE_MEMORY);
    }
    if (oom.isPresent() && oom.get().bytes() > need.bytes()) {
      need = new Need(oom.get().bytes(), MemoryReason.OOM_KILLED);
    }
    return peak.isEmpty() && oom.isEmpty() ? Optional.empty() : Optional.of(need);
  }

  private static Need used(Instant at, MemoryInputs inputs, long peak) {
    long expected = inputs.ahead().map(ahead -> ahead.expected(at, MARGIN)).orElse(0L);
    Need most =
        expected > withMargin(peak)
            ? forecast(expected, Long.MAX_VALUE)
            : new Need(withMargin(peak), MemoryReason.PEAK_ABOVE_MEMORY);
    OptionalLong enough =
        inputs
            .ahead()
            .filter(_ -> inputs.change() == MemoryInputs.Change.BOTH)
            .map(ahead -> ahead.enough(at))
            .orElse(OptionalLong.empty());
    return enough.isPresent() && enough.getAsLong() < most.bytes()
        ? forecast(enough.getAsLong(), most.bytes())
        : most;
  }

  private static Need forecast(long bytes, long most) {
    return new Need(
        bytes,
        Math.min(most, (long) Math.ceil(bytes * HOURLY_RESERVE)),
        MemoryReason.FORECAST_ABOVE_MEMORY);
  }

  private static long withMargin(long bytes) {
    return (long) Math.ceil(bytes * MARGIN);
  }

  private static MemoryDecision made(
      MemoryInputs inputs, long bytes, MemoryReason reason, Optional<Need> need) {
    boolean killed =
        reason == MemoryReason.RIGHT_MEMORY
            && need.filter(known -> known.why() == MemoryReason.OOM_KILLED).isPresent();
    MemoryReason told = killed ? MemoryReason.KEPT_AFTER_OOM : reason;
    String what =
        bytes == inputs.currentBytes()
            ? "Memory stays %s".formatted(mib(bytes))
            : "Memory goes from %s to %s".formatted(mib(inputs.currentBytes()), mib(bytes));
    return new MemoryDecision(
        inputs, bytes, told, "%s: %s%s.".formatted(what, why(inputs, told, need), heap(inputs)));
  }

  /** What it is used for, by who says so. */
  private static String of(Optional<Need> need) {
    return need.filter(known -> known.why() == MemoryReason.FORECAST_ABOVE_MEMORY).isPresent()
        ? "what is forecast within an hour"
        : "its peaks of the last days";
  }

  private static String why(MemoryInputs inputs, MemoryReason reason, Optional<Need> need) {
    String needed = need.map(known -> mib(known.bytes())).orElse("an unknown amount");
    return switch (reason) {
      case OOM_KILLED -> "it was killed for want of memory, and is given %s".formatted(needed);
      case KEPT_AFTER_OOM ->
          "it was killed for want of memory, and is given no less than %s for %d h"
              .formatted(needed, OomFloor.STANDS.toHours());
      case PEAK_ABOVE_MEMORY, FORECAST_ABOVE_MEMORY, MEMORY_OVERSIZED, RIGHT_MEMORY ->
          "%s for %s".formatted(needed, of(need));
      case HEAP_ABOVE_MEMORY -> "its heap may take %s".formatted(needed);
      case MEMORY_OUT_OF_BOUNDS ->
          "it may have from %s to %s".formatted(mib(inputs.leastBytes()), mib(inputs.mostBytes()));
      case MEMORY_STABILIZING ->
          "%s would do, but it was seen for less than a day before today".formatted(needed);
      case SHRINKING_RESTARTS ->
          "%s would do, but its resizePolicy, or its quality of service, does not let it shrink"
              .formatted(needed);
      case MEMORY_NEEDS_RESTART -> "its resizePolicy restarts it for memory; set NotRequired";
      case AT_LARGEST_MEMORY ->
          "%s are needed, maxAllowed.memory %s is reached; raise it"
              .formatted(needed, mib(inputs.mostBytes()));
      case MEMORY_UNKNOWN -> "what it uses is unknown, and unknown is not zero";
    };
  }

  private static String heap(MemoryInputs inputs) {
    return inputs
        .heap()
        .map(heap ->
            "; its heap takes %s at most (%s), more memory is for what lies outside of it"
                .formatted(mib(heap.bytes()), heap.flag()))
        .orElse("");
  }

  private static long wholeMib(long bytes) {
    return Math.ceilDiv(bytes, MIB) * MIB;
  }

  private static String mib(long bytes) {
    return Math.ceilDiv(bytes, MIB) + "Mi";
  }
}
