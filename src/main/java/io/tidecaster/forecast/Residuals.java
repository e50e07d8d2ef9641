package io.tidecaster.forecast;

import java.util.Arrays;

/**
 * A point forecast with the empirical (conformal) quantiles of its own errors on recent origins
 * around it, an own set for each bin ahead.
 */
final class Residuals implements Candidate {

  /** A forecast of one value a bin. */
  interface Point {
    String name();

    /** The bin {@code ahead} ≥ 1 after {@code origin}; NaN where it cannot say. */
    double at(Bins bins, int origin, int ahead);
  }

  private final Point point;
  private final double[][] offsets;
  private final int reach;

  private Residuals(Point point, double[][] offsets, int reach) {
    this.point = point;
    this.offsets = offsets;
    this.reach = reach;
  }

  /**
   * Measures a point forecast's errors at the origins [from, to) whose targets lie before {@code
   * to}.
   */
  static Residuals measure(
      Point point, Bins bins, int from, int to, double[] levels, int horizon, int reach) {
    double[][] offsets = new double[levels.length][horizon];
    double[] errors = new double[Math.max(1, to - from)];
    for (int h = 1; h <= horizon; h++) {
      int count = 0;
      for (int origin = Math.max(0, from); origin + h < to; origin++) {
        double error = bins.at(origin + h) - point.at(bins, origin, h);
        if (!Double.isNaN(error)) {
          errors[count++] = error;
        }
      }
      Arrays.sort(errors, 0, count);
      for (int l = 0; l < levels.length; l++) {
        offsets[l][h - 1] =
            count == 0 || levels[l] == 0.5
                ? 0
                : Math.max(0, Quantiles.conformal(errors, count, levels[l]));
      }
    }
    return new Residuals(point, offsets, reach);
  }

  @Override
  public String name() {
    return point.name();
  }

  @Override
  public double[][] quantiles(Bins bins, int origin) {
    double[][] quantiles = new double[offsets.length][offsets[0].length];
    for (int h = 0; h < offsets[0].length; h++) {
      double centre = point.at(bins, origin, h + 1);
      if (Double.isNaN(centre)) {
        centre = bins.lastKnown(origin, reach);
      }
      for (int l = 0; l < offsets.length; l++) {
        quantiles[l][h] = centre + offsets[l][h];
      }
    }
    return quantiles;
  }

  /** The load of the same time yesterday, or of the last day it is known for. */
  static final class SeasonalNaive implements Point {
    static final String NAME = "SeasonalNaive";

    private static final int DAYS = 7;

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public double at(Bins bins, int origin, int ahead) {
      for (int day = 1; day <= DAYS; day++) {
        double value = bins.at(origin + ahead - day * bins.perDay());
        if (!Double.isNaN(value)) {
          return value;
        }
      }
      return Double.NaN;
    }
  }

  /** The last load plus the mean of the change that followed at this time on the last days. */
  record MeanChange(int days, int reach) implements Point {
    static final String NAME = "MeanChange";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public double at(Bins bins, int origin, int ahead) {
      double last = bins.lastKnown(origin, reach);
      double sum = 0;
      int known = 0;
      for (int day = 1; day <= days; day++) {
        int then = origin - day * bins.perDay();
        double change = bins.at(then + ahead) - bins.at(then);
        if (!Double.isNaN(change)) {
          sum += change;
          known++;
        }
      }
      return known == 0 ? Double.NaN : last + sum / known;
    }
  }

  /** Simple exponential smoothing: newer loads count more, and the level stays what it is. */
  record Smoothing(double share) implements Point {
    static final String NAME = "ExponentialSmoothing";

    /** Loads older than those that make up nearly all of the level are left out. */
    private static final double NEGLIGIBLE = 0.01;

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public double at(Bins bins, int origin, int ahead) {
      double level = 0;
      double weights = 0;
      double weight = 1;
      for (int i = origin; weight > NEGLIGIBLE; i--) {
        double value = bins.at(i);
        if (!Double.isNaN(value)) {
          level += weight * value;
          weights += weight;
        }
        weight *= 1 - share;
      }
      return weights == 0 ? Double.NaN : level / weights;
    }
  }
}
