package io.tidecaster.forecast;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * What is learned from forecasts once their loads have come: how far the upper quantiles must be
 * moved to cover what they promise, and whether the forecasts are worth acting on.
 *
 * <p>The correction is adaptive conformal inference (Gibbs and Candès, 2021), an own one for each
 * level and bin ahead: every load above the moved quantile moves it up by rate · level, every other
 * one down by rate · (1 − level), in units of the forecast's own spread, so that in the long run
 * the share of loads above is 1 − level. It is bounded, and drawn a little towards the mean over
 * the bins ahead.
 */
final class Live {
  /** How fast a level's correction moves, in spreads for one load that comes. */
  private static final double RATE = 0.02;

  /** Bounds of a correction, in spreads. */
  private static final double LEAST = -0.4;

  private static final double MOST = 3;

  /** What a correction takes from the mean over the bins ahead, each time a load comes. */
  private static final double POOLING = 0.05;

  /** The spread is at least this share of the load: a quantile may have none at all. */
  private static final double LEAST_SPREAD = 0.02;

  /** Scores of forecasts issued this long before count half. */
  private static final Duration HALF_LIFE = Duration.ofDays(2);

  /** Scored loads, over all bins ahead, before trust may change. */
  private static final double JUDGED_AFTER = 100;

  private static final double SKILL_TO_LOSE_TRUST = -0.02;
  private static final double SKILL_TO_REGAIN_TRUST = 0.05;

  /**
   * A mean pinball loss of this share of the load does no harm, whoever would have done better: a
   * load that repeats itself to the last request is known best by its yesterday.
   */
  private static final double HARMLESS_LOSS = 0.01;

  private final Grid grid;
  private final double[] levels;
  private final double decay;
  private final double[][] correction;
  private final double[] loss;
  private final double[] naiveLoss;
  private final double[] volume;
  private final double[][] covered;
  private final double[] weight;
  private long scored;
  private boolean trusted = true;
  private final Deque<Issued> pending = new ArrayDeque<>();
  private int settledTo;

  /** One forecast, by steps. */
  private static final class Issued {
    /** The number after the last step that was known. */
    private final int origin;

    /** Before correction. */
    private final float[][] raw;

    private final float[][] corrected;
    private final float[][] naive;

    Issued(int origin, double[][] raw, double[][] corrected, double[][] naive) {
      this.origin = origin;
      this.raw = narrowed(raw);
      this.corrected = narrowed(corrected);
      this.naive = narrowed(naive);
    }
  }

  Live(Grid grid, double[] levels) {
    this.grid = grid;
    this.levels = levels;
    int bins = grid.bins();
    double binsInHalfLife =
        (double) HALF_LIFE.toSeconds() / (grid.step().toSeconds() * grid.stepsPerBin());
    this.decay = Math.pow(0.5, 1 / (binsInHalfLife * grid.stepsPerBin()));
    this.correction = new double[levels.length][bins];
    this.loss = new double[bins];
    this.naiveLoss = new double[bins];
    this.volume = new double[bins];
    this.covered = new double[levels.length][bins];
    this.weight = new double[bins];
  }

  /** The same state, to go on from independently. */
  Live copy() {
    Live copy = new Live(grid, levels);
    for (int l = 0; l < levels.length; l++) {
      System.arraycopy(correction[l], 0, copy.correction[l], 0, correction[l].length);
      System.arraycopy(covered[l], 0, copy.covered[l], 0, covered[l].length);
    }
    System.arraycopy(loss, 0, copy.loss, 0, loss.length);
    System.arraycopy(naiveLoss, 0, copy.naiveLoss, 0, loss.length);
    System.arraycopy(volume, 0, copy.volume, 0, volume.length);
    System.arraycopy(weight, 0, copy.weight, 0, weight.length);
    copy.scored = scored;
    copy.trusted = trusted;
    copy.pending.addAll(pending);
    copy.settledTo = settledTo;
    return copy;
  }

  /** Takes note of a forecast that is issued at {@code origin}. */
  void issue(int origin, double[][] raw, double[][] naive) {
    pending.addLast(new Issued(origin, raw, corrected(raw), naive));
    if (pending.size() == 1) {
      settledTo = Math.max(settledTo, origin);
    }
    while (pending.getFirst().origin + grid.horizon() <= settledTo) {
      pending.removeFirst();
    }
  }

  private static float[][] narrowed(double[][] values) {
    float[][] narrowed = new float[values.length][values[0].length];
    for (int l = 0; l < values.length; l++) {
      for (int h = 0; h < values[l].length; h++) {
        narrowed[l][h] = (float) values[l][h];
      }
    }
    return narrowed;
  }

