package io.tidecaster.decide;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Says how large the load becomes within the lead time, from the loads alone: a linear quantile
 * regression of the peak above the last load. The quantile of a window's peak is not the largest of
 * its minutes' quantiles; that is why it is learned for itself.
 */
public final class PeakModel {
  private final Instant boundary;
  private final PeakPlanner.Terms terms;
  private final Headroom headroom;
  private final PeakLines lines;
  private final int level;
  private final List<Trial> trials;
  private final Map<Instant, PeakLines> fitted;

  /**
   * What one headroom would have meant over the days that were replayed.
   *
   * @param violationShare the share of requests that would have met too few replicas
   * @param violationError the standard error of that share, from how much the days differ
   */
  public record Trial(
      Headroom headroom, double replicaHours, double violationShare, double violationError) {}

  PeakModel(
      Instant boundary,
      PeakPlanner.Terms terms,
      Headroom headroom,
      PeakLines lines,
      int level,
      List<Trial> trials,
      Map<Instant, PeakLines> fitted) {
    this.boundary = boundary;
    this.terms = terms;
    this.headroom = headroom;
    this.lines = lines;
    this.level = level;
    this.trials = List.copyOf(trials);
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

  /** The headroom that would have done best; stated where no day could be replayed yet. */
  public Headroom headroom() {
    return headroom;
  }

  /** All headrooms that were tried; empty where no day could be replayed yet. */
  public List<Trial> trials() {
    return trials;
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
    return new Peak(lines.peak(level, features, last) * headroom.factor(), headroom);
  }
}
