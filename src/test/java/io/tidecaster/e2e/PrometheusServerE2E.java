package io.tidecaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import io.tidecaster.e2e.PrometheusServer.Sample;
import io.tidecaster.e2e.PrometheusServer.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus sees the tests' CRM as it would see a real one. */
class PrometheusServerE2E {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String RATE =
      "sum(rate(http_server_requests_seconds_count{app=\"crm\"}[5s]))";

  @Test
  void theLoadIsWhatTheTestSaysHoweverManyReplicasShareIt() {
    try (var prometheus = PrometheusServer.start(Settings.everySecond());
        var crm =
            new CrmFleet(prometheus.targetsDirectory(), "crm", "crm", CrmFleet.Cost.TYPICAL)) {
      crm.load(200);
      crm.scaleTo(2);
      awaitRate(prometheus, 200);
      // 200 requests/s × 4 ms + 2 × 0.02 idle cores = 0.84 cores
      Eventually.get(
          "CPU",
          SOON,
          () -> one(prometheus.query("sum(rate(process_cpu_seconds_total[5s]))")),
          near(0.84));

      crm.scaleTo(4);
      Eventually.that("four are up", SOON, () -> one(prometheus.query("count(up == 1)")) == 4);
      awaitRate(prometheus, 200);

      crm.replicas(Set.of("crm-3"));
      Eventually.that("one is up", SOON, () -> one(prometheus.query("count(up)")) == 1);
      crm.load(sinceStart -> 50);
      awaitRate(prometheus, 50);

      crm.silence("crm-3", true);
      Eventually.that("none is up", SOON, () -> one(prometheus.query("sum(up)")) == 0);
    }
  }

  @Test
  void samplesGoToTheReceiverThatAReloadNames() throws Exception {
    var bodies = new ArrayBlockingQueue<String>(1000);
    HttpServer receiver = receiver(bodies);
    try (var prometheus = PrometheusServer.start(Settings.everySecond());
        var crm =
            new CrmFleet(prometheus.targetsDirectory(), "crm", "crm", CrmFleet.Cost.TYPICAL)) {
      crm.scaleTo(1);
      URI url = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/api/v1/write");

      prometheus.reload(
          Settings.everySecond().withRemoteWrite(url).withExternalLabels(Map.of("cluster", "e2e")));

      assertEquals("POST /api/v1/write snappy 0.1.0", bodies.poll(30, TimeUnit.SECONDS));
    } finally {
      receiver.stop(0);
    }
  }

  @Test
  void historyIsThereFromTheStart(@TempDir Path scratch) throws IOException {
    long now = Instant.now().getEpochSecond();
    var text = new StringBuilder("# TYPE crm_load gauge\n");
    for (long at = now - Duration.ofDays(7).toSeconds(); at < now; at += 60) {
      text.append("crm_load{app=\"crm\"} ").append(at % 86_400).append(' ').append(at).append('\n');
    }
    Path history = Files.writeString(scratch.resolve("history.txt"), text.append("# EOF\n"));

    try (var prometheus = PrometheusServer.start(Settings.everySecond().withHistory(history))) {
      double minutes = one(prometheus.query("count_over_time(crm_load[8d])"));

      assertEquals(7 * 1440, minutes);
    }
  }

  private static HttpServer receiver(ArrayBlockingQueue<String> bodies) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            var headers = exchange.getRequestHeaders();
            boolean kept =
                bodies.offer(
                    String.join(
                        " ",
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        headers.getFirst("Content-Encoding"),
                        headers.getFirst("X-Prometheus-Remote-Write-Version")));
            exchange.sendResponseHeaders(kept ? 204 : 429, -1);
          }
        });
    server.start();
    return server;
  }

  private static void awaitRate(PrometheusServer prometheus, double expected) {
    Eventually.get("rate", SOON, () -> one(prometheus.query(RATE)), near(expected));
  }

  private static Predicate<Double> near(double expected) {
    return value -> Math.abs(value - expected) <= 0.05 * expected;
  }

  private static double one(List<Sample> samples) {
    assertEquals(1, samples.size());
    return samples.getFirst().value();
  }
}
