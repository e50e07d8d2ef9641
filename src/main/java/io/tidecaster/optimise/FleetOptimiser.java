package io.tidecaster.optimise;

import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Decided;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.ContainerSize;
import io.tidecaster.size.MemoryLine;
import io.tidecaster.size.Optimiser;
import io.tidecaster.size.Patience;
import io.tidecaster.size.ResourcePrices;
import io.tidecaster.size.Shape;
import io.tidecaster.size.SizeBounds;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.workload.Bounds;
import java.time.Duration;
import java.time.Instant;

/**
 * One decision over replicas and their size, minute by minute, in the service and in a backtest
 * alike: replicas are as many as cost least, come and go with patience, and what is lacking
 * meanwhile is borne by size ({@link Optimiser}). Not thread-safe.
 */
public final class FleetOptimiser {

  private static final Duration MOST_PATIENCE = Duration.ofHours(2);

  /** Replicas go when those that stay have grown as far as they would for the load. */
  private static final double KEPT_RESERVE = SizeDecider.Settings.DEFAULT.growReserve();

  private final Terms terms;
  private final Patience patience;

  /** What may be chosen from, and what it costs. */
  public record Terms(SizeBounds sizes, MemoryLine memory, ResourcePrices prices) {

    /** Those for so many replicas. */
    public Optimiser.Terms within(Bounds replicas) {
      return new Optimiser.Terms(
          sizes, memory, prices, replicas.minReplicas(), replicas.maxReplicas());
    }

    /** The optimiser for so many replicas. */
    public Optimiser optimiser(Bounds replicas) {
      return new Optimiser(Optimiser.Settings.DEFAULT, within(replicas));
    }
  }

  /**
   * How a fleet stands.
   *
   * @param asked replicas asked for
   * @param size what each is asked to be
   * @param effectiveMillis the CPU with which those that are ready bear load
   * @param startUp how long a new replica takes
   */
  public record Standing(int asked, ContainerSize size, long effectiveMillis, Duration startUp) {}

  /** The rules for replicas, of one minute. */
  @FunctionalInterface
  public interface Rules {
    Decided decide(Bounds within, Capacity each);
  }

  /**
   * What was decided on the replicas.
   *
   * @param target the replicas that the size is to be for, or those that are ready if fewer
   */
  public record Counted(Decided decided, int target) {}

  /** One that remembers nothing yet. */
  public FleetOptimiser(Terms terms) {
    this(terms, new Patience(MOST_PATIENCE));
  }

  private FleetOptimiser(Terms terms, Patience patience) {
    this.terms = terms;
    this.patience = patience;
  }

  /** The same under other terms, with all that it remembers. */
  public FleetOptimiser under(Terms other) {
    return other.equals(terms) ? this : new FleetOptimiser(other, patience);
  }

  /** What it chooses from. */
  public Terms terms() {
    return terms;
  }

  /** Decides on the replicas. */
  public Counted count(
      Instant now,
      CapacityLaw law,
      PlannedLoads loads,
      Bounds bounds,
      Standing standing,
      Rules rules) {
    Optimiser optimiser = terms.optimiser(bounds);
    int room = optimiser.replicasToGrow(law, loads.largestLate());
    patience.wish(now, optimiser.cheapest(law, loads.path(), room));
    int asked = standing.asked();
    int target =
        Math.max(
            room,
            patience.replicas(
                now,
                asked,
                wait(optimiser, law, standing, asked + 1, loads.later()),
                wait(optimiser, law, standing, asked - 1, loads.later())));
    int borne =
        optimiser.replicasAt(law, standing.effectiveMillis(), loads.soon() * (1 + KEPT_RESERVE));
    int kept = bounds.clamp(Math.max(target, Math.min(asked, borne)));
    Capacity each = new Capacity(law.loadAt(standing.effectiveMillis()), Capacity.Origin.LEARNED);
    return new Counted(rules.decide(new Bounds(kept, kept), each), target);
  }

  /** The CPU that each of so many replicas needs. */
  public SizeNeed need(CapacityLaw law, PlannedLoads loads, Bounds bounds, int replicas) {
    Optimiser optimiser = terms.optimiser(bounds);
    return new SizeNeed(
        optimiser.millisFor(law, replicas, loads.present()),
        optimiser.millisFor(law, replicas, loads.soon()));
  }

  /** How long {@code other} replicas must be wanted instead of those there are. */
  private Duration wait(
      Optimiser optimiser, CapacityLaw law, Standing standing, int other, double load) {
    if (other < 1) {
      return MOST_PATIENCE;
    }
    double hour = terms.prices().ofHour(standing.size());
    double saved =
        hourOf(optimiser, law, standing.asked(), load) - hourOf(optimiser, law, other, load);
    return patience.until(standing.startUp(), hour, saved);
  }

  private double hourOf(Optimiser optimiser, CapacityLaw law, int replicas, double load) {
    return new Shape(replicas, optimiser.sizeOf(optimiser.millisFor(law, replicas, load)))
        .hourPrice(terms.prices());
  }
}
