package io.tidecaster.forecast;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Gradient boosted regression trees for several quantile levels at once.
 *
 * <p>All levels share the shape of each tree; every leaf holds one value a level, the level's
 * quantile of the residuals that fall into it, times the learning rate. A split is the one that
 * lowers the sum of the levels' pinball losses most, each weighted by (p·(1 − p))^−½, so that the
 * upper levels count although their gradients are rare.
 *
 * <p>Why our own: the gradient of a pinball loss has only two values, p and p − 1, so a histogram
 * need only count the positive ones. Four levels' counts fit into one {@code long}: one addition a
 * row and feature serves all four.
 */
final class QuantileTrees {
  /** Levels whose counts fit into one {@code long}. */
  static final int MOST_LEVELS = 4;

  private static final int COUNT_BITS = 16;
  private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;

  /**
   * How the trees grow.
   *
   * @param leaves at most, a tree
   * @param rate learning rate: the share of a leaf's residual that is taken
   * @param leastRows rows of the drawn sample in a leaf, at least
   * @param columns share of the features each tree may use
   * @param rows drawn for each tree, at most 65535
   * @param halfLife share of the whole sample after which a row is half as likely to be drawn; rows
   *     stand newest first
   */
  record Settings(
      int trees,
      int leaves,
      double rate,
      int leastRows,
      double columns,
      int rows,
      double halfLife) {
    Settings {
      if (rows > COUNT_MASK) {
        throw new IllegalArgumentException("%d rows a tree > %d".formatted(rows, COUNT_MASK));
      }
    }
  }

  private final int levels;
  private final int trees;
  private final int nodesPerTree;

  /** The feature a node asks for, or −1 for a leaf. */
  private final int[] feature;

  /** A value at least this goes right; a smaller or unknown one left, to the next node. */
  private final float[] threshold;

  private final int[] right;

  /** {@code [node · levels + level]}; in inner nodes the mean of the leaves below. */
  private final float[] value;

  private final double[] base;

  private QuantileTrees(int trees, int leaves, int levels) {
    this.trees = trees;
    this.levels = levels;
    this.nodesPerTree = 2 * leaves - 1;
    this.feature = new int[trees * nodesPerTree];
    Arrays.fill(feature, -1);
    this.threshold = new float[trees * nodesPerTree];
    this.right = new int[trees * nodesPerTree];
    this.value = new float[trees * nodesPerTree * levels];
    this.base = new double[levels];
  }

  /**
   * Grows trees.
   *
   * @param sample its rows newest first
   * @param y what is to be predicted, a value a row
   */
  static QuantileTrees fit(
      BinnedSample sample, double[] y, double[] levels, Settings settings, long seed) {
    QuantileTrees model = new QuantileTrees(settings.trees(), settings.leaves(), levels.length);
    if (sample.rows() > 0) {
      new Growth(model, sample, y, levels, settings, seed).grow();
    }
    return model;
  }

  /** Adds the predictions, times {@code weight}, to {@code out}, a value a level. */
  void addPrediction(float[] x, double weight, double[] out) {
    for (int l = 0; l < levels; l++) {
      out[l] += weight * base[l];
    }
    for (int tree = 0; tree < trees; tree++) {
      int at = leaf(x, tree * nodesPerTree) * levels;
      for (int l = 0; l < levels; l++) {
        out[l] += weight * value[at + l];
      }
    }
  }

  private int leaf(float[] x, int root) {
    int node = root;
    while (feature[node] >= 0) {
      node = x[feature[node]] >= threshold[node] ? root + right[node] : node + 1;
    }
    return node;
  }

  /**
   * Splits the first level's prediction into what each feature did: on the way to its leaf, the
   * change of the mean at every split is that feature's. Adds them, times {@code weight}, to {@code
   * out}; what remains is the prediction's start.
   */
  void addContributions(float[] x, double weight, double[] out) {
    for (int tree = 0; tree < trees; tree++) {
      int root = tree * nodesPerTree;
      int node = root;
      while (feature[node] >= 0) {
        int next = x[feature[node]] >= threshold[node] ? root + right[node] : node + 1;
        out[feature[node]] += weight * (value[next * levels] - value[node * levels]);
        node = next;
      }
    }
  }

  /** One fit under way. */
  private static final class Growth {
    private final QuantileTrees model;
    private final BinnedSample sample;
    private final double[] levels;
    private final double[] weights;
    private final Settings settings;
    private final SplittableRandom random;
    private final int rows;

    /** {@code [level][row]}: what the trees so far leave. */
    private final double[][] residual;

    /** The drawn rows of the tree under way, those of a leaf side by side. */
    private final int[] order;

    private final int[] spare;
    private final boolean[] drawn;
    private final double[] scratch;

