package io.tidecaster.crd.v1alpha1;

import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.ThrottlingSigns;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The series by which cAdvisor, a part of the kubelet, tells how often a CPU limit held a container
 * back.
 */
final class CadvisorMetrics {
  static final String THROTTLED = "container_cpu_cfs_throttled_periods_total";
  static final String PERIODS = "container_cpu_cfs_periods_total";
  static final double DEFAULT_MAX_SHARE = 0.05;
  private static final String CONTAINER = "container";
  private static final String NAMESPACE = "namespace";

  private CadvisorMetrics() {}

  /**
   * The series of a container, and their share in PromQL over two minutes: cAdvisor looks once in
   * 10 to 15 s, and is scraped up to once a minute.
   *
   * @param given the labels of the resource
   * @param container the one that is sized; empty where none is, and the labels must name it
   */
  static ThrottlingSigns throttling(
      String namespace, String container, PredictiveScalerSpec.ThrottlingSpec given) {
    Map<String, String> labels = new TreeMap<>();
    labels.put(NAMESPACE, namespace);
    if (!container.isEmpty()) {
      labels.put(CONTAINER, container);
    }
    if (given.matchLabels() != null) {
      PrometheusLabels.requireNames(given.matchLabels());
      labels.putAll(given.matchLabels());
    }
    if (!labels.containsKey(CONTAINER)) {
      throw new IllegalArgumentException(
          "matchLabels names no container, and there is no vertical.containers; add container");
    }
    SeriesSelector throttled = counter(given.throttledMetric(), THROTTLED, labels);
    SeriesSelector periods = counter(given.periodsMetric(), PERIODS, labels);
    return signs(throttled, periods, given);
  }

  /** The same of a container beside, whose name takes the place of one in the labels. */
  static ThrottlingSigns beside(
      String namespace, String container, PredictiveScalerSpec.ThrottlingSpec given) {
    ThrottlingSigns first = throttling(namespace, container, given);
    return signs(named(first.throttled(), container), named(first.periods(), container), given);
  }

  private static SeriesSelector named(SeriesSelector series, String container) {
    Map<String, String> labels = new TreeMap<>(series.matchLabels());
    labels.put(CONTAINER, container);
    return new SeriesSelector(series.metric(), series.type(), labels);
  }

  private static ThrottlingSigns signs(
      SeriesSelector throttled, SeriesSelector periods, PredictiveScalerSpec.ThrottlingSpec given) {
    return new ThrottlingSigns(
        throttled,
        periods,
        "sum(rate(%s[2m])) / sum(rate(%s[2m]))".formatted(throttled.promQl(), periods.promQl()),
        given.maxShare() == null ? DEFAULT_MAX_SHARE : Notation.percentage(given.maxShare()));
  }

  private static SeriesSelector counter(
      @Nullable String given, String otherwise, Map<String, String> labels) {
    return new SeriesSelector(
        given == null ? otherwise : given, SeriesSelector.Type.COUNTER, labels);
  }
}
