package io.tidecaster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small site: the service and its log in one process; no Kafka, no Kubernetes and no Prometheus.
 */
class EdgeE2E {
  private static final Duration STARTS_WITHIN = Duration.ofMinutes(3);
  private static final String TOKEN = "tide-and-time-wait-for-no-man";
  private static final String SCALER =
      """
      apiVersion: tidecaster.io/v1alpha1
      kind: PredictiveScaler
      metadata: {namespace: crm, name: crm}
      spec:
        scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: crm}
        minReplicas: 2
        maxReplicas: 10
        load: {series: {metric: requests_total, type: Counter}}
        objective: {requestsPerReplica: 40}
      """;

  @TempDir Path scratch;

  @Test
  void whatWasSetOutlivesAProcessThatWasKilled() throws IOException {
    Path scalers = Files.writeString(scratch.resolve("crm.yaml"), SCALER, StandardCharsets.UTF_8);
    try (ServiceProcess first = serve(scalers)) {
      assertThat(Http.put(mode(first), "{\"mode\":\"Paused\"}", TOKEN).statusCode()).isEqualTo(200);
      first.kill();
    }

    try (ServiceProcess second = serve(scalers)) {
      assertThat(Http.json(Http.get(mode(second))).path("mode").asText()).isEqualTo("Paused");
    }
  }

  private ServiceProcess serve(Path scalers) {
    return ServiceProcess.named("edge")
        .jvm("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
        .property("java.util.logging.manager", "org.jboss.logmanager.LogManager")
        .property("tidecaster.kafka.partitions", "1")
        .property("tidecaster.api.access.token", TOKEN)
        .arguments(
            "serve", "--broker", scratch.resolve("log").toString(), "--scalers", scalers.toString())
        .readiness("/q/health/ready", STARTS_WITHIN)
        .start();
  }

  private static URI mode(ServiceProcess service) {
    return service.url().resolve("/api/v1/scalers/crm/crm/mode");
  }
}
