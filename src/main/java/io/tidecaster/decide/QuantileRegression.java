package io.tidecaster.decide;

import java.util.Arrays;

/**
 * A linear model of a quantile: the coefficients that minimise the pinball loss, by the
 * majorize-minimize algorithm of Hunter and Lange, "Quantile Regression via an MM Algorithm"
 * (2000). Each round is a weighted least squares, in which rows whose residual is small weigh most,
 * and then moves the line so that just this share of the targets lies under it.
 */
final class QuantileRegression {
  private static final int ROUNDS = 25;

  /** Keeps the normal equations solvable where features are collinear; relative to their mean. */
  private static final double RIDGE = 1e-3;

  private QuantileRegression() {}

  /**
   * Fits.
   *
   * @param rows features of each sample, scaled to about 1, the last one constant 1
   * @param targets one a row
   * @param level 0.95 for the line that 95 % of the targets lie under
   * @return one coefficient a feature
   */
  static double[] fit(double[][] rows, double[] targets, double level) {
    int features = rows[0].length;
    double[] coefficients = new double[features];
    double[] residuals = targets.clone();
    coefficients[features - 1] = quantile(residuals, level);
    double[] sums = new double[features];
    for (double[] row : rows) {
      for (int f = 0; f < features; f++) {
        sums[f] += row[f];
      }
    }
    for (int round = 0; round < ROUNDS; round++) {
      double size = residualsOf(rows, targets, coefficients, residuals);
      double softening = size * Math.max(1e-3, 0.3 * Math.pow(0.75, round));
      coefficients = round(rows, targets, level, coefficients, sums, softening);
      residualsOf(rows, targets, coefficients, residuals);
      coefficients[features - 1] += quantile(residuals, level);
    }
    return coefficients;
  }

  /** Fills in the residuals; their mean size. */
  private static double residualsOf(
      double[][] rows, double[] targets, double[] coefficients, double[] residuals) {
    double size = 1e-12;
    for (int i = 0; i < rows.length; i++) {
      residuals[i] = targets[i] - dot(rows[i], coefficients);
      size += Math.abs(residuals[i]) / rows.length;
    }
    return size;
  }

  /** Sorts the values; the least that this share of them does not exceed. */
  private static double quantile(double[] values, double level) {
    Arrays.sort(values);
    return values[Math.clamp((int) Math.ceil(level * values.length) - 1, 0, values.length - 1)];
  }

  private static double[] round(
      double[][] rows,
      double[] targets,
      double level,
      double[] coefficients,
      double[] sums,
      double softening) {
    int features = coefficients.length;
    double[][] normal = new double[features][features];
    double[] right = new double[features];
    for (int i = 0; i < rows.length; i++) {
      double[] row = rows[i];
      double residual = targets[i] - dot(row, coefficients);
      double weight = 1 / (2 * (softening + Math.abs(residual)));
      for (int f = 0; f < features; f++) {
        double weighted = weight * row[f];
        right[f] += weighted * targets[i];
        double[] line = normal[f];
        for (int g = 0; g <= f; g++) {
          line[g] += weighted * row[g];
        }
      }
    }
    double trace = 0;
    for (int f = 0; f < features; f++) {
      trace += normal[f][f];
      right[f] += (level - 0.5) * sums[f];
    }
    for (int f = 0; f < features; f++) {
      normal[f][f] += RIDGE * trace / features + 1e-300;
    }
    return solve(normal, right);
  }

  static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int f = 0; f < one.length; f++) {
      sum += one[f] * other[f];
    }
    return sum;
  }

  /** Solves a symmetric positive definite system by Cholesky; reads the lower triangle alone. */
  static double[] solve(double[][] matrix, double[] right) {
    int n = right.length;
    double[][] lower = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j];
        for (int k = 0; k < j; k++) {
          sum -= lower[i][k] * lower[j][k];
        }
        lower[i][j] = i == j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / lower[j][j];
      }
    }
    double[] solution = right.clone();
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        solution[i] -= lower[i][k] * solution[k];
      }
      solution[i] /= lower[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        solution[i] -= lower[k][i] * solution[k];
      }
      solution[i] /= lower[i][i];
    }
    return solution;
  }
}
