package io.tidecaster.crd.v1alpha1;

import io.tidecaster.workload.Balance;
import io.tidecaster.workload.PressureSigns;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The series by which HAProxy's own Prometheus exporter (2.4 and later) tells of a backend.
 *
 * <p>The load is {@code haproxy_backend_sessions_total}: it counts a request when the backend is
 * chosen for it, before it waits for a server. {@code haproxy_backend_http_requests_total} counts
 * it at its end, so under overload that is what is served; {@code
 * haproxy_backend_connection_errors_total} also counts what gave up in the queue.
 */
final class HaproxyMetrics {
  static final double DEFAULT_WAIT_SECONDS = 0.1;
  private static final String PROXY = "proxy";

  private final Map<String, String> labels;
  private final Duration bearableWait;

  /**
   * @param matchLabels labels beside {@code proxy}: which HAProxy it is
   * @param waitSeconds a mean wait of this length is no shortage yet
   */
  HaproxyMetrics(String backend, Map<String, String> matchLabels, double waitSeconds) {
    Balance.requireBackend(backend);
    for (String label : matchLabels.keySet()) {
      if (label.equals(PROXY)) {
        throw new IllegalArgumentException(
            "matchLabels names proxy, which is the backend; leave it out");
      }
    }
    PrometheusLabels.requireNames(matchLabels);
    if (!(waitSeconds >= 0.001 && waitSeconds <= 60)) {
      throw new IllegalArgumentException(
          "waitSeconds %s must be at least 0.001 and at most 60".formatted(waitSeconds));
    }
    this.labels = new TreeMap<>(matchLabels);
    labels.put(PROXY, backend);
    this.bearableWait = Duration.ofMillis(Math.round(waitSeconds * 1000));
  }

  /** What arrives at the backend, in requests a second. */
  Source load() {
    SeriesSelector arrived = backend("haproxy_backend_sessions_total", SeriesSelector.Type.COUNTER);
    return new Source(arrived, Optional.of("sum(rate(%s[1m]))".formatted(arrived.promQl())));
  }

  PressureSigns pressure() {
    return new PressureSigns(
        backend("haproxy_backend_current_queue", SeriesSelector.Type.GAUGE),
        backend("haproxy_backend_retry_warnings_total", SeriesSelector.Type.COUNTER),
        backend("haproxy_backend_redispatch_warnings_total", SeriesSelector.Type.COUNTER),
        backend("haproxy_backend_connection_errors_total", SeriesSelector.Type.COUNTER),
        bearableWait);
  }

  private SeriesSelector backend(String metric, SeriesSelector.Type type) {
    return new SeriesSelector(metric, type, labels);
  }
}
