package io.tidecaster.decide;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says how large the load becomes within the lead time, from the loads alone: a linear quantile
 * regression of the peak above the last load. The quantile of a window's peak is not the largest of
 * its minutes' quantiles; that is why it is learned for itself.
 */
public final class PeakModel {
  private final Instant boundary;
  private final PeakPlanner.Terms terms;
  private final Optional<Trial> best;
  private final List<Trial> trials;
  private final int freeScalings;
  private final PeakLines lines;
  private final Map<Instant, PeakLines> fitted;

  /**
   * What one headroom and one hysteresis would have meant over the days that were replayed.
   *
   * @param scalings how many times the number of replicas would have changed
   * @param violationShare the share of requests that would have met too few replicas
   * @param violationError the standard error of that share, from how much the days differ
   */
  public record Trial(
      Headroom headroom,
      Hysteresis hysteresis,
      double replicaHours,
      double violationShare,
      double violationError,
      int scalings) {}

  PeakModel(
      Instant boundary,
      PeakPlanner.Terms terms,
      Optional<Trial> best,
      List<Trial> trials,
      int freeScalings,
      PeakLines lines,
      Map<Instant, PeakLines> fitted) {
    this.boundary = boundary;
    this.terms = terms;
    this.best = best;
    this.trials = List.copyOf(trials);
    this.freeScalings = freeScalings;
    this.lines = lines;
    this.fitted = Map.copyOf(fitted);
  }

  /** What was learned is from the loads before this time. */
  public Instant boundary() {
    return boundary;
  }

  /** What it was learned for. */
  public PeakPlanner.Terms terms() {
    return terms;
  }

  /** The trial with the least cost; empty where no day could be replayed yet. */
  public Optional<Trial> best() {
    return best;
  }

  /** All that were tried; empty where no day could be replayed yet. */
  public List<Trial> trials() {
    return trials;
  }

  /** Scalings in the days replayed that cost nothing: nearly as many as an HPA would have made. */
  public int freeScalings() {
    return freeScalings;
  }

  /** What was fitted at each boundary that was replayed. */
  Map<Instant, PeakLines> fitted() {
    return fitted;
  }

  /** Minutes after the last known one that the peak is looked for in. */
  static int window(Duration leadTime, Duration interval) {
    return Math.toIntExact(Math.max(1, Math.ceilDiv(leadTime.plus(interval).toSeconds(), 60L)));
  }

  Peak peak(double[] features, double last) {
    Headroom headroom = best.map(Trial::headroom).orElse(PeakFit.UNTRIED);
    int level = Arrays.binarySearch(PeakFit.LEVELS, headroom.level());
    return new Peak(
        lines.peak(level, features, last) * headroom.factor(),
        headroom,
        best.map(Trial::hysteresis));
  }
}
