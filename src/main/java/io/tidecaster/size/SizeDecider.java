package io.tidecaster.size;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides how much CPU a container is to have: at once what is needed, and less only when that was
 * enough for a while and is worth a resize. The same arguments always give the same decision.
 */
public final class SizeDecider {
  private final Settings settings;

  /**
   * How sizes change.
   *
   * @param stepMillis sizes are multiples of this
   * @param growReserve a resize goes so much further than it must, so that the next rise needs none
   * @param shrinkBand no resize to a smaller size that saves less than this share
   * @param shrinkWindow the largest need of so long is met by a smaller size
   */
  public record Settings(
      long stepMillis, double growReserve, double shrinkBand, Duration shrinkWindow) {
    public static final Settings DEFAULT = new Settings(10, 0.02, 0.15, Duration.ofMinutes(2));

    public Settings {
      if (stepMillis < 1 || stepMillis > 1000) {
        throw new IllegalArgumentException(
            "step %dm must lie between 1m and 1000m".formatted(stepMillis));
      }
      if (!(growReserve >= 0 && growReserve <= 1) || !(shrinkBand >= 0 && shrinkBand < 1)) {
        throw new IllegalArgumentException(
            "growReserve %s must lie between 0 and 1, shrinkBand %s below 1"
                .formatted(growReserve, shrinkBand));
      }
      if (shrinkWindow.isNegative() || shrinkWindow.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException(
            "shrinkWindow %s must lie between 0s and 24h".formatted(shrinkWindow));
      }
    }
  }

  /** A decision, and what the next one remembers. */
  public record Decided(SizeOutcome outcome, SizeMemory memory) {}

  public SizeDecider(Settings settings) {
    this.settings = settings;
  }

  /** Decides on a container that no limit held back. */
  public Decided decide(
      Instant now,
      long currentMillis,
      Optional<SizeNeed> need,
      CpuBounds bounds,
      SizeMemory memory) {
    return decide(now, currentMillis, need, bounds, memory, 0);
  }

  /**
   * Decides.
   *
   * @param need empty while what is used is unknown: then nothing shrinks
   * @param floorMillis what it is given at least, as a limit held it back; 0 for none
   */
  public Decided decide(
      Instant now,
      long currentMillis,
      Optional<SizeNeed> need,
      CpuBounds bounds,
      SizeMemory memory,
      long floorMillis) {
    if (need.isEmpty()) {
      return new Decided(unknown(currentMillis, floorMillis, bounds), memory);
    }
    SizeMemory next =
        memory.plus(new SizeMemory.Need(now, need.get().millis()), settings.shrinkWindow());
    return new Decided(
        outcome(currentMillis, need.get(), new Least(next.largest(), floorMillis), bounds), next);
  }

  /** What a smaller size has to be enough for: what was needed lately, and a floor. */
  private record Least(long latelyMillis, long floorMillis) {}

  private SizeOutcome unknown(long current, long floor, CpuBounds bounds) {
    long wanted = bounds.clamp(withReserve(floor));
    if (floor > current && wanted > current) {
      return new SizeOutcome.Resize(current, wanted, ResizeReason.THROTTLED);
    }
    long bounded = bounds.clamp(current);
    return bounded == current
        ? new SizeOutcome.Keep(current, KeepReason.USE_UNKNOWN)
        : new SizeOutcome.Resize(current, bounded, ResizeReason.SIZE_OUT_OF_BOUNDS);
  }

  private SizeOutcome outcome(long current, SizeNeed need, Least least, CpuBounds bounds) {
    long bounded = bounds.clamp(current);
    long needed = Math.max(need.millis(), least.floorMillis());
    long wanted = bounds.clamp(withReserve(needed));
    if (needed > current && wanted > current) {
      return new SizeOutcome.Resize(current, wanted, growing(current, need, least.floorMillis()));
    }
    if (bounded != current) {
      return new SizeOutcome.Resize(
          current, Math.max(bounded, wanted), ResizeReason.SIZE_OUT_OF_BOUNDS);
    }
    if (needed > current) {
      return new SizeOutcome.Keep(current, KeepReason.AT_LARGEST_SIZE);
    }
    double worth = current * (1 - settings.shrinkBand());
    long smaller = bounds.clamp(withReserve(Math.max(least.latelyMillis(), least.floorMillis())));
    if (smaller <= worth) {
      return new SizeOutcome.Resize(current, smaller, ResizeReason.OVERSIZED);
    }
    if (bounds.clamp(withReserve(need.millis())) > worth) {
      return new SizeOutcome.Keep(current, KeepReason.RIGHT_SIZE);
    }
    return new SizeOutcome.Keep(
        current,
        bounds.clamp(withReserve(least.floorMillis())) > worth
            ? KeepReason.KEPT_AFTER_THROTTLING
            : KeepReason.SIZE_STABILIZING);
  }

  private static ResizeReason growing(long current, SizeNeed need, long floor) {
    if (floor > need.millis()) {
      return ResizeReason.THROTTLED;
    }
    return need.nowMillis() > current
        ? ResizeReason.USE_ABOVE_SIZE
        : ResizeReason.FORECAST_ABOVE_SIZE;
  }

  private long withReserve(long millis) {
    double reserved = millis * (1 + settings.growReserve());
    return (long) Math.ceil(reserved / settings.stepMillis() - 1e-9) * settings.stepMillis();
  }
}
