package io.tidecaster.forecast.smile;

import java.util.Arrays;
import smile.data.DataFrame;
import smile.data.Tuple;
import smile.data.formula.Formula;
import smile.data.type.StructType;
import smile.math.MathEx;
import smile.model.cart.Loss;
import smile.regression.GradientTreeBoost;

/**
 * Smile's gradient boosted trees with quantile loss for one level.
 *
 * <p>Smile sorts and scans values where histograms would do, so a sample of some thousand rows is
 * what a fit can afford; see docs/forecasting.md for figures.
 */
public final class SmileTrees {
  private static final int TREES = 50;
  private static final int DEPTH = 5;
  private static final int NODES = 10;
  private static final int LEAST_ROWS = 10;
  private static final double RATE = 0.1;
  private static final double ROW_SHARE = 0.5;
  private static final String TARGET = "y";

  private final GradientTreeBoost model;
  private final StructType schema;

  private SmileTrees(GradientTreeBoost model, StructType schema) {
    this.model = model;
    this.schema = schema;
  }

  /**
   * Fits.
   *
   * @param x {@code [row][feature]}, finite
   * @param y a value a row
   * @param level between 0 and 1
   */
  public static SmileTrees fit(double[][] x, double[] y, double level, long seed) {
    int features = x[0].length;
    double[][] rows = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      rows[i] = Arrays.copyOf(x[i], features + 1);
      rows[i][features] = y[i];
    }
    String[] names = new String[features + 1];
    Arrays.setAll(names, i -> "x" + i);
    names[features] = TARGET;
    DataFrame frame = DataFrame.of(rows, names);
    MathEx.setSeed(seed);
    GradientTreeBoost model =
        GradientTreeBoost.fit(
            Formula.lhs(TARGET),
            frame,
            new GradientTreeBoost.Options(
                Loss.quantile(level),
                TREES,
                DEPTH,
                NODES,
                LEAST_ROWS,
                RATE,
                ROW_SHARE,
                null,
                null));
    return new SmileTrees(model, frame.schema());
  }

  /** Predicts one row of features. */
  public double predict(double[] x) {
    return model.predict(Tuple.of(schema, Arrays.copyOf(x, x.length + 1)));
  }
}
