package io.tidecaster.crd.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.e2e.DocumentedYaml;
import io.tidecaster.workload.Scaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HaproxyMetricsTest {
  private static final Path PAGE = Path.of("docs/balancing.md");

  @Test
  void labelsBesideTheBackendChooseTheHaproxyAndCannotLeaveTheQuery() {
    HaproxyMetrics metrics =
        new HaproxyMetrics("crm", Map.of("namespace", "edge", "site", "a\"b\\c"), 0.1);

    assertThat(metrics.load().query())
        .hasValue(
            "sum(rate(haproxy_backend_sessions_total"
                + "{namespace=\"edge\",proxy=\"crm\",site=\"a\\\"b\\\\c\"}[1m]))");
    assertThat(metrics.pressure().waiting().matchLabels())
        .isEqualTo(Map.of("proxy", "crm", "namespace", "edge", "site", "a\"b\\c"));
  }

  /** The part of a spec that the page shows, in a spec that is whole. */
  @Test
  void readsWhatThePageSays(@TempDir Path directory) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("scaler.yaml"),
            """
            apiVersion: tidecaster.io/v1alpha1
            kind: PredictiveScaler
            metadata: {namespace: crm, name: web}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              maxReplicas: 10
              objective: {requestsPerReplica: 120}
            """
                + DocumentedYaml.of(PAGE, "load.yaml, under spec"));

    assertThat(ScalerFile.read(file).problems()).isEmpty();
    assertThat(ScalerFile.read(file).scalers())
        .singleElement()
        .extracting(Scaler::pressure)
        .asString()
        .contains("haproxy_backend_current_queue");
  }
}