    /** A row's positive residuals: bit 16·l for level l. */
    private final long[] positive;

    private final long[] gathered;
    private final int width;
    private int[] columns = {};
    private int nextNode;

    Growth(
        QuantileTrees model,
        BinnedSample sample,
        double[] y,
        double[] levels,
        Settings settings,
        long seed) {
      this.model = model;
      this.sample = sample;
      this.levels = levels;
      this.settings = settings;
      this.random = new SplittableRandom(seed);
      this.rows = sample.rows();
      this.residual = new double[levels.length][rows];
      this.order = new int[rows];
      this.spare = new int[rows];
      this.drawn = new boolean[rows];
      this.scratch = new double[rows];
      this.positive = new long[rows];
      this.gathered = new long[rows];
      this.width = sample.mostBins();
      this.weights = new double[levels.length];
      double[] sorted = y.clone();
      Arrays.sort(sorted);
      for (int l = 0; l < levels.length; l++) {
        weights[l] = 1 / Math.sqrt(levels[l] * (1 - levels[l]));
        model.base[l] = sorted[(int) Math.clamp(Math.ceil(rows * levels[l]) - 1, 0, rows - 1)];
        for (int i = 0; i < rows; i++) {
          residual[l][i] = y[i] - model.base[l];
        }
      }
    }

    /** A node with the rows [from, to) of {@link #order} and their histogram. */
    private static final class Node {
      private final int from;
      private final int to;
      private long[] positives = {};
      private int[] counts = {};
      private long positive;
      private int column = -1;
      private int bin;
      private double gain;
      private int slot;
      private @Nullable Node left;
      private @Nullable Node right;

      Node(int from, int to) {
        this.from = from;
        this.to = to;
      }

      int size() {
        return to - from;
      }
    }

    void grow() {
      for (int tree = 0; tree < settings.trees(); tree++) {
        growTree(tree);
      }
    }

    private void growTree(int tree) {
      int count = drawRows();
      columns = drawColumns();
      for (int i = 0; i < count; i++) {
        int row = order[i];
        long bits = 0;
        for (int l = 0; l < levels.length; l++) {
          if (residual[l][row] > 0) {
            bits |= 1L << (COUNT_BITS * l);
          }
        }
        positive[row] = bits;
      }
      Node root = new Node(0, count);
      fillHistogram(root);
      findSplit(root);
      Node[] leaves = new Node[settings.leaves()];
      leaves[0] = root;
      for (int grown = 1; grown < settings.leaves(); grown++) {
        int best = -1;
        for (int i = 0; i < grown; i++) {
          if (leaves[i].column >= 0 && (best < 0 || leaves[i].gain > leaves[best].gain)) {
            best = i;
          }
        }
        if (best < 0) {
          break;
        }
        Node parent = leaves[best];
        Node right = split(parent);
        leaves[grown] = right;
        leaves[best] = parent.left == null ? parent : parent.left;
      }
      nextNode = 0;
      write(tree * model.nodesPerTree, root);
      updateUndrawn(root, count);
    }

    /** Draws rows into {@link #order}, ascending; newer rows are likelier. */
    private int drawRows() {
      double decay = Math.log(2) / (settings.halfLife() * rows);
      double mass = (1 - Math.exp(-decay * rows)) / decay;
      double first = settings.rows() / mass;
      int most = Math.min(rows, COUNT_MASK);
      int count = 0;
      for (int i = 0; i < rows && count < most; i++) {
        if (random.nextDouble() < first * Math.exp(-decay * i)) {
          order[count++] = i;
        }
      }
      return count;
    }

    private int[] drawColumns() {
      int all = sample.columns();
      int used = Math.max(1, (int) Math.round(all * settings.columns()));
      int[] drawnColumns = new int[all];
      Arrays.setAll(drawnColumns, i -> i);
      for (int i = 0; i < used; i++) {
        int j = i + random.nextInt(all - i);
        int swap = drawnColumns[i];
        drawnColumns[i] = drawnColumns[j];
        drawnColumns[j] = swap;
      }
      int[] result = Arrays.copyOf(drawnColumns, used);
      Arrays.sort(result);
      return result;
    }

    private void fillHistogram(Node node) {
      int size = node.size();
      long[] positives = new long[columns.length * width];
      int[] counts = new int[columns.length * width];
      long total = 0;
      for (int i = 0; i < size; i++) {
        gathered[i] = positive[order[node.from + i]];
        total += gathered[i];
      }
      for (int c = 0; c < columns.length; c++) {
        byte[] bins = sample.column(columns[c]);
        int base = c * width;
        for (int i = 0; i < size; i++) {
          int at = base + (bins[order[node.from + i]] & 0xff);
          positives[at] += gathered[i];
          counts[at]++;
        }
      }
      node.positive = total;
      node.positives = positives;
      node.counts = counts;
    }

