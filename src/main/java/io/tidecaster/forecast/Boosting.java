package io.tidecaster.forecast;

import io.tidecaster.calendar.Calendar;
import java.time.Duration;
import java.util.Arrays;

/** Boosted quantile trees on the changes from the last load; the strongest of the candidates. */
final class Boosting implements Candidate {
  static final String NAME = "Boosting";

  /** Origins that are learned from lie this far apart. */
  private static final Duration STRIDE = Duration.ofMinutes(15);

  private static final int TREES = 200;
  private static final int LEAVES = 16;
  private static final double RATE = 0.07;
  private static final int LEAST_ROWS = 20;
  private static final double COLUMNS = 0.3;
  private static final int ROWS = 12_000;
  private static final double ROW_SHARE = 0.7;

  /** Days after which an origin is half as likely to be drawn. */
  private static final double HALF_LIFE_DAYS = 14;

  private final FeatureSet set;
  private final QuantileTrees trees;
  private final int levels;
  private final int horizon;

  private Boosting(FeatureSet set, QuantileTrees trees, int levels, int horizon) {
    this.set = set;
    this.trees = trees;
    this.levels = levels;
    this.horizon = horizon;
  }

  /** The rows to learn from: of the origins at and after bin {@code from}. */
  static TrainingSet training(FeatureSet set, Bins bins, int horizon, int from) {
    int stride = Math.toIntExact(Math.max(1, STRIDE.toSeconds() / bins.binSeconds()));
    return TrainingSet.of(set, bins, horizon, stride, from);
  }

  /**
   * Learns from the rows of a training set from this one on, towards the past.
   *
   * @param sample the same rows, binned
   * @param days that all rows span
   */
  static Boosting fit(
      FeatureSet set,
      TrainingSet training,
      BinnedSample sample,
      int firstRow,
      double days,
      double[] levels,
      int horizon,
      long seed) {
    int rows = training.rows() - firstRow;
    double daysLeft = Math.max(1, days * rows / Math.max(1, training.rows()));
    QuantileTrees.Settings settings =
        new QuantileTrees.Settings(
            TREES,
            LEAVES,
            RATE,
            LEAST_ROWS,
            COLUMNS,
            (int) Math.min(ROWS, Math.ceil(ROW_SHARE * rows)),
            HALF_LIFE_DAYS / daysLeft);
    QuantileTrees trees =
        QuantileTrees.fit(
            firstRow == 0 ? sample : sample.from(firstRow),
            Arrays.copyOfRange(training.changes(), firstRow, training.rows()),
            levels,
            settings,
            seed);
    return new Boosting(set, trees, levels.length, horizon);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public double[][] quantiles(Bins bins, int origin) {
    double[][] quantiles = new double[levels][horizon];
    FeatureSet.Origin at = set.at(bins, origin);
    float[] row = new float[set.size()];
    double[] change = new double[levels];
    for (int h = 0; h < horizon; h++) {
      at.fill(h + 1, row);
      Arrays.fill(change, 0);
      trees.addPrediction(row, 1, change);
      for (int l = 0; l < levels; l++) {
        quantiles[l][h] = at.load() + change[l];
      }
    }
    return quantiles;
  }

  /** What each feature did to the median of one bin ahead, in the order of the features. */
  double[] contributions(Bins bins, int origin, int ahead) {
    float[] row = new float[set.size()];
    set.at(bins, origin).fill(ahead, row);
    double[] contributions = new double[set.size()];
    trees.addContributions(row, 1, contributions);
    return contributions;
  }

  FeatureSet features() {
    return set;
  }

  @Override
  public Candidate with(Calendar calendar) {
    return new Boosting(set.with(calendar), trees, levels, horizon);
  }
}
