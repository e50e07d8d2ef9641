package io.tidecaster.forecast;

import java.util.Arrays;

/**
 * A sample by columns, each value replaced by the number of its bin: 0 for an unknown value, then
 * ascending bins of about equal share.
 */
final class BinnedSample {
  private static final int MOST_BINS = 64;

  /** Values that the bins of a column are cut from. */
  private static final int CUT_FROM = 4000;

  private final byte[][] columns;
  private final float[][] edges;
  private final int rows;

  /**
   * Bins a sample.
   *
   * @param values {@code [column][row]}
   */
  BinnedSample(float[][] values, int rows) {
    this.rows = rows;
    this.columns = new byte[values.length][];
    this.edges = new float[values.length][];
    for (int c = 0; c < values.length; c++) {
      edges[c] = cut(values[c], rows);
      byte[] bins = new byte[rows];
      for (int i = 0; i < rows; i++) {
        bins[i] = (byte) bin(edges[c], values[c][i]);
      }
      columns[c] = bins;
    }
  }

  private BinnedSample(byte[][] columns, float[][] edges, int rows) {
    this.columns = columns;
    this.edges = edges;
    this.rows = rows;
  }

  /** The rows from this one on. */
  BinnedSample from(int row) {
    byte[][] rest = new byte[columns.length][];
    for (int c = 0; c < rest.length; c++) {
      rest[c] = Arrays.copyOfRange(columns[c], row, rows);
    }
    return new BinnedSample(rest, edges, rows - row);
  }

  /** The lower ends of the bins after the first, ascending and distinct. */
  private static float[] cut(float[] values, int rows) {
    float[] known = new float[Math.min(rows, CUT_FROM)];
    int count = 0;
    for (int i = 0; i < known.length; i++) {
      float value = values[(int) ((long) i * rows / known.length)];
      if (!Float.isNaN(value)) {
        known[count++] = value;
      }
    }
    Arrays.sort(known, 0, count);
    float[] edges = new float[MOST_BINS];
    int used = 0;
    for (int b = 1; b < MOST_BINS - 1 && count > 0; b++) {
      float value = known[(int) ((long) b * count / (MOST_BINS - 1))];
      if (value > known[0] && (used == 0 || value > edges[used - 1])) {
        edges[used++] = value;
      }
    }
    return Arrays.copyOf(edges, used);
  }

  private static int bin(float[] edges, float value) {
    if (Float.isNaN(value)) {
      return 0;
    }
    int low = 0;
    int high = edges.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (edges[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low + 1;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns.length;
  }

  byte[] column(int c) {
    return columns[c];
  }

  /** Bins of a column, the unknown one included. */
  int bins(int c) {
    return edges[c].length + 2;
  }

  /** The most bins any column may have. */
  int mostBins() {
    return MOST_BINS + 1;
  }

  /** Values of bins 0 to {@code bin} are below this, or unknown. */
  float threshold(int c, int bin) {
    return bin == 0 ? Float.NEGATIVE_INFINITY : edges[c][bin - 1];
  }
}
