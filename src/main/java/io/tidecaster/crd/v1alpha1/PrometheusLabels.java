package io.tidecaster.crd.v1alpha1;

import java.util.Map;
import java.util.regex.Pattern;

/** Labels as Prometheus has them: names that may be written into a query. */
final class PrometheusLabels {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  private PrometheusLabels() {}

  /**
   * Refuses what would not be a name in a query.
   *
   * @throws IllegalArgumentException where a name is none
   */
  static void requireNames(Map<String, String> matchLabels) {
    for (String label : matchLabels.keySet()) {
      if (!NAME.matcher(label).matches()) {
        throw new IllegalArgumentException(
            "matchLabels: \"%s\" is no label of Prometheus; use letters, digits and _"
                .formatted(label));
      }
    }
  }
}
