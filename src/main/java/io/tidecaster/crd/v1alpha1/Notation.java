package io.tidecaster.crd.v1alpha1;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How the resource writes figures with a unit.
///
/// | written | read as |
/// | --- | --- |
/// | `180s`, `3m`, `1h30m` | a duration |
/// | `50%` | the ratio 0.5 |
/// | `120`, `0.5`, `500m`, `2k`, `1Ki` | 120, 0.5, 0.5, 2000, 1024: a Kubernetes quantity |
final class Notation {
  private static final Pattern DURATION =
      Pattern.compile("(?:(\\d{1,5})h)?(?:(\\d{1,5})m)?(?:(\\d{1,5})s)?");
  private static final Pattern NUMBER =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(n|u|m|k|M|G|T|Ki|Mi|Gi|Ti)?");
  private static final Map<String, BigDecimal> SUFFIXES =
      Map.ofEntries(
          Map.entry("n", new BigDecimal("1e-9")),
          Map.entry("u", new BigDecimal("1e-6")),
          Map.entry("m", new BigDecimal("1e-3")),
          Map.entry("k", new BigDecimal("1e3")),
          Map.entry("M", new BigDecimal("1e6")),
          Map.entry("G", new BigDecimal("1e9")),
          Map.entry("T", new BigDecimal("1e12")),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)));

  private Notation() {}

  static Duration duration(String text) {
    var matcher = DURATION.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is no duration; write whole hours, minutes and seconds: 1h30m, 3m, 180s"
              .formatted(text));
    }
    return Duration.ofHours(wholeNumber(matcher.group(1)))
        .plusMinutes(wholeNumber(matcher.group(2)))
        .plusSeconds(wholeNumber(matcher.group(3)));
  }

  private static long wholeNumber(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** The ratio that a percentage says. */
  static double percentage(String text) {
    if (!text.endsWith("%")) {
      throw new IllegalArgumentException(
          "\"%s\" has no unit; write a percentage: 50%%".formatted(text));
    }
    var matcher = NUMBER.matcher(text.substring(0, text.length() - 1));
    if (!matcher.matches() || matcher.group(2) != null) {
      throw new IllegalArgumentException(
          "\"%s\" is no percentage; write one: 50%%".formatted(text));
    }
    return new BigDecimal(matcher.group(1)).movePointLeft(2).doubleValue();
  }

  static double quantity(Quantity quantity) {
    var matcher = NUMBER.matcher(quantity.text());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is no quantity; write a number as Kubernetes does: 120, \"0.5\", 500m"
              .formatted(quantity));
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    String suffix = matcher.group(2);
    return suffix == null
        ? number.doubleValue()
        : number.multiply(SUFFIXES.getOrDefault(suffix, BigDecimal.ONE)).doubleValue();
  }

  /** A ratio as a quantity or as a percentage: {@code "0.05"}, {@code 50m}, {@code 5%}. */
  static double ratio(Quantity quantity) {
    return quantity.text().endsWith("%") ? percentage(quantity.text()) : quantity(quantity);
  }
}
