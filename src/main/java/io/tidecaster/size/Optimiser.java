package io.tidecaster.size;

import java.util.Locale;

/**
 * Replicas or their size: which of them bears the load ahead at least cost.
 *
 * <p>Replicas take minutes to start and resizes take seconds, so the one decision has two speeds.
 * Replicas are as many as cost least over the loads ahead, where their size follows the load, and
 * at least so many that a load somewhat larger than any of late is borne by growing. The size is
 * the least with which those that are ready bear what comes until a resize has taken effect. A jump
 * is so met by growing, and by starting replicas only where it lasts.
 */
public final class Optimiser {

  /** Of many replicas, one in so many is looked at: their costs hardly differ. */
  private static final int CANDIDATE_SHARE = 50;

  /** More replicas than those that cost so many times the least are dearer still. */
  private static final double CERTAINLY_DEARER = 1.3;

  private final Settings settings;
  private final Terms terms;

  /**
   * How hesitant it is.
   *
   * @param growthRoom the largest load of late must still be borne by growing if it comes so many
   *     times as large, 1.1 for 10 % more
   * @param stepMillis sizes are multiples of this
   */
  public record Settings(double growthRoom, long stepMillis) {
    public static final Settings DEFAULT = new Settings(1.1, 10);

    public Settings {
      if (!(growthRoom >= 1 && growthRoom <= 10)) {
        throw new IllegalArgumentException(
            "growthRoom %s must lie between 1 and 10".formatted(growthRoom));
      }
      if (stepMillis < 1 || stepMillis > 1000) {
        throw new IllegalArgumentException(
            "step %dm must lie between 1m and 1000m".formatted(stepMillis));
      }
    }
  }

  /**
   * What may be chosen from.
   *
   * @param leastReplicas what availability asks for
   * @param mostReplicas the ceiling: connections of a database, licences, partitions
   */
  public record Terms(
      SizeBounds bounds,
      MemoryLine memory,
      ResourcePrices prices,
      int leastReplicas,
      int mostReplicas) {
    public Terms {
      if (leastReplicas < 1 || leastReplicas > mostReplicas) {
        throw new IllegalArgumentException(
            "replicas from %d to %d: at least 1, and the least no more than the most"
                .formatted(leastReplicas, mostReplicas));
      }
    }
  }

  public Optimiser(Settings settings, Terms terms) {
    this.settings = settings;
    this.terms = terms;
  }

  /**
   * The number of replicas, at least {@code least}, with which the loads cost least where the size
   * of each follows the load.
   *
   * @param law what a replica of a size bears
   * @param loads those ahead, at the level that is planned for
   */
  public int cheapest(CapacityLaw law, double[] loads, int least) {
    int best = least;
    double lowest = Double.POSITIVE_INFINITY;
    for (int replicas = least;
        replicas <= terms.mostReplicas();
        replicas += Math.max(1, replicas / CANDIDATE_SHARE)) {
      double cost = cost(law, replicas, loads);
      if (cost < lowest) {
        lowest = cost;
        best = replicas;
      } else if (cost > lowest * CERTAINLY_DEARER) {
        return best;
      }
    }
    return best;
  }

  /** The least replicas that bear this load and the room above it at their largest size. */
  public int replicasToGrow(CapacityLaw law, double load) {
    return replicasAt(law, terms.bounds().most().cpuMillis(), load * settings.growthRoom());
  }

  /** The least replicas of this size that bear this load, within the bounds. */
  public int replicasAt(CapacityLaw law, long millis, double load) {
    double each = law.loadAt(millis);
    double needed = each > 0 ? Math.ceil(load / each - 1e-9) : terms.mostReplicas();
    return (int) Math.clamp(needed, (double) terms.leastReplicas(), (double) terms.mostReplicas());
  }

  /** The CPU with which each of these replicas bears its share of the load. */
  public long millisFor(CapacityLaw law, int replicas, double load) {
    return law.cpuMillisFor(load / Math.max(1, replicas), terms.bounds(), settings.stepMillis());
  }

  /** A size with its memory. */
  public ContainerSize sizeOf(long cpuMillis) {
    return terms.memory().sizeOf(cpuMillis, terms.bounds());
  }

  /** The cost of the loads with so many replicas, or with more while these would not bear one. */
  private double cost(CapacityLaw law, int replicas, double[] loads) {
    double sum = 0;
    for (double load : loads) {
      int bearing = Math.max(replicas, replicasAt(law, terms.bounds().most().cpuMillis(), load));
      sum += new Shape(bearing, sizeOf(millisFor(law, bearing, load))).hourPrice(terms.prices());
    }
    return sum;
  }

  /**
   * What is done and why not otherwise, for a person: {@code OutAndUp: 3 × (1000m CPU, 2048Mi)
   * become 4 × (1200m CPU, 2253Mi), 0.230 an hour instead of 0.140; replicas alone would cost
   * 0.276, their size alone would not bear it.}
   *
   * @param load what is to be borne
   */
  public String sentence(Shape from, Shape to, CapacityLaw law, double load) {
    Way way =
        Way.of(from.replicas(), to.replicas(), from.size().cpuMillis(), to.size().cpuMillis());
    String change =
        way == Way.NEITHER
            ? "%s: %d × (%s) stay, %s an hour"
                .formatted(way.label(), to.replicas(), to.size(), money(to))
            : "%s: %d × (%s) become %d × (%s), %s an hour instead of %s"
                .formatted(
                    way.label(),
                    from.replicas(),
                    from.size(),
                    to.replicas(),
                    to.size(),
                    money(to),
                    money(from));
    long present = from.size().cpuMillis();
    Shape replicasAlone = new Shape(replicasAt(law, present, load), from.size());
    long grown = millisFor(law, from.replicas(), load);
    Shape sizeAlone = new Shape(from.replicas(), sizeOf(grown));
    return "%s; replicas alone %s, their size alone %s."
        .formatted(change, alone(replicasAlone, law, load), alone(sizeAlone, law, load));
  }

  private String alone(Shape shape, CapacityLaw law, double load) {
    double borne = shape.replicas() * law.loadAt(shape.size().cpuMillis());
    return borne * (1 + 1e-9) < load ? "would not bear it" : "would cost " + money(shape);
  }

  private String money(Shape shape) {
    return String.format(Locale.ROOT, "%.3f", shape.hourPrice(terms.prices()));
  }
}
