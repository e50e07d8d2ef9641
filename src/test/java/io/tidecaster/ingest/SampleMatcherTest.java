package io.tidecaster.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.crd.v1alpha1.ScalerFile;
import io.tidecaster.history.Signal;
import io.tidecaster.ingest.SampleMatcher.Match;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.ScalerRoster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleMatcherTest {
  private static final ScalerId SHOP = new ScalerId("crm", "shop");
  private static final ScalerId SHOP_TOO = new ScalerId("crm", "shop-too");

  private final ScalerRoster roster = ScalerRoster.of(List.of(Scalers.ofApp("shop", "shop")));
  private final SampleMatcher matcher = new SampleMatcher(roster);

  @Test
  void tellsWhoSelectsASeriesAndForWhichSignal() {
    Map<String, String> labels = Map.of("app", "shop", "pod", "a");

    assertThat(matcher.matches(Scalers.REQUESTS, labels))
        .containsExactly(new Match(SHOP, Signal.LOAD));
    assertThat(matcher.matches(Scalers.CPU, labels)).containsExactly(new Match(SHOP, Signal.CPU));
  }

  @Test
  void tellsTheSignsOfABalancerApart() throws IOException {
    roster.put(
        ScalerFile.read(Path.of("src/test/resources/crd/ScalerFileTest/load-from-haproxy/in.yaml"))
            .scalers()
            .getFirst());
    Map<String, String> labels = Map.of("proxy", "crm", "instance", "haproxy-0:8405");

    assertThat(
            Stream.of(
                    "sessions_total",
                    "current_queue",
                    "retry_warnings_total",
                    "redispatch_warnings_total",
                    "connection_errors_total")
                .flatMap(metric -> matcher.matches("haproxy_backend_" + metric, labels).stream())
                .map(Match::signal))
        .containsExactly(
            Signal.LOAD, Signal.WAITING, Signal.RETRIES, Signal.REDISPATCHES, Signal.REFUSED);
    assertThat(matcher.matches("haproxy_backend_sessions_total", Map.of("proxy", "shop")))
        .isEmpty();
  }

  @Test
  void tellsTheContainersApart(@TempDir Path directory) throws IOException {
    String containers =
        Files.readString(
            Path.of("src/test/resources/crd/ScalerFileTest/containers-beside/in.yaml"));
    Path file =
        Files.writeString(
            directory.resolve("in.yaml"),
            containers.replace(
                "    containers:\n      - name: log\n",
                "    throttling: {matchLabels: {cluster: a, container: crm}}\n    containers:\n      - name: log\n"));
    roster.put(ScalerFile.read(file).scalers().getFirst());
    ScalerId crm = new ScalerId("crm", "crm");

    assertThat(
            matcher.matches(
                "container_cpu_usage_seconds_total", Map.of("container", "envoy", "pod", "a")))
        .containsExactly(new Match(crm, Signal.CPU, "envoy"));
    assertThat(
            matcher.matches(
                "container_memory_working_set_bytes", Map.of("container", "crm", "pod", "a")))
        .containsExactly(new Match(crm, Signal.MEMORY));
    assertThat(
            matcher.matches(
                "container_cpu_cfs_periods_total",
                Map.of("namespace", "crm", "cluster", "a", "container", "envoy", "pod", "a")))
        .containsExactly(new Match(crm, Signal.CPU_PERIODS, "envoy"));
  }

  @Test
  void selectsNothingOfOtherMetricsOrLabels() {
    assertThat(matcher.matches("up", Map.of("app", "shop"))).isEmpty();
    assertThat(matcher.matches(Scalers.REQUESTS, Map.of("app", "other"))).isEmpty();
    assertThat(matcher.matches(Scalers.REQUESTS, Map.of())).isEmpty();
    assertThat(matcher.knows("up")).isFalse();
    assertThat(matcher.knows(Scalers.REQUESTS)).isTrue();
  }

  @Test
  void givesASeriesToEachScalerThatSelectsIt() {
    roster.put(Scalers.ofApp("shop-too", "shop"));

    assertThat(matcher.matches(Scalers.REQUESTS, Map.of("app", "shop")))
        .containsExactlyInAnyOrder(new Match(SHOP, Signal.LOAD), new Match(SHOP_TOO, Signal.LOAD));
  }

  @Test
  void followsTheScalersAsTheyComeChangeAndGo() {
    roster.put(Scalers.ofApp("shop", "renamed"));
    assertThat(matcher.matches(Scalers.REQUESTS, Map.of("app", "shop"))).isEmpty();
    assertThat(matcher.matches(Scalers.REQUESTS, Map.of("app", "renamed"))).hasSize(1);

    roster.remove(SHOP);
    assertThat(matcher.knows(Scalers.REQUESTS)).isFalse();
  }

  @Test
  void followsNothingOnceClosed() {
    matcher.close();
    roster.remove(SHOP);

    assertThat(matcher.knows(Scalers.REQUESTS)).isTrue();
  }
}