  /** Learns from the loads up to step {@code to}, in their order. */
  void settle(LoadHistory history, int to) {
    for (int step = settledTo; step < to; step++) {
      double load = history.at(step);
      if (Double.isNaN(load)) {
        continue;
      }
      for (Issued issued : pending) {
        int ahead = step - issued.origin;
        if (ahead >= 0 && ahead < grid.horizon()) {
          learn(issued, ahead, load);
        }
      }
      for (double[] row : correction) {
        pool(row);
      }
      judge();
    }
    settledTo = Math.max(settledTo, to);
    while (!pending.isEmpty() && pending.getFirst().origin + grid.horizon() <= settledTo) {
      pending.removeFirst();
    }
  }

  private void learn(Issued issued, int ahead, double load) {
    int bin = ahead / grid.stepsPerBin();
    double spread = spread(issued.raw, ahead);
    double rate = RATE / grid.stepsPerBin();
    weight[bin] = decay * weight[bin] + 1;
    loss[bin] *= decay;
    naiveLoss[bin] *= decay;
    volume[bin] = decay * volume[bin] + levels.length * Math.abs(load);
    for (int l = 0; l < levels.length; l++) {
      if (levels[l] > 0.5) {
        boolean above = load > issued.raw[l][ahead] + correction[l][bin] * spread;
        double moved = correction[l][bin] + rate * ((above ? 1 : 0) - (1 - levels[l]));
        correction[l][bin] = Math.clamp(moved, LEAST, MOST);
      }
      loss[bin] += Quantiles.pinball(levels[l], load, issued.corrected[l][ahead]);
      naiveLoss[bin] += Quantiles.pinball(levels[l], load, issued.naive[l][ahead]);
      covered[l][bin] = decay * covered[l][bin] + (load <= issued.corrected[l][ahead] ? 1 : 0);
    }
    scored++;
  }

  private void pool(double[] corrections) {
    double mean = 0;
    for (double value : corrections) {
      mean += value / corrections.length;
    }
    double share = POOLING / grid.stepsPerBin();
    for (int i = 0; i < corrections.length; i++) {
      corrections[i] += share * (mean - corrections[i]);
    }
  }

  /** The unit of a correction: how far the second highest level's quantile is above the median. */
  private double spread(float[][] raw, int step) {
    int upper = Math.max(0, levels.length - (levels.length > 2 ? 2 : 1));
    double median = raw[0][step];
    return Math.max(raw[upper][step] - median, LEAST_SPREAD * Math.abs(median));
  }

  private void judge() {
    double total = 0;
    for (double w : weight) {
      total += w;
    }
    if (total < JUDGED_AFTER) {
      return;
    }
    double skill = skill();
    boolean harmless = Arrays.stream(loss).sum() <= HARMLESS_LOSS * Arrays.stream(volume).sum();
    if (trusted
        ? skill < SKILL_TO_LOSE_TRUST && !harmless
        : skill > SKILL_TO_REGAIN_TRUST || harmless) {
      trusted = !trusted;
    }
  }

  private double skill() {
    double own = 0;
    double naive = 0;
    for (int bin = 0; bin < loss.length; bin++) {
      own += loss[bin];
      naive += naiveLoss[bin];
    }
    return naive > 0 ? 1 - own / naive : 0;
  }

  /** The quantiles moved as learned, ascending from level to level. */
  double[][] corrected(double[][] raw) {
    float[][] narrow = narrowed(raw);
    double[][] corrected = new double[levels.length][];
    for (int l = 0; l < levels.length; l++) {
      corrected[l] = raw[l].clone();
      for (int step = 0; step < corrected[l].length; step++) {
        double moved =
            raw[l][step] + correction[l][step / grid.stepsPerBin()] * spread(narrow, step);
        corrected[l][step] = l == 0 ? raw[l][step] : Math.max(corrected[l - 1][step], moved);
      }
    }
    return corrected;
  }

  boolean trusted() {
    return trusted;
  }

  LiveAccuracy accuracy() {
    List<LiveAccuracy.Lead> leads = new ArrayList<>();
    for (int bin = 0; bin < weight.length; bin++) {
      if (weight[bin] == 0) {
        continue;
      }
      List<Double> coverage = new ArrayList<>();
      for (double[] row : covered) {
        coverage.add(row[bin] / weight[bin]);
      }
      int steps = Math.min(grid.horizon(), (bin + 1) * grid.stepsPerBin());
      leads.add(
          new LiveAccuracy.Lead(
              grid.step().multipliedBy(steps),
              loss[bin] / weight[bin] / levels.length,
              naiveLoss[bin] / weight[bin] / levels.length,
              coverage));
    }
    return new LiveAccuracy(trusted, scored, skill(), leads);
  }
}
