package io.tidecaster.crd.v1alpha1;

import io.tidecaster.workload.SeriesSelector;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Labels as Prometheus has them: names that may be written into a query, values quoted. */
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

  /** {@code metric{label="value"}}. */
  static String promQl(SeriesSelector series) {
    return new TreeMap<>(series.matchLabels())
        .entrySet().stream()
            .map(label -> "%s=\"%s\"".formatted(label.getKey(), escaped(label.getValue())))
            .collect(Collectors.joining(",", series.metric() + "{", "}"));
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
