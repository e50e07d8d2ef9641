package io.tidecaster.decide;

/**
 * What was fitted to the loads before one time: a line a level, and the range of each feature that
 * it was fitted to. Outside of that range a line says nothing: a load that never moved by more than
 * 3 % teaches no slope for a fall by four fifths.
 */
final class PeakLines {
  private final double[][] coefficients;
  private final double[] least;
  private final double[] most;

  /**
   * Lines.
   *
   * @param coefficients one a feature, in a row a level
   * @param least the least that each feature was where it was fitted
   * @param most the most
   */
  PeakLines(double[][] coefficients, double[] least, double[] most) {
    this.coefficients = coefficients;
    this.least = least;
    this.most = most;
  }

  /** Lines that put nothing on top of the last load. */
  static PeakLines flat(int levels) {
    return new PeakLines(
        new double[levels][PeakFeatures.COUNT],
        new double[PeakFeatures.COUNT],
        new double[PeakFeatures.COUNT]);
  }

  /** The last load, and what this level's line puts on top of it. */
  double peak(int level, double[] features, double last) {
    double rise = 0;
    for (int f = 0; f < features.length; f++) {
      rise += coefficients[level][f] * Math.clamp(features[f], least[f], most[f]);
    }
    return last + Math.max(0, rise);
  }
}
