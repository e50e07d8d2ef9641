package io.tidecaster.forecast;

import java.util.Arrays;

/** Arithmetic of quantiles, on plain arrays. */
final class Quantiles {
  private Quantiles() {}

  /**
   * The conformal order statistic of a sample: the ⌈(n + 1)·level⌉-th smallest, the largest where
   * that is beyond it; 0.9 of 19 values is the 18th.
   *
   * @param sorted ascending, at least one value
   */
  static double conformal(double[] sorted, int size, double level) {
    int rank = (int) Math.ceil((size + 1) * level - 1e-9);
    return sorted[Math.clamp(rank, 1, size) - 1];
  }

  /** The pinball loss of forecasting {@code quantile} at {@code level} when {@code y} comes. */
  static double pinball(double level, double y, double quantile) {
    double error = y - quantile;
    return error >= 0 ? level * error : (level - 1) * error;
  }

  /** Makes {@code [level][h]} ascend from level to level at each h. */
  static void sort(double[][] quantiles) {
    int levels = quantiles.length;
    double[] column = new double[levels];
    for (int h = 0; h < quantiles[0].length; h++) {
      for (int i = 0; i < levels; i++) {
        column[i] = quantiles[i][h];
      }
      Arrays.sort(column);
      for (int i = 0; i < levels; i++) {
        quantiles[i][h] = column[i];
      }
    }
  }
}
