package io.tidecaster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Outcome;
import io.tidecaster.forecast.FitTask;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.forecast.Grid;
import io.tidecaster.forecast.ScalerForecaster;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.ingest.LoadPointSerde;
import io.tidecaster.ingest.Topics;
import io.tidecaster.journal.JournalFormat;
import io.tidecaster.workload.ScalerId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service is killed in the middle of a minute, lies still over the end of that minute while the
 * load doubles, and comes back. Broker, Prometheus and cluster live on. What they hold afterwards
 * is what an undisturbed service would have left there.
 */
class CrashE2E {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** A minute closes up to 30 s after its end; the rest is for a busy machine. */
  private static final Duration A_DECISION = Duration.ofMinutes(3);

  private static final Duration HISTORY = Duration.ofHours(30);
  private static final Duration SCRAPE_INTERVAL = Duration.ofSeconds(5);
  private static final String NAMESPACE = "crash";
  private static final String ACCOUNT = "system:serviceaccount:" + NAMESPACE + ":tidecaster";
  private static final double QUIET = 90;
  private static final double BUSY = 210;

  @TempDir static Path scratch;

  private static ControlPlane cluster;
  private static BrokerProcess broker;
  private static PrometheusServer prometheus;
  private static CrmFleet crm;
  private static MinuteTotals arrived;
  private static ScalerId scaler;
  private static ServiceProcess service;

  private static Instant killed;
  private static Instant back;

  private static List<ConsumerRecord<String, byte[]>> loadRecords;
  private static List<LoadPoint> points;
  private static List<Decision> decisions;
  private static List<ForecastRecord> forecasts;

  /** A forecast on the topic, and when Kafka took it. */
  private record ForecastRecord(Forecast forecast, long writtenMillis) {}

  @BeforeAll
  static void killAndComeBack() throws IOException {
    scaler = scalerWithoutFitNow();
    cluster = ControlPlane.start();
    deploy();
    broker = BrokerProcess.start();
    int port = Loopback.freePort();
    prometheus =
        PrometheusServer.start(
            new PrometheusServer.Settings(
                SCRAPE_INTERVAL,
                Map.of(),
                List.of(Loopback.http(port).resolve("/api/v1/write")),
                history()));
    crm =
        new CrmFleet(
            prometheus.targetsDirectory(), NAMESPACE, scaler.name(), CrmFleet.Cost.TYPICAL);
    crm.load(QUIET);
    crm.scaleTo(3);
    arrived = new MinuteTotals(() -> crm.pods().stream().mapToDouble(crm::requests).sum());

    service = serve(port);
    awaitForecastAfter(Instant.MIN);

    // In the middle of a minute, so that it has samples from before and from after.
    Eventually.that(
        "the middle of a minute", SOON, () -> secondOfMinute() >= 20 && secondOfMinute() < 45);
    killed = Instant.now();
    service.kill();
    crm.load(BUSY);
    Instant over = killed.truncatedTo(ChronoUnit.MINUTES).plusSeconds(65);
    Eventually.that("the minute is over", SOON, () -> Instant.now().isAfter(over));
    service = serve(port);
    back = Instant.now();

    // Two whole minutes after, the second of them with a load that is all new.
    awaitDecisionAt(back.truncatedTo(ChronoUnit.MINUTES).plusSeconds(60));
    loadRecords = broker.read(Topics.LOAD);
    points = pointsUntil(Long.MAX_VALUE);
    decisions = readDecisions();
    forecasts = readForecasts();
  }

  @AfterAll
  static void stop() {
    Stream.of(service, arrived, crm, prometheus, broker, cluster)
        .filter(started -> started != null)
        .forEach(CrashE2E::close);
  }

  @Test
  void noMinuteIsLost() {
    List<LoadPoint> own = ownPoints();

    assertThat(own.getFirst().minute()).isBefore(killed);
    assertThat(own.getLast().end()).isAfter(back);
    for (int i = 1; i < own.size(); i++) {
      assertThat(own.get(i).minute()).isEqualTo(own.get(i - 1).end());
    }
    assertThat(own).allSatisfy(point -> assertThat(point.load()).isPresent());
    assertThat(own).allSatisfy(point -> assertThat(point.reporting()).isEqualTo(3));
  }

  @Test
  void theMinutesAddUpToWhatArrived() {
    List<LoadPoint> own = ownPoints();
    double told = own.stream().mapToDouble(point -> 60 * point.load().orElseThrow()).sum();

    assertThat(told)
        .isCloseTo(
            arrived.between(own.getFirst().minute(), own.getLast().end()),
            Percentage.withPercentage(1.5));
  }

  @Test
  void theMinuteOfTheCrashHasTheSamplesOfBothLives() {
    Instant minute = killed.truncatedTo(ChronoUnit.MINUTES);
    LoadPoint torn =
        points.stream().filter(point -> point.minute().equals(minute)).findFirst().orElseThrow();

    // A counter is read every 5 s, so what arrives in the second of a turn may count on either
    // side.
    assertThat(60 * torn.load().orElseThrow())
        .isCloseTo(arrived.between(minute, torn.end()), Percentage.withPercentage(3));
  }

