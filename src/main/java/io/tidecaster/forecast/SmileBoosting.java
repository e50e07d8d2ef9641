package io.tidecaster.forecast;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.forecast.smile.SmileTrees;

/**
 * Smile's boosted trees on the changes from the last load: a second opinion, grown another way on a
 * thin sample of the same features. Two levels are fitted; the others lie on the normal
 * distribution through them.
 */
final class SmileBoosting implements Candidate {
  static final String NAME = "SmileTrees";

  private static final int MOST_ROWS = 1200;
  private static final double UPPER_LEVEL = 0.95;

  private final FeatureSet set;
  private final SmileTrees median;
  private final SmileTrees upper;
  private final double[] shares;
  private final int horizon;

  private SmileBoosting(
      FeatureSet set, SmileTrees median, SmileTrees upper, double[] shares, int horizon) {
    this.set = set;
    this.median = median;
    this.upper = upper;
    this.shares = shares;
    this.horizon = horizon;
  }

  /**
   * Learns from every n-th row from {@code firstRow} on, so that at most {@value #MOST_ROWS} are
   * used.
   */
  static SmileBoosting fit(
      FeatureSet set, TrainingSet training, int firstRow, double[] levels, int horizon, long seed) {
    int all = training.rows() - firstRow;
    int every = Math.max(1, Math.ceilDiv(all, MOST_ROWS));
    // a stride that shares a factor with the horizon would see some bins ahead only
    while (every > 1 && gcd(every, horizon) > 1) {
      every++;
    }
    int rows = Math.ceilDiv(all, every);
    double[][] x = new double[rows][set.size()];
    double[] y = new double[rows];
    for (int i = 0; i < rows; i++) {
      for (int f = 0; f < set.size(); f++) {
        x[i][f] = known(training.features()[f][firstRow + i * every]);
      }
      y[i] = training.changes()[firstRow + i * every];
    }
    double[] shares = new double[levels.length];
    for (int l = 0; l < levels.length; l++) {
      shares[l] = Quantiles.normal(levels[l]) / Quantiles.normal(UPPER_LEVEL);
    }
    return new SmileBoosting(
        set,
        SmileTrees.fit(x, y, 0.5, seed),
        SmileTrees.fit(x, y, UPPER_LEVEL, seed),
        shares,
        horizon);
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** Smile's trees know no unknown values: no difference from the last load stands in. */
  private static double known(float value) {
    return Float.isFinite(value) ? value : 0;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public double[][] quantiles(Bins bins, int origin) {
    double[][] quantiles = new double[shares.length][horizon];
    FeatureSet.Origin at = set.at(bins, origin);
    float[] row = new float[set.size()];
    double[] x = new double[set.size()];
    for (int h = 0; h < horizon; h++) {
      at.fill(h + 1, row);
      for (int f = 0; f < x.length; f++) {
        x[f] = known(row[f]);
      }
      double middle = at.load() + median.predict(x);
      double spread = Math.max(0, at.load() + upper.predict(x) - middle);
      for (int l = 0; l < shares.length; l++) {
        quantiles[l][h] = middle + shares[l] * spread;
      }
    }
    return quantiles;
  }

  @Override
  public Candidate with(Calendar calendar) {
    return new SmileBoosting(set.with(calendar), median, upper, shares, horizon);
  }
}
