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

  /**
   * The level's quantile of the first {@code size} values, interpolated between the two nearest;
   * reorders them. 0.5 of {1, 2, 4} is 2, 0.9 is 3.6.
   */
  static double select(double[] values, int size, double level) {
    double position = level * (size - 1);
    int rank = (int) position;
    double low = nth(values, size, rank);
    if (position == rank || rank + 1 >= size) {
      return low;
    }
    double high = Double.POSITIVE_INFINITY;
    for (int i = rank + 1; i < size; i++) {
      high = Math.min(high, values[i]);
    }
    return low + (position - rank) * (high - low);
  }

  /** Hoare's selection: afterwards all before {@code rank} are at most, all after at least it. */
  private static double nth(double[] values, int size, int rank) {
    int low = 0;
    int high = size - 1;
    while (low < high) {
      double a = values[low];
      double b = values[(low + high) >>> 1];
      double c = values[high];
      double pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (values[j] > pivot) {
          j--;
        }
        if (i <= j) {
          double swap = values[i];
          values[i] = values[j];
          values[j] = swap;
          i++;
          j--;
        }
      }
      if (rank <= j) {
        high = j;
      } else if (rank >= i) {
        low = i;
      } else {
        break;
      }
    }
    return values[rank];
  }

  /**
   * The standard normal quantile, by bisection on an approximation of its distribution function
   * (Abramowitz and Stegun 26.2.17, error below 1e-7): 0 at 0.5, 1.6449 at 0.95.
   */
  static double normal(double level) {
    double low = -8;
    double high = 8;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (normalShare(middle) < level) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  private static double normalShare(double z) {
    double t = 1 / (1 + 0.2316419 * Math.abs(z));
    double poly =
        t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    double upper = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * poly;
    return z >= 0 ? 1 - upper : upper;
  }
}
