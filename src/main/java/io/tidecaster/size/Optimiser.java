package io.tidecaster.size;

import java.util.Locale;

/**
 * Replicas or their size: which of them bears the load ahead at least cost.
 *
 * <p>Replicas take minutes to start and resizes take seconds, so the one decision has two speeds.
 * The <em>planned size</em> is the CPU with which replicas are counted; it is the one at which the
 * loads ahead cost least, of all that leave room to grow, and changes only where that saves more
 * than the switch. The <em>size</em> is the least with which the replicas that are ready bear what
 * comes until a resize has taken effect. A jump is so met by growing, and by starting replicas only
 * where it lasts.
 */
public final class Optimiser {

  /** Neighbouring candidates differ by so much. */
  private static final double CANDIDATE_STEP = 1.1;

  /** A load that cannot be borne weighs as much as so many times its share of the cost. */
  private static final double SHORTAGE_PRICE = 20;

  private final Settings settings;
  private final Terms terms;

  /**
   * How hesitant it is.
   *
   * @param growthRoom what is planned for must still be borne by growing if it comes so many times
   *     as large, 1.3 for 30 % more
   * @param leastSaving another planned size must save at least this share of the cost
   * @param stepMillis sizes are multiples of this
   */
  public record Settings(double growthRoom, double leastSaving, long stepMillis) {
    public static final Settings DEFAULT = new Settings(1.3, 0.03, 10);

    public Settings {
      if (!(growthRoom >= 1 && growthRoom <= 10)) {
        throw new IllegalArgumentException(
            "growthRoom %s must lie between 1 and 10".formatted(growthRoom));
      }
      if (!(leastSaving >= 0 && leastSaving < 1)) {
        throw new IllegalArgumentException(
            "leastSaving %s must be at least 0 and below 1".formatted(leastSaving));
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
   * The size to count replicas with.
   *
   * @param law what a replica of a size bears
   * @param plannedMillis that of the last decision
   * @param loads those ahead, at the level that is planned for; the first is the one that replicas
   *     asked for now are to bear
   */
  public long plan(CapacityLaw law, long plannedMillis, double[] loads) {
    if (loads.length == 0) {
      return terms.bounds().clampCpu(plannedMillis);
    }
    long present = terms.bounds().clampCpu(plannedMillis);
    long best = present;
    double presentCost = cost(law, present, loads);
    double least = presentCost * (1 - settings.leastSaving());
    for (double millis = terms.bounds().least().cpuMillis();
        ;
        millis = Math.min(millis * CANDIDATE_STEP, (double) terms.bounds().most().cpuMillis())) {
      long candidate = terms.bounds().clampCpu(Math.round(millis));
      double cost = cost(law, candidate, loads);
      if (cost < least) {
        least = cost;
        best = candidate;
      }
      if (candidate >= terms.bounds().most().cpuMillis()) {
        return best;
      }
    }
  }

  /** The replicas for this load counted with this size, with room to grow. */
  public int replicasFor(CapacityLaw law, long plannedMillis, double load) {
    double each = law.loadAt(plannedMillis);
    double needed = each > 0 ? Math.ceil(load / each - 1e-9) : terms.mostReplicas();
    return (int)
        Math.clamp(
            Math.max(needed, replicasToGrow(law, load)),
            (double) terms.leastReplicas(),
            (double) terms.mostReplicas());
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

  /** The mean cost of an hour over the loads. */
  private double cost(CapacityLaw law, long plannedMillis, double[] loads) {
    double sum = 0;
    for (double load : loads) {
      int replicas = replicasFor(law, plannedMillis, load);
      long millis = millisFor(law, replicas, load);
      double borne = replicas * law.loadAt(millis);
      double missing = load > 0 ? Math.max(0, 1 - borne * (1 + 1e-9) / load) : 0;
      double hour = new Shape(replicas, sizeOf(millis)).hourPrice(terms.prices());
      sum += hour * (1 + SHORTAGE_PRICE * missing);
    }
    return sum / loads.length;
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