  @Test
  void eachMinuteIsDecidedOnAtMostOnce() {
    List<Instant> times = decisions.stream().map(Decision::at).toList();

    assertThat(times).doesNotHaveDuplicates().isSorted();
    assertThat(times).anyMatch(killed::isAfter).anyMatch(back::isBefore);
  }

  @Test
  void theSameMinuteHasTheSameForecastInBothLives() throws IOException {
    assertThat(forecasts).anyMatch(record -> record.writtenMillis() < killed.toEpochMilli());
    assertThat(forecasts).anyMatch(record -> record.writtenMillis() > back.toEpochMilli());
    for (ForecastRecord record : forecasts) {
      assertThat(record.forecast()).isEqualTo(replayed(record));
    }
  }

  @Test
  void nothingIsScaledTwice() {
    List<Decision> scalings =
        decisions.stream().filter(decision -> decision.outcome() instanceof Outcome.Scale).toList();
    List<String> writes =
        cluster.writesBy(ACCOUNT).stream().filter(write -> write.contains("/scale")).toList();
    Deployment deployment = deployment();

    assertThat(scalings).isNotEmpty();
    assertThat(writes).hasSameSizeAs(scalings);
    assertThat(writes)
        .containsOnly("update deployments/scale %s/%s 200".formatted(NAMESPACE, scaler.name()));
    // The generation counts the changes of the spec: one by who made it, and one a scaling.
    assertThat(deployment.getMetadata().getGeneration()).isEqualTo(1 + scalings.size());
    assertThat(deployment.getSpec().getReplicas()).isEqualTo(scalings.getLast().desiredReplicas());
  }

  @Test
  void theLoadThatCameDuringTheOutageIsScaledFor() {
    // ceil(210 ÷ 40) = 6
    assertThat(deployment().getSpec().getReplicas()).isGreaterThanOrEqualTo(6);
  }

  // ---------------------------------------------------------------- the story

