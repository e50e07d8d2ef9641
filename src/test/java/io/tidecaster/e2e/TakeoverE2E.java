package io.tidecaster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidecaster.decide.Decision;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.ingest.LoadPointSerde;
import io.tidecaster.ingest.Topics;
import io.tidecaster.journal.JournalFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two replicas of the service on one broker share six scalers. Prometheus writes to both, so each
 * sample comes twice. One is killed, and the other goes on with all six.
 */
class TakeoverE2E {
  private static final int SCALERS = 6;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration A_DECISION = Duration.ofMinutes(3);

  /** The group notices after its session timeout of 10 s; the rest is for the rebuild. */
  private static final Duration TAKEOVER = Duration.ofSeconds(45);

  @TempDir static Path scratch;

  private static BrokerProcess broker;
  private static PrometheusServer prometheus;
  private static final List<CrmFleet> fleets = new ArrayList<>();
  private static final List<MinuteTotals> arrived = new ArrayList<>();
  private static ServiceProcess one;
  private static ServiceProcess other;

  private static double ownedByOne;
  private static double ownedByOther;
  private static final Map<String, List<JsonNode>> answers = new TreeMap<>();
  private static Duration takeover;
  private static Instant killed;

  @BeforeAll
  static void killOneOfTwo() throws IOException {
    broker = BrokerProcess.start();
    List<Integer> ports = Loopback.freePorts(2);
    prometheus =
        PrometheusServer.start(
            new PrometheusServer.Settings(
                Duration.ofSeconds(5),
                Map.of(),
                ports.stream().map(port -> Loopback.http(port).resolve("/api/v1/write")).toList(),
                null));
    for (int i = 0; i < SCALERS; i++) {
      CrmFleet fleet =
          new CrmFleet(prometheus.targetsDirectory(), "crm", name(i), CrmFleet.Cost.TYPICAL);
      fleet.load(load(i));
      fleet.scaleTo(2);
      fleets.add(fleet);
      arrived.add(new MinuteTotals(() -> fleet.pods().stream().mapToDouble(fleet::requests).sum()));
    }
    one = serve("takeover-one", ports.get(0));
    other = serve("takeover-other", ports.get(1));

    Eventually.that(
        "each owns a share",
        SOON,
        () -> owned(one) > 0 && owned(other) > 0 && owned(one) + owned(other) == SCALERS);
    ownedByOne = owned(one);
    ownedByOther = owned(other);
    awaitDecisionsAfter(Instant.MIN, one);
    awaitDecisionsAfter(Instant.MIN, other);
    compareAnswers();

    Eventually.that(
        "the middle of a minute",
        SOON,
        () -> {
          long second = Instant.now().getEpochSecond() % 60;
          return second >= 5 && second < 50;
        });
    killed = Instant.now();
    one.kill();
    Eventually.that("the other owns all", TAKEOVER, () -> owned(other) == SCALERS);
    takeover = Duration.between(killed, Instant.now());
    awaitDecisionsAfter(killed.plusSeconds(30), other);
  }

  @AfterAll
  static void stop() {
    arrived.forEach(MinuteTotals::close);
    fleets.forEach(CrmFleet::close);
    Stream.of(one, other, prometheus, broker).filter(Objects::nonNull).forEach(TakeoverE2E::close);
  }

  @Test
  void eachOwnsAShare() {
    assertThat(ownedByOne).isBetween(1.0, SCALERS - 1.0);
    assertThat(ownedByOne + ownedByOther).isEqualTo(SCALERS);
  }

  @Test
  void bothAnswerEveryQueryAlike() {
    assertThat(answers).hasSize(2 + 3 * SCALERS);
    answers.forEach((path, both) -> {
      assertThat(both.getFirst().isObject()).as(path).isTrue();
      assertThat(both.getLast()).as(path).isEqualTo(both.getFirst());
    });
  }

  @Test
  void theOtherTakesOverSoonAfterTheSessionTimeout() {
    assertThat(takeover).isLessThan(TAKEOVER);
  }

  @Test
  void everyScalerIsDecidedOnByTheOther() throws IOException {
    Map<String, List<Instant>> times = new TreeMap<>();
    for (var record : broker.read(Topics.DECISIONS)) {
      Decision decision = JournalFormat.readDecision(record.value());
      times.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(decision.at());
    }

    assertThat(times).hasSize(SCALERS);
    times.forEach((scaler, at) -> {
      assertThat(at).as(scaler).doesNotHaveDuplicates().isSorted();
      assertThat(at.getFirst()).as(scaler).isBefore(killed);
      assertThat(at.getLast()).as(scaler).isAfter(killed);
    });
  }

