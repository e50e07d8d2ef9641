package io.tidecaster.pace;

/**
 * What HAProxy has timed at one server, of which it shows no more than a running mean.
 *
 * <p>HAProxy keeps a sum: each answer's time is added, and from the 513th answer on a 512th of the
 * sum is taken off before. It shows the sum ÷ 512, or ÷ the number of answers where there were
 * fewer. So what the answers between two looks took is known from both sums: where {@code n} of
 * them were among the first 512, and {@code q = (1 − 1/512)^(the others)}, {@code sum' = (sum + n ·
 * mean) · q + mean · 512 · (1 − q)}. Example: a mean of 100 ms, then after 512 answers of 163.2 ms,
 * is 512 answers of 200 ms, for n = 0 and q = 0.368. Whole milliseconds are shown, so that an
 * answer's time is known to within 0.5 s ÷ what all of them took together.
 *
 * <p>Sources: {@code TIME_STATS_SAMPLES}, {@code swrate_add_dynamic} and {@code
 * stream_update_time_stats} of HAProxy 2.6 to 3.0; its manual says 1,024 for it.
 *
 * @param answers since HAProxy began
 * @param meanMillis the mean time until an answer begins, as it is shown
 */
public record Timed(long answers, double meanMillis) {
  /** A server that has not answered yet. */
  public static final Timed NOTHING = new Timed(0, 0);

  private static final double WINDOW = 512;

  public Timed {
    if (answers < 0 || !(meanMillis >= 0)) {
      throw new IllegalArgumentException(
          "%d answers of %s ms: neither can be negative".formatted(answers, meanMillis));
    }
  }

  /**
   * What the answers since then took together, in milliseconds; not exact, so that it can be below
   * zero for few of them. The errors of several looks do not add up.
   *
   * @throws IllegalArgumentException where there were more answers then: HAProxy began anew
   */
  public double busyMillisSince(Timed before) {
    if (before.answers > answers) {
      throw new IllegalArgumentException(
          "%d answers before %d; begin anew".formatted(before.answers, answers));
    }
    double count = (double) (answers - before.answers);
    double added = Math.clamp(WINDOW - before.answers, 0, count);
    double kept = Math.pow(1 - 1 / WINDOW, count - added);
    return count == 0
        ? 0
        : count * (sum() - before.sum() * kept) / (added * kept + WINDOW * (1 - kept));
  }

  private double sum() {
    return meanMillis * Math.min((double) answers, WINDOW);
  }
}