  /**
   * A scaler whose daily fit is not due while this runs: until it is done the model before holds.
   */
  private static ScalerId scalerWithoutFitNow() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    return IntStream.range(0, 100)
        .mapToObj(i -> new ScalerId(NAMESPACE, "crm-" + i))
        .filter(id -> {
          Instant fit = fitBefore(id, now);
          return fit.isBefore(now.minus(Duration.ofHours(2)))
              && fit.isAfter(now.minus(Duration.ofHours(22)));
        })
        .findFirst()
        .orElseThrow();
  }

  private static Instant fitBefore(ScalerId id, Instant now) {
    ScalerForecaster forecaster = forecaster(id);
    for (Instant t = now.minus(Duration.ofHours(49)); t.isBefore(now); t = t.plusSeconds(60)) {
      forecaster.observe(t, OptionalDouble.of(1));
    }
    return forecaster.fitDue().map(FitTask::boundary).orElseThrow();
  }

  private static ScalerForecaster forecaster(ScalerId id) {
    return new ScalerForecaster(id, Grid.MINUTES, Calendar.EMPTY, ForecastSettings.DEFAULT);
  }

  private static void deploy() {
    cluster
        .client()
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: %1$s}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: tidecaster, namespace: %1$s}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: tidecaster}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                subjects: [{kind: ServiceAccount, name: tidecaster, namespace: %1$s}]
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %2$s, namespace: %1$s}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: crm}}
                  template:
                    metadata: {labels: {app: crm}}
                    spec:
                      containers: [{name: crm, image: crm, resources: {requests: {cpu: 100m}}}]
                """
                    .formatted(NAMESPACE, scaler.name())
                    .getBytes(StandardCharsets.UTF_8)))
        .create();
  }

  private static ServiceProcess serve(int port) throws IOException {
    Path file = scratch.resolve("scaler.yaml");
    Files.writeString(
        file,
        """
        apiVersion: tidecaster.io/v1alpha1
        kind: PredictiveScaler
        metadata: {namespace: %1$s, name: %2$s}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %2$s}
          mode: Enforcing
          minReplicas: 2
          maxReplicas: 20
          load:
            series:
              metric: http_server_requests_seconds_count
              type: Counter
              matchLabels: {namespace: %1$s, app: %2$s}
            query: sum(rate(http_server_requests_seconds_count{namespace="%1$s",app="%2$s"}[1m]))
          objective: {requestsPerReplica: 40}
          leadTime: 1m
        """
            .formatted(NAMESPACE, scaler.name()));
    return ServiceProcess.named("crash-service")
        .port(port)
        .jvm("-XX:+UseSerialGC")
        .property("java.util.logging.manager", "org.jboss.logmanager.LogManager")
        .environment("KUBECONFIG", cluster.kubeconfigFor(NAMESPACE, "tidecaster").toString())
        .arguments(
            "serve",
            "--kafka",
            broker.bootstrapServers(),
            "--scalers",
            file.toString(),
            "--prometheus",
            prometheus.url().toString(),
            "--mode",
            "Enforcing")
        .start();
  }

  /** A day and a quarter of a load that swings gently around the one that is to come. */
  private static Path history() throws IOException {
    long now = Instant.now().truncatedTo(ChronoUnit.MINUTES).getEpochSecond();
    StringBuilder text = new StringBuilder("# TYPE http_server_requests_seconds counter\n");
    double count = 0;
    for (long at = now - HISTORY.toSeconds(); at < now; at += 30) {
      count += 30 * QUIET * (1 + 0.1 * Math.sin(2 * Math.PI * at / 86_400.0));
      text.append(
              "http_server_requests_seconds_count{namespace=\"%s\",app=\"%s\",pod=\"old\"} "
                  .formatted(NAMESPACE, scaler.name()))
          .append((long) count)
          .append(' ')
          .append(at)
          .append('\n');
    }
    return Files.writeString(scratch.resolve("history.txt"), text.append("# EOF\n"));
  }

  private static int secondOfMinute() {
    return (int) (Instant.now().getEpochSecond() % 60);
  }

  private static String restPath(String what) {
    return "/api/v1/scalers/%s/%s/%s".formatted(NAMESPACE, scaler.name(), what);
  }

  private static JsonNode forecastNow() {
    return Http.json(Http.get(service.url().resolve(restPath("forecast"))));
  }

  private static void awaitForecastAfter(Instant time) {
    Eventually.get(
        "a forecast",
        A_DECISION,
        CrashE2E::forecastNow,
        forecast ->
            forecast.has("quantiles")
                && Instant.parse(forecast.path("issuedAt").asText()).isAfter(time));
  }

  private static void awaitDecisionAt(Instant time) {
    Eventually.get(
        "a decision at " + time,
        A_DECISION,
        () -> Http.json(Http.get(service.url().resolve(restPath("recommendation")))),
        advice -> advice.has("at") && !Instant.parse(advice.path("at").asText()).isBefore(time));
  }

  private static Deployment deployment() {
    KubernetesClient client = cluster.client();
    return client.apps().deployments().inNamespace(NAMESPACE).withName(scaler.name()).get();
  }

  private static void close(AutoCloseable started) {
    try {
      started.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  // ---------------------------------------------------------------- what Kafka holds

  /** One point a minute, the last that was written of each until a time of the broker's. */
  private static List<LoadPoint> pointsUntil(long writtenMillis) {
    TreeMap<Instant, LoadPoint> byMinute = new TreeMap<>();
    loadRecords.stream()
        .filter(record -> record.timestamp() <= writtenMillis)
        .map(record -> decoded(record.value()))
        .forEach(point -> byMinute.put(point.minute(), point));
    return List.copyOf(byMinute.values());
  }

  private static LoadPoint decoded(byte[] record) {
    try {
      return LoadPointSerde.decode(record);
    } catch (Exception e) {
      throw new AssertionError("a broken record on " + Topics.LOAD, e);
    }
  }

  private static List<Decision> readDecisions() {
    List<Decision> read = new ArrayList<>();
    broker
        .read(Topics.DECISIONS)
        .forEach(record -> {
          try {
            read.add(JournalFormat.readDecision(record.value()));
          } catch (IOException e) {
            throw new AssertionError("a broken record on " + Topics.DECISIONS, e);
          }
        });
    return List.copyOf(read);
  }

  private static List<ForecastRecord> readForecasts() {
    List<ForecastRecord> read = new ArrayList<>();
    broker
        .read(Topics.FORECASTS)
        .forEach(record -> {
          try {
            if (JournalFormat.readForecast(record.value()).outcome() instanceof Forecast forecast) {
              read.add(new ForecastRecord(forecast, record.timestamp()));
            }
          } catch (IOException e) {
            throw new AssertionError("a broken record on " + Topics.FORECASTS, e);
          }
        });
    return List.copyOf(read);
  }

  /** The minutes of the service itself: whole ones, after what Prometheus told of the past. */
  private static List<LoadPoint> ownPoints() {
    return points.stream().filter(point -> !point.minute().isBefore(firstWhole())).toList();
  }

  /** The fleet began in the minute before. */
  private static Instant firstWhole() {
    return decisions.getFirst().at();
  }

  /**
   * The core's own forecast of that time, from nothing but the minutes that stood on the topic when
   * it was made: no service, no crash. A minute that was unknown then may have come from Prometheus
   * since.
   */
  private static Forecast replayed(ForecastRecord record) {
    ScalerForecaster forecaster = forecaster(scaler);
    pointsUntil(record.writtenMillis()).stream()
        .filter(point -> point.minute().isBefore(record.forecast().issuedAt()))
        .forEach(point -> forecaster.observe(point.minute(), point.load()));
    Optional<FitTask> due = forecaster.fitDue();
    due.map(FitTask::run).ifPresent(forecaster::adopt);
    assertThat(forecaster.forecast()).isInstanceOf(Forecast.class);
    return (Forecast) forecaster.forecast();
  }
}
