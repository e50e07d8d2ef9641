package io.tidecaster.api;

import java.math.BigDecimal;

/** How a quantile's level is written as a property's name. */
final class Quantiles {
  private Quantiles() {}

  /** {@code 0.5} for 0.50, never {@code 1.0E-4}. */
  static String key(double level) {
    return BigDecimal.valueOf(level).stripTrailingZeros().toPlainString();
  }
}