  @Test
  void noMinuteIsLostAndNoneCountsTwice() throws Exception {
    Map<String, TreeMap<Instant, LoadPoint>> points = new TreeMap<>();
    for (var record : broker.read(Topics.LOAD)) {
      LoadPoint point = LoadPointSerde.decode(record.value());
      points.computeIfAbsent(record.key(), key -> new TreeMap<>()).put(point.minute(), point);
    }

    for (int i = 0; i < SCALERS; i++) {
      TreeMap<Instant, LoadPoint> minutes = points.getOrDefault("crm/" + name(i), new TreeMap<>());
      // The fleet began within the first minute.
      List<LoadPoint> whole = minutes.values().stream().skip(1).toList();
      assertThat(whole.getFirst().minute()).isBefore(killed);
      assertThat(whole.getLast().end()).isAfter(killed);
      for (int k = 1; k < whole.size(); k++) {
        assertThat(whole.get(k).minute()).isEqualTo(whole.get(k - 1).end());
      }
      double told = whole.stream().mapToDouble(point -> 60 * point.load().orElseThrow()).sum();
      assertThat(told)
          .as(name(i))
          .isCloseTo(
              arrived.get(i).between(whole.getFirst().minute(), whole.getLast().end()),
              Percentage.withPercentage(2));
    }
  }

  // ---------------------------------------------------------------- the story

  private static String name(int i) {
    return "crm-" + i;
  }

  private static double load(int i) {
    return 60 + 20.0 * i;
  }

  private static ServiceProcess serve(String name, int port) throws IOException {
    String scalers =
        String.join(
            "---\n",
            IntStream.range(0, SCALERS)
                .mapToObj(i ->
                    """
                    apiVersion: tidecaster.io/v1alpha1
                    kind: PredictiveScaler
                    metadata: {namespace: crm, name: %1$s}
                    spec:
                      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %1$s}
                      mode: Advisory
                      minReplicas: 2
                      maxReplicas: 10
                      load:
                        series:
                          metric: http_server_requests_seconds_count
                          type: Counter
                          matchLabels: {namespace: crm, app: %1$s}
                      objective: {requestsPerReplica: 40}
                      leadTime: 1m
                    """
                        .formatted(name(i)))
                .toList());
    Path file = Files.writeString(scratch.resolve("scalers.yaml"), scalers);
    // No cluster: what is decided is that the target is not known, and that is published.
    String nobody = "https://" + Loopback.HOST + ":" + Loopback.freePort();
    return ServiceProcess.named(name)
        .port(port)
        .jvm("-XX:+UseSerialGC")
        .property("java.util.logging.manager", "org.jboss.logmanager.LogManager")
        .property("quarkus.kubernetes-client.api-server-url", nobody)
        .arguments("serve", "--kafka", broker.bootstrapServers(), "--scalers", file.toString())
        .start();
  }

  private static double owned(ServiceProcess service) {
    return Http.get(service.url().resolve("/q/metrics"))
        .body()
        .lines()
        .filter(line -> line.startsWith("tidecaster_scalers_owned"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElse(-1);
  }

  private static JsonNode get(ServiceProcess service, String path) {
    return Http.json(Http.get(service.url().resolve("/api/v1/" + path)));
  }

  private static void awaitDecisionsAfter(Instant time, ServiceProcess service) {
    Eventually.that(
        "a decision for every scaler after " + time,
        A_DECISION,
        () ->
            IntStream.range(0, SCALERS)
                .mapToObj(i -> get(service, "scalers/crm/%s/recommendation".formatted(name(i))))
                .allMatch(advice ->
                    advice.has("at") && Instant.parse(advice.path("at").asText()).isAfter(time)));
  }

  /** Asked of both at a time when nothing is being decided: between two turns of the minute. */
  private static void compareAnswers() {
    List<String> paths = new ArrayList<>(List.of("scalers", "mode"));
    for (int i = 0; i < SCALERS; i++) {
      for (String what : List.of("forecast", "recommendation", "decisions")) {
        paths.add("scalers/crm/%s/%s".formatted(name(i), what));
      }
    }
    Eventually.that(
        "both say the same",
        SOON,
        () -> {
          Map<String, List<JsonNode>> asked = new TreeMap<>();
          paths.forEach(path -> asked.put(path, List.of(get(one, path), get(other, path))));
          answers.clear();
          answers.putAll(asked);
          return asked.values().stream().allMatch(both -> both.getFirst().equals(both.getLast()));
        });
  }

  private static void close(AutoCloseable started) {
    try {
      started.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
