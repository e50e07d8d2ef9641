package io.tidecaster.forecast;

import io.tidecaster.calendar.Calendar;

/** One fitted way to forecast; immutable, so that any thread may ask it. */
interface Candidate {

  /** Its name for people and labels: {@code SeasonalNaive}. */
  String name();

  /**
   * Quantiles of the bins after bin {@code origin}, from what the bins up to it say.
   *
   * @return {@code [level][h]} for bin origin + 1 + h, finite, not yet sorted by level
   */
  double[][] quantiles(Bins bins, int origin);

  /** The same, with what is known of the future by now; what was learned stays. */
  default Candidate with(Calendar calendar) {
    return this;
  }
}
