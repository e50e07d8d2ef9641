package io.tidecaster.forecast;

import io.tidecaster.calendar.Calendar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Boosted quantile trees on the changes from the last load; the strongest of the candidates. */
final class Boosting implements Candidate {
  static final String NAME = "Boosting";

  /** Rows to learn from; of a longer history every second, third, … origin is taken. */
  private static final int MOST_ROWS = 33_000;

  /** Ensembles that are averaged; each draws rows and features of its own. */
  private static final int BAGS = 3;

  private static final int TREES = 180;
  private static final int LEAVES = 12;
  private static final double RATE = 0.05;
  private static final int LEAST_ROWS = 40;
  private static final double COLUMNS = 0.3;
  private static final int ROWS = 12_000;
  private static final double ROW_SHARE = 0.7;

  /** Days after which an origin is half as likely to be drawn. */
  private static final double HALF_LIFE_DAYS = 14;

  private final FeatureSet set;
  private final List<QuantileTrees> bags;
  private final int levels;
  private final int horizon;

  private Boosting(FeatureSet set, List<QuantileTrees> bags, int levels, int horizon) {
    this.set = set;
    this.bags = List.copyOf(bags);
    this.levels = levels;
    this.horizon = horizon;
  }

  /** The rows to learn from: of the origins at and after bin {@code from}. */
  static TrainingSet training(FeatureSet set, Bins bins, int horizon, int from) {
    double stride = Math.max(1, (double) (bins.size() - from) * horizon / MOST_ROWS);
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
    BinnedSample rest = firstRow == 0 ? sample : sample.from(firstRow);
    double[] changes = Arrays.copyOfRange(training.changes(), firstRow, training.rows());
    List<QuantileTrees> bags = new ArrayList<>();
    for (int bag = 0; bag < BAGS; bag++) {
      bags.add(QuantileTrees.fit(rest, changes, levels, settings, seed + bag));
    }
    return new Boosting(set, bags, levels.length, horizon);
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
      for (QuantileTrees trees : bags) {
        trees.addPrediction(row, 1.0 / BAGS, change);
      }
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
    for (QuantileTrees trees : bags) {
      trees.addContributions(row, 1.0 / BAGS, contributions);
    }
    return contributions;
  }

  FeatureSet features() {
    return set;
  }

  @Override
  public Candidate with(Calendar calendar) {
    return new Boosting(set.with(calendar), bags, levels, horizon);
  }
}
