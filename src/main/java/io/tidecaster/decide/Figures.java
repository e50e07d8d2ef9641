package io.tidecaster.decide;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;

/** Figures for a person: three digits, times of day in UTC. */
final class Figures {
  private Figures() {}

  /** 412.38 → {@code 412}, 4.1238 → {@code 4.12}, 51234.5 → {@code 51235}. */
  static String of(double value) {
    if (Math.abs(value) >= 100) {
      return Long.toString(Math.round(value));
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3, RoundingMode.HALF_EVEN));
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  /** 0.95 → {@code 95 %}. */
  static String percent(double share) {
    return of(share * 100) + " %";
  }

  /** {@code 09:12 UTC}. */
  static String time(Instant at) {
    LocalTime time = at.atOffset(ZoneOffset.UTC).toLocalTime();
    return "%02d:%02d UTC".formatted(time.getHour(), time.getMinute());
  }
}