    /** Σ over the levels of weight · G² ÷ n, where G = positives − (1 − p)·n. */
    private double score(long positives, int count) {
      double score = 0;
      for (int l = 0; l < levels.length; l++) {
        double g = ((positives >>> (COUNT_BITS * l)) & COUNT_MASK) - (1 - levels[l]) * count;
        score += weights[l] * g * g;
      }
      return score / count;
    }

    private void findSplit(Node node) {
      int size = node.size();
      int least = settings.leastRows();
      if (size < 2 * least) {
        return;
      }
      double unsplit = score(node.positive, size);
      double bestGain = 1e-9;
      for (int c = 0; c < columns.length; c++) {
        int last = sample.bins(columns[c]) - 1;
        long positives = 0;
        int count = 0;
        for (int bin = 0; bin < last; bin++) {
          int added = node.counts[c * width + bin];
          if (added == 0) {
            continue;
          }
          positives += node.positives[c * width + bin];
          count += added;
          if (count < least) {
            continue;
          }
          if (size - count < least) {
            break;
          }
          double gain =
              score(positives, count) + score(node.positive - positives, size - count) - unsplit;
          if (gain > bestGain) {
            bestGain = gain;
            node.gain = gain;
            node.column = c;
            node.bin = bin;
          }
        }
      }
    }

    /**
     * Parts a node's rows; the smaller child is counted, the larger is what remains. Returns the
     * right one.
     */
    private Node split(Node node) {
      byte[] bins = sample.column(columns[node.column]);
      int middle = node.from;
      int moved = 0;
      for (int i = node.from; i < node.to; i++) {
        int row = order[i];
        if ((bins[row] & 0xff) <= node.bin) {
          order[middle++] = row;
        } else {
          spare[moved++] = row;
        }
      }
      System.arraycopy(spare, 0, order, middle, moved);
      Node left = new Node(node.from, middle);
      Node right = new Node(middle, node.to);
      Node small = left.size() <= right.size() ? left : right;
      Node large = small == left ? right : left;
      fillHistogram(small);
      large.positives = node.positives;
      large.counts = node.counts;
      for (int i = 0; i < large.counts.length; i++) {
        large.positives[i] -= small.positives[i];
        large.counts[i] -= small.counts[i];
      }
      large.positive = node.positive - small.positive;
      node.left = left;
      node.right = right;
      findSplit(left);
      findSplit(right);
      return right;
    }

    /** Writes a node and those below, the left child right behind it; returns where. */
    private int write(int root, Node node) {
      int at = root + nextNode++;
      node.slot = at;
      Node left = node.left;
      Node right = node.right;
      if (left == null || right == null) {
        model.feature[at] = -1;
        for (int l = 0; l < levels.length; l++) {
          writeLeaf(at * levels.length + l, node, l);
        }
        return at;
      }
      int column = columns[node.column];
      model.feature[at] = column;
      model.threshold[at] = sample.threshold(column, node.bin);
      int leftAt = write(root, left);
      model.right[at] = nextNode;
      int rightAt = write(root, right);
      double leftShare = (double) left.size() / node.size();
      for (int l = 0; l < levels.length; l++) {
        model.value[at * levels.length + l] =
            (float)
                (leftShare * model.value[leftAt * levels.length + l]
                    + (1 - leftShare) * model.value[rightAt * levels.length + l]);
      }
      return at;
    }

    private void writeLeaf(int at, Node node, int l) {
      for (int i = 0; i < node.size(); i++) {
        scratch[i] = residual[l][order[node.from + i]];
      }
      double step =
          node.size() == 0
              ? 0
              : settings.rate() * Quantiles.select(scratch, node.size(), levels[l]);
      model.value[at] = (float) step;
      for (int i = node.from; i < node.to; i++) {
        residual[l][order[i]] -= step;
      }
    }

    /** The rows that were not drawn lose what the new tree says of them, too. */
    private void updateUndrawn(Node root, int count) {
      Arrays.fill(drawn, false);
      for (int i = 0; i < count; i++) {
        drawn[order[i]] = true;
      }
      for (int row = 0; row < rows; row++) {
        if (!drawn[row]) {
          Node node = root;
          while (node.left != null && node.right != null) {
            int bin = sample.column(columns[node.column])[row] & 0xff;
            node = bin <= node.bin ? node.left : node.right;
          }
          for (int l = 0; l < levels.length; l++) {
            residual[l][row] -= model.value[node.slot * levels.length + l];
          }
        }
      }
    }
  }
}
