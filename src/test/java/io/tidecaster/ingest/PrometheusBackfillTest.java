package io.tidecaster.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusBackfillTest {
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");
  private static final Scaler SHOP = Scalers.ofApp("shop", "crm");

  /** What the fake Prometheus was asked: method, headers that matter, and the form. */
  private record Asked(String method, Optional<String> authorization, Map<String, String> form) {}

  private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<Answer> script = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final HttpServer server = start();

  private record Answer(int status, String body) {}

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void mapsTheValueAtTheEndOfAMinuteToTheMinute() {
    answers.put(Scalers.LOAD_QUERY, matrix(at(1, "100"), at(2, "110.5")));
    answers.put(Scalers.CPU_QUERY, matrix(at(1, "2"), at(2, "2.5")));

    assertThat(points(range(0, 2)))
        .containsExactly(
            point(0, OptionalDouble.of(100), OptionalDouble.of(2)),
            point(1, OptionalDouble.of(110.5), OptionalDouble.of(2.5)));
    assertThat(asked.getFirst().form())
        .containsEntry("query", Scalers.LOAD_QUERY)
        .containsEntry("start", seconds(1))
        .containsEntry("end", seconds(2))
        .containsEntry("step", "60");
  }

  @Test
  void leavesAGapWherePrometheusHasNoValue() {
    answers.put(Scalers.LOAD_QUERY, matrix(at(1, "100"), at(3, "NaN"), at(4, "+Inf")));
    answers.put(Scalers.CPU_QUERY, matrix(at(3, "2")));

    // Minute 1 has no value at all, minute 3 none that counts.
    assertThat(points(range(0, 5)))
        .containsExactly(
            point(0, OptionalDouble.of(100), OptionalDouble.empty()),
            point(2, OptionalDouble.empty(), OptionalDouble.of(2)));
  }

  @Test
  void knowsHowManyReplicasUsedTheCpuAsTheyAreToldApartLive() {
    answers.put(Scalers.LOAD_QUERY, matrix(at(1, "100"), at(2, "110")));
    answers.put(Scalers.CPU_QUERY, matrix(at(1, "2")));
    String query =
        Stream.of("pod", "pod_name", "kubernetes_pod_name", "instance")
            .map(label ->
                "count(count by (%1$s) (process_cpu_seconds_total{app=\"crm\",%1$s!=\"\"}))"
                    .formatted(label))
            .collect(Collectors.joining(" or "));
    answers.put(query, matrix(at(1, "3"), at(2, "3")));

    // of the second minute no CPU is known, and so no replica that used it
    assertThat(points(range(0, 2))).extracting(LoadPoint::cpuReporting).containsExactly(3, 0);
  }

  @Test
  void findsNothingWherePrometheusKnowsNoSuchSeries() {
    answers.put(Scalers.LOAD_QUERY, matrix());
    answers.put(Scalers.CPU_QUERY, matrix());

    assertThat(points(range(0, 5))).isEmpty();
  }

  @Test
  void asksInPartsOfBoundedSizeTheNewestFirst() {
    answers.put(Scalers.LOAD_QUERY, matrix());
    answers.put(Scalers.CPU_QUERY, matrix());

    assertThat(points(range(0, 250), range(300, 310))).isEmpty();

    // 310 ← 300, then 250 ← 150 ← 50 ← 0; each value at the end of its minute
    assertThat(asked.stream().filter(ask -> ask.form().containsValue(Scalers.LOAD_QUERY)))
        .extracting(ask -> ask.form().get("start"), ask -> ask.form().get("end"))
        .containsExactly(
            tuple(seconds(301), seconds(310)),
            tuple(seconds(151), seconds(250)),
            tuple(seconds(51), seconds(150)),
            tuple(seconds(1), seconds(50)));
  }

  @Test
  void asksOnlyAsFarAsTheStreamIsRead() {
    answers.put(Scalers.LOAD_QUERY, matrix(at(249, "1")));
    answers.put(Scalers.CPU_QUERY, matrix());

    try (Stream<LoadPoint> points = backfill().points(SHOP, List.of(range(0, 250)))) {
      assertThat(points.findFirst()).isPresent();
    }
    assertThat(asked).hasSize(3); // of the last part alone: load, CPU, replicas
  }

  @Test
  void asksForTheLoadAloneWhereThereIsNoQueryOfTheCpu() {
    answers.put(Scalers.LOAD_QUERY, matrix(at(1, "7")));
    Scaler scaler = Scalers.of("shop", SHOP.load(), Optional.empty());

    assertThat(backfill().points(scaler, List.of(range(0, 1))))
        .containsExactly(point(0, OptionalDouble.of(7), OptionalDouble.empty()));
  }

  @Test
  void saysThatAQueryIsMissing() {
    Scaler scaler =
        Scalers.of(
            "shop",
            new Source(
                new SeriesSelector("requests", SeriesSelector.Type.GAUGE, Map.of()),
                Optional.empty()),
            Optional.empty());

    assertThat(PrometheusBackfill.isPossible(scaler)).isFalse();
    assertThatThrownBy(() -> backfill().points(scaler, List.of(range(0, 1))))
        .hasMessageContaining("crm/shop has no load.query");
  }

  @Test
  void refusesSeveralSeries() {
    answers.put(
        Scalers.LOAD_QUERY,
        """
        {"status":"success","data":{"resultType":"matrix","result":[
          {"metric":{"pod":"a"},"values":[]},{"metric":{"pod":"b"},"values":[]}]}}
        """);

    assertThatThrownBy(() -> points(range(0, 1)))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("gives 2 series, {\"pod\":\"a\"} and {\"pod\":\"b\"} among them")
        .hasMessageContaining("wrap it in sum(…)");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 429})
  void triesAgainWhatMayPass(int status) {
    answers.put(Scalers.LOAD_QUERY, matrix(at(1, "7")));
    answers.put(Scalers.CPU_QUERY, matrix());
    script.add(new Answer(status, ""));
    script.add(new Answer(status, "<html>"));

    assertThat(points(range(0, 1))).hasSize(1);
    assertThat(asked).hasSize(5); // two in vain, then load, CPU, replicas
  }

  @Test
  void givesUpAfterTheLastAttempt() {
    for (int i = 0; i < 3; i++) {
      script.add(
          new Answer(
              503, "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"too slow\"}"));
    }

    assertThatThrownBy(() -> points(range(0, 1)))
        .isInstanceOfSatisfying(BackfillException.class, e -> assertThat(e.isPassing()).isTrue())
        .hasMessageContaining("answers 503")
        .hasMessageContaining("timeout: too slow");
    assertThat(asked).hasSize(3);
  }

  @Test
  void asksOnceWhereTheQueryIsWrong() {
    script.add(
        new Answer(
            400, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}"));

    assertThatThrownBy(() -> points(range(0, 1)))
        .isInstanceOfSatisfying(BackfillException.class, e -> assertThat(e.isPassing()).isFalse())
        .hasMessageContaining("answers 400")
        .hasMessageContaining("bad_data: parse error");
    assertThat(asked).hasSize(1);
  }

  @Test
  void saysHowToAuthenticateWhereItMust() {
    script.add(new Answer(401, "no"));

    assertThatThrownBy(() -> points(range(0, 1)))
        .hasMessageContaining("answers 401")
        .hasMessageContaining("tidecaster.ingest.backfill.bearer-token");
  }

  @Test
  void authenticatesAsConfigured() {
    answers.put(Scalers.LOAD_QUERY, matrix());
    answers.put(Scalers.CPU_QUERY, matrix());

    assertThat(
            new PrometheusBackfill(
                    settings(url(), Optional.of("Bearer secret")), HttpClient.newHttpClient())
                .points(SHOP, List.of(range(0, 1))))
        .isEmpty();
    assertThat(asked).allSatisfy(ask -> assertThat(ask.authorization()).contains("Bearer secret"));
  }

  @Test
  void asksByGetWherePostIsNotAllowed() {
    answers.put(Scalers.LOAD_QUERY, matrix(at(1, "7")));
    answers.put(Scalers.CPU_QUERY, matrix());
    script.add(new Answer(405, ""));

    assertThat(points(range(0, 1))).hasSize(1);
    assertThat(asked).extracting(Asked::method).containsExactly("POST", "GET", "POST", "POST");
  }

  @Test
  void refusesAnAnswerThatIsTooLarge() {
    script.add(new Answer(200, " ".repeat(20_001)));
    script.add(new Answer(200, " ".repeat(20_001)));
    script.add(new Answer(200, " ".repeat(20_001)));

    assertThatThrownBy(() -> points(range(0, 1)))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("max-response-size (20000 B)");
  }

  @Test
  void saysThatTheAnswerIsNotOfPrometheus() {
    script.add(new Answer(200, "<html>welcome</html>"));

    assertThatThrownBy(() -> points(range(0, 1)))
        .hasMessageContaining("not Prometheus' JSON")
        .hasMessageContaining("see that the URL is that of a Prometheus");
  }

  @Test
  void saysThatNobodyIsThere() {
    URI nobody = url();
    server.stop(0);

    assertThatThrownBy(() ->
            new PrometheusBackfill(settings(nobody, Optional.empty()), HttpClient.newHttpClient())
                .points(SHOP, List.of(range(0, 1)))
                .toList())
        .isInstanceOfSatisfying(BackfillException.class, e -> assertThat(e.isPassing()).isTrue())
        .hasMessageContaining("tidecaster.ingest.backfill.url");
  }

  @Test
  void looksBackOverWholeMinutes() {
    // 250 minutes before 09:00, the last whole minute
    assertThat(backfill().lookback(NINE.plusSeconds(59)))
        .isEqualTo(new MinuteRange(NINE.minus(Duration.ofMinutes(250)), NINE));
  }

  private HttpServer start() {
    try {
      HttpServer started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      started.createContext("/api/v1/query_range", this::answer);
      started.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<LoadPoint> points(MinuteRange... missing) {
    return backfill().points(SHOP, List.of(missing)).toList();
  }

  private PrometheusBackfill backfill() {
    return new PrometheusBackfill(settings(url(), Optional.empty()), HttpClient.newHttpClient());
  }

  private static BackfillSettings settings(URI url, Optional<String> authorization) {
    return new BackfillSettings(
        url,
        Duration.ofMinutes(250),
        100,
        Duration.ofSeconds(20),
        3,
        Duration.ofMillis(1),
        20_000,
        authorization);
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    String raw =
        exchange.getRequestMethod().equals("GET")
            ? exchange.getRequestURI().getRawQuery()
            : new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    Map<String, String> form =
        Stream.of(raw.split("&"))
            .map(field -> field.split("=", 2))
            .collect(
                Collectors.toMap(field -> field[0], field -> URLDecoder.decode(field[1], UTF_8)));
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
            form));
    Answer answer =
        script.isEmpty()
            ? new Answer(200, answers.getOrDefault(form.get("query"), otherwise(form)))
            : script.removeFirst();
    byte[] body = answer.body().getBytes(UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** No replicas, and nothing of what nobody has said is there. */
  private static String otherwise(Map<String, String> form) {
    return form.getOrDefault("query", "").startsWith("count(") ? matrix() : "{}";
  }

  private static String matrix(String... points) {
    return """
    {"status":"success","data":{"resultType":"matrix","result":[%s]},"warnings":["partial"]}
    """
        .formatted(
            points.length == 0
                ? ""
                : "{\"metric\":{},\"values\":[" + String.join(",", points) + "]}");
  }

  private static String at(int minutesPastNine, String value) {
    return "[%s,\"%s\"]".formatted(seconds(minutesPastNine), value);
  }

  private static String seconds(int minutesPastNine) {
    return Long.toString(minute(minutesPastNine).getEpochSecond());
  }

  private static MinuteRange range(int from, int to) {
    return new MinuteRange(minute(from), minute(to));
  }

  private static Instant minute(int pastNine) {
    return NINE.plus(Duration.ofMinutes(pastNine));
  }

  private static LoadPoint point(int pastNine, OptionalDouble load, OptionalDouble cpu) {
    return new LoadPoint(minute(pastNine), load, cpu, 0, 0);
  }
}
