package io.tidecaster.forecast;

import java.util.Arrays;

/** Past origins and what followed: the features of each with the change that came, newest first. */
final class TrainingSet {
  private final float[][] features;
  private final double[] changes;
  private final int[] targets;

  private TrainingSet(float[][] features, double[] changes, int[] targets) {
    this.features = features;
    this.changes = changes;
    this.targets = targets;
  }

  /** {@code [feature][row]}; rows beyond {@link #rows()} mean nothing. */
  float[][] features() {
    return features;
  }

  /** The load of the bin ahead minus the last load, a value a row. */
  double[] changes() {
    return changes;
  }

  /**
   * Collects every bin ahead of every {@code stride}-th origin in [from, bins.size()) whose load
   * and target are known. A stride that is no whole number meets every minute of the hour in turn:
   * what was learned at four of them does not hold at the others of a load with an hourly beat.
   *
   * @param stride at least 1
   */
  static TrainingSet of(FeatureSet set, Bins bins, int horizon, double stride, int from) {
    int origins = Math.max(0, (int) Math.ceil((bins.size() - 1 - from) / stride) + 1);
    float[][] features = new float[set.size()][origins * horizon];
    double[] changes = new double[origins * horizon];
    int[] targets = new int[origins * horizon];
    float[] row = new float[set.size()];
    int rows = 0;
    int newest = bins.size() - 2;
    for (int k = 0, origin = newest;
        origin >= from;
        origin = newest - Math.toIntExact(Math.round(++k * stride))) {
      if (Double.isNaN(bins.at(origin))) {
        continue;
      }
      FeatureSet.Origin at = set.at(bins, origin);
      for (int ahead = 1; ahead <= horizon && origin + ahead < bins.size(); ahead++) {
        double change = bins.at(origin + ahead) - at.load();
        if (Double.isNaN(change)) {
          continue;
        }
        at.fill(ahead, row);
        for (int f = 0; f < row.length; f++) {
          features[f][rows] = row[f];
        }
        targets[rows] = origin + ahead;
        changes[rows++] = change;
      }
    }
    return new TrainingSet(features, Arrays.copyOf(changes, rows), targets);
  }

  int rows() {
    return changes.length;
  }

  /**
   * The first row from which on, towards the past, every target lies before this bin: what could
   * have been learned by then. The rows of one origin stay together.
   */
  int rowsFrom(int bin) {
    int row = rows();
    while (row > 0 && targets[row - 1] < bin) {
      row--;
    }
    return row;
  }
}
