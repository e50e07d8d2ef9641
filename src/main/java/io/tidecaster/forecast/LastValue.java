package io.tidecaster.forecast;

import java.util.Arrays;

/**
 * The last load carried on with the spread of its changes so far: all that the first hours allow.
 *
 * <p>The change over h bins is measured where there are {@value #ENOUGH} such changes to look at;
 * farther ahead the spread of the longest measured one grows with √h, as a random walk's does.
 */
final class LastValue implements Candidate {
  static final String NAME = "LastValue";
  private static final int ENOUGH = 12;

  /** Spread to assume before there are any changes to measure, as a share of the load. */
  private static final double ASSUMED_SPREAD = 0.1;

  private static final int DAYS = 1;
  private final double[] levels;
  private final int horizon;
  private final int reach;

  LastValue(double[] levels, int horizon, int reach) {
    this.levels = levels;
    this.horizon = horizon;
    this.reach = reach;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public double[][] quantiles(Bins bins, int origin) {
    double last = bins.lastKnown(origin, reach);
    double[][] quantiles = new double[levels.length][horizon];
    int from = Math.max(0, origin + 1 - DAYS * bins.perDay());
    double[] changes = new double[origin + 1 - from];
    double[] measured = new double[levels.length];
    int measuredAt = 0;
    for (int h = 1; h <= horizon; h++) {
      int count = 0;
      for (int i = from + h; i <= origin; i++) {
        double change = bins.at(i) - bins.at(i - h);
        if (!Double.isNaN(change)) {
          changes[count++] = change;
        }
      }
      if (count >= ENOUGH || (h == 1 && count >= 3)) {
        Arrays.sort(changes, 0, count);
        for (int l = 0; l < levels.length; l++) {
          measured[l] =
              levels[l] == 0.5 ? 0 : Math.max(0, Quantiles.conformal(changes, count, levels[l]));
        }
        measuredAt = h;
      } else if (h == 1) {
        for (int l = 0; l < levels.length; l++) {
          measured[l] = levels[l] == 0.5 ? 0 : ASSUMED_SPREAD * Math.abs(last);
        }
        measuredAt = 1;
      }
      double growth = Math.sqrt((double) h / measuredAt);
      for (int l = 0; l < levels.length; l++) {
        quantiles[l][h - 1] = last + measured[l] * growth;
      }
    }
    return quantiles;
  }
}
