package io.tidecaster.workload;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which Prometheus series belong to a scaler: one metric name, and labels that must be equal.
 *
 * @param metric the metric name, {@code http_server_requests_seconds_count}
 * @param matchLabels labels a series must carry with exactly these values; may be empty
 */
public record SeriesSelector(String metric, Type type, Map<String, String> matchLabels) {

  /** How a series' values are to be read. */
  public enum Type {
    /** Grows, and starts again at zero when its process does; its rate is what counts. */
    COUNTER("Counter"),
    /** A value as it stands; those of the replicas are added up. */
    GAUGE("Gauge");

    private final String label;

    Type(String label) {
      this.label = label;
    }

    /** The name in the custom resource: {@code Counter}. */
    public String label() {
      return label;
    }
  }

  public SeriesSelector {
    if (metric.isBlank()) {
      throw new IllegalArgumentException("series.metric is empty; name the Prometheus metric");
    }
    matchLabels = Map.copyOf(matchLabels);
  }

  /** Whether a series of this metric with these labels is selected. */
  public boolean matches(Map<String, String> labels) {
    return matchLabels.entrySet().stream()
        .allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
  }

  /**
   * The same in PromQL: {@code metric{label="value"}}.
   *
   * @param more matchers beside the labels: {@code pod!=""}
   */
  public String promQl(String... more) {
    return Stream.concat(
            new TreeMap<>(matchLabels)
                .entrySet().stream()
                    .map(label -> "%s=\"%s\"".formatted(label.getKey(), escaped(label.getValue()))),
            Stream.of(more))
        .collect(Collectors.joining(",", metric + "{", "}"));
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
