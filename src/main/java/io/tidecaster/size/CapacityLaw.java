package io.tidecaster.size;

/**
 * The load that one replica bears as a function of its CPU:
 *
 * <pre>
 * load(c) = load(r) · (u·c − idle) ÷ (u·r − idle) · (c ÷ r)^(e − 1)
 * </pre>
 *
 * <p>The utilization law CPU = idle + cost × load, with a cost of a request that grows with the
 * size where larger replicas contend: with {@code e = 1} twice the CPU, idle aside, bears twice the
 * load; with 0.8 it bears 2^0.8 = 1.74 times. Example: idle 0.1, u 0.8, r 1 core bearing 100: 2
 * cores bear 100 · 1.5 ÷ 0.7 = 214 with e = 1.
 *
 * @param referenceMillis the CPU at which {@code loadAtReference} holds
 * @param loadAtReference what a replica of that size may bear
 * @param targetUse the share of its CPU that a replica may use, 0.8 for 80 %
 * @param idleCores CPU that a replica uses without any load
 * @param exponent how load grows with CPU
 */
public record CapacityLaw(
    long referenceMillis,
    double loadAtReference,
    double targetUse,
    double idleCores,
    double exponent) {

  /**
   * What is held before anything was seen: that large replicas contend, which errs to the safe
   * side.
   */
  public static final double PRIOR_EXPONENT = 0.85;

  /** Below it, more CPU would hardly bear more load. */
  static final double LEAST_EXPONENT = 0.3;

  static final double LARGEST_EXPONENT = 1.2;

  public CapacityLaw {
    if (!(loadAtReference > 0 && Double.isFinite(loadAtReference))) {
      throw new IllegalArgumentException(
          "load %s at %dm must be above 0".formatted(loadAtReference, referenceMillis));
    }
    if (!(targetUse > 0 && targetUse <= 1)) {
      throw new IllegalArgumentException(
          "targetUse %s must be above 0 and at most 1".formatted(targetUse));
    }
    if (!(exponent >= LEAST_EXPONENT && exponent <= LARGEST_EXPONENT)) {
      throw new IllegalArgumentException(
          "exponent %s must lie between %s and %s"
              .formatted(exponent, LEAST_EXPONENT, LARGEST_EXPONENT));
    }
    if (!(idleCores >= 0 && idleCores < targetUse * referenceMillis / 1000)) {
      throw new IllegalArgumentException(
          "idle CPU of %s cores leaves nothing of %s of %dm; raise the reference size"
              .formatted(idleCores, targetUse, referenceMillis));
    }
  }

  /** What a replica of this CPU bears; 0 where idling alone uses it. */
  public double loadAt(long cpuMillis) {
    double cores = cpuMillis / 1000.0;
    double reference = referenceMillis / 1000.0;
    double useful = targetUse * cores - idleCores;
    return useful <= 0
        ? 0
        : loadAtReference
            * useful
            / (targetUse * reference - idleCores)
            * Math.pow(cores / reference, exponent - 1);
  }

  /**
   * The least CPU of a replica that bears this load, in steps; {@code bounds.most()} where none
   * does.
   *
   * @param stepMillis CPU is asked for in multiples of this
   */
  public long cpuMillisFor(double load, SizeBounds bounds, long stepMillis) {
    long low = bounds.least().cpuMillis();
    long high = bounds.most().cpuMillis();
    if (loadAt(low) >= load) {
      return low;
    }
    while (high - low > 1) {
      long middle = (low + high) >>> 1;
      if (loadAt(middle) >= load * (1 - 1e-9)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return bounds.clampCpu(Math.ceilDiv(high, stepMillis) * stepMillis);
  }

  /** The same with what was learned. */
  public CapacityLaw with(double idle, double exponentLearned) {
    return new CapacityLaw(referenceMillis, loadAtReference, targetUse, idle, exponentLearned);
  }
}
