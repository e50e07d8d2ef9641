package io.tidecaster.size;

import java.time.Duration;
import java.time.Instant;

/**
 * The CPU target of the Vertical Pod Autoscaler's recommender with its defaults, as a rival: the
 * 90th percentile of a histogram whose samples lose half their weight in 24 hours, and 15 % on top.
 *
 * <p>As {@code pkg/recommender} of kubernetes/autoscaler: buckets that begin at 0.01 cores and grow
 * by 5 %, a sample's weight max(its request, 0.1) · 2^(age ÷ half-life) (here without the request,
 * which is the same for all samples of a container whose request it does not move by much), the
 * percentile read as the end of the bucket it falls into, at least 25m.
 */
public final class VpaRule {
  private static final double FIRST_BUCKET = 0.01;
  private static final double GROWTH = 1.05;
  private static final double LARGEST_CORES = 1000;

  /** The recommender's {@code --target-cpu-percentile}. */
  public static final double PERCENTILE = 0.9;

  /** What its {@code --recommendation-margin-fraction} of 15 % makes. */
  public static final double MARGIN = 1.15;

  private static final long LEAST_MILLIS = 25;
  private static final Duration HALF_LIFE = Duration.ofHours(24);

  /** Weights are scaled down when they are so many half-lives ahead of the reference. */
  private static final int MOST_HALF_LIVES = 100;

  private final double[] weights = new double[bucketOf(LARGEST_CORES) + 1];
  private final double percentile;
  private final double margin;
  private double total;
  private Instant reference = Instant.MIN;

  /** The rule with its defaults. */
  public VpaRule() {
    this(PERCENTILE, MARGIN);
  }

  /** The rule with another percentile, 0.95 for the 95th, and another margin, 1.3 for 30 %. */
  public VpaRule(double percentile, double margin) {
    if (!(percentile > 0 && percentile <= 1) || !(margin >= 1 && margin <= 10)) {
      throw new IllegalArgumentException(
          "percentile %s must be above 0 and at most 1, margin %s between 1 and 10"
              .formatted(percentile, margin));
    }
    this.percentile = percentile;
    this.margin = margin;
  }

  /** One sample of use, in cores; the recommender takes one a minute. */
  public void observe(Instant at, double cores) {
    if (reference.equals(Instant.MIN)) {
      reference = at;
    }
    double halfLives = (double) Duration.between(reference, at).toMillis() / HALF_LIFE.toMillis();
    if (halfLives > MOST_HALF_LIVES) {
      double scale = Math.pow(2, -halfLives);
      for (int i = 0; i < weights.length; i++) {
        weights[i] *= scale;
      }
      total *= scale;
      reference = at;
      halfLives = 0;
    }
    double weight = Math.pow(2, halfLives);
    weights[bucketOf(cores)] += weight;
    total += weight;
  }

  /** The target in millicores; the least one while nothing was seen. */
  public long targetMillis() {
    double sum = 0;
    for (int bucket = 0; bucket < weights.length; bucket++) {
      sum += weights[bucket];
      if (total > 0 && sum >= percentile * total) {
        return Math.max(LEAST_MILLIS, (long) Math.ceil(startOf(bucket + 1) * margin * 1000));
      }
    }
    return LEAST_MILLIS;
  }

  /** Bucket n begins at 0.01 · (1.05ⁿ − 1) ÷ 0.05. */
  private static double startOf(int bucket) {
    return FIRST_BUCKET * (Math.pow(GROWTH, bucket) - 1) / (GROWTH - 1);
  }

  private static int bucketOf(double cores) {
    double within = Math.clamp(cores, 0, LARGEST_CORES);
    return (int) Math.floor(Math.log1p(within * (GROWTH - 1) / FIRST_BUCKET) / Math.log(GROWTH));
  }
}
