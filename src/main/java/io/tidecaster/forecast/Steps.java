package io.tidecaster.forecast;

/** Turns quantiles of bins into quantiles of steps. */
final class Steps {
  private final Grid grid;
  private final double floor;

  /**
   * A translation.
   *
   * @param floor no quantile is below it
   */
  Steps(Grid grid, double floor) {
    this.grid = grid;
    this.floor = floor;
  }

  /**
   * Straight lines between the middles of the bins; before the first middle the median comes from
   * the last load, and the spread stays that of the first bin. Ascending from level to level, at
   * least the floor.
   *
   * @param bins {@code [level][bin]}
   * @param last the last known load
   * @return {@code [level][step]}
   */
  double[][] of(double[][] bins, double last) {
    int width = grid.stepsPerBin();
    double[][] steps = new double[bins.length][grid.horizon()];
    for (int l = 0; l < bins.length; l++) {
      double anchor = last + bins[l][0] - bins[0][0];
      for (int step = 0; step < grid.horizon(); step++) {
        double position = (step + 0.5) / width - 0.5;
        int low = (int) Math.floor(position);
        double share = position - low;
        double left = low < 0 ? anchor : bins[l][low];
        double right = bins[l][Math.min(low + 1, bins[l].length - 1)];
        double value = share == 0 ? left : left * (1 - share) + right * share;
        steps[l][step] = Math.max(value, l == 0 ? floor : steps[l - 1][step]);
      }
    }
    return steps;
  }
}
