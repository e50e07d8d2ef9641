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
  private final double[] coefficients;
  private final List<Trial> trials;
  private final Map<Instant, double[][]> fitted;

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
      double[] coefficients,
      List<Trial> trials,
      Map<Instant, double[][]> fitted) {
    this.boundary = boundary;
    this.terms = terms;
    this.headroom = headroom;
    this.coefficients = coefficients;
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

  /** The coefficients of each boundary that was replayed, one array a level; not to be changed. */
  Map<Instant, double[][]> fitted() {
    return fitted;
  }

  /** Minutes after the last known one that the peak is looked for in. */
  static int window(Duration leadTime, Duration interval) {
    return Math.toIntExact(Math.max(1, Math.ceilDiv(leadTime.plus(interval).toSeconds(), 60L)));
  }

  Peak peak(double[] features, double last) {
    return new Peak(raw(coefficients, features, last) * headroom.factor(), headroom);
  }

  /** The last load, and what the regression puts on top of it. */
  static double raw(double[] coefficients, double[] features, double last) {
    return last + Math.max(0, QuantileRegression.dot(features, coefficients));
  }
}
