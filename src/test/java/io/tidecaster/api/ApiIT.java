package io.tidecaster.api;

import static io.restassured.RestAssured.given;
import static io.tidecaster.api.Examples.NOON;
import static io.tidecaster.api.Examples.REPORTS;
import static io.tidecaster.api.Examples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.ScalerId;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served under /api/v1, the event stream aside. */
@QuarkusTest
@TestProfile(FakesProfile.class)
class ApiIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Inject FakeBoard board;
  @Inject FakeModes modes;

  @BeforeEach
  void showTwoScalers() {
    board.wipe();
    modes.reset();
    board.show(Examples.fresh(REPORTS));
    board.show(Examples.decided(WEB, NOON));
  }

  private static JsonNode get(String path) throws IOException {
    Response response = given().get(path);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    assertThat(response.contentType()).startsWith("application/json");
    return JSON.readTree(response.asByteArray());
  }

  private static JsonNode problem(Response response, int status) throws IOException {
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
    assertThat(response.contentType()).startsWith("application/problem+json");
    JsonNode problem = JSON.readTree(response.asByteArray());
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("type").asText()).isNotEmpty();
    assertThat(problem.path("title").asText()).isNotEmpty();
    return problem;
  }

  private static Response putMode(String path, String body) {
    return given().contentType("application/json").body(body).put(path);
  }

  private static List<String> texts(JsonNode items, String field) {
    List<String> texts = new ArrayList<>();
    items.forEach(item -> texts.add(item.path(field).asText()));
    return texts;
  }

  @Test
  void listsTheScalersInOrder() throws IOException {
    JsonNode page = get("/api/v1/scalers");

    assertThat(page.path("items").get(0)).isEqualTo(ApiJsonTest.golden("scaler-fresh"));
    assertThat(page.path("items").get(1)).isEqualTo(ApiJsonTest.golden("scaler-decided"));
    assertThat(page.path("items")).hasSize(2);
    assertThat(page.has("next")).isTrue();
    assertThat(page.path("next").isNull()).isTrue();
  }

  @Test
  void listsNothingWhereThereIsNothing() throws IOException {
    board.wipe();

    assertThat(get("/api/v1/scalers").toString()).isEqualTo("{\"items\":[],\"next\":null}");
  }

  @Test
  void pagesThroughTheScalers() throws IOException {
    board.show(Examples.fresh(new ScalerId("shop", "cart")));

    JsonNode first = get("/api/v1/scalers?limit=2");
    JsonNode second = get("/api/v1/scalers?limit=2&cursor=" + first.path("next").asText());

    assertThat(texts(first.path("items"), "name")).containsExactly("crm-reports", "crm-web");
    assertThat(texts(second.path("items"), "name")).containsExactly("cart");
    assertThat(second.path("next").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "crm-web, '', scaler-decided",
    "crm-reports, '', scaler-fresh",
    "crm-web, /forecast, forecast",
    "crm-reports, /forecast, forecast-not-ready",
    "crm-web, /recommendation, recommendation",
    "crm-reports, /recommendation, recommendation-not-ready",
    "crm-web, /mode, scaler-mode",
  })
  void showsAScaler(String name, String what, String golden) throws IOException {
    assertThat(get("/api/v1/scalers/crm/" + name + what)).isEqualTo(ApiJsonTest.golden(golden));
  }

  @Test
  void saysWhyAndHowWell() throws IOException {
    board.report(WEB, Examples.REPORT);

    JsonNode accuracy = get("/api/v1/scalers/crm/crm-web/accuracy");
    assertThat(accuracy.path("trusted").asBoolean()).isTrue();
    assertThat(accuracy.path("sentence").asText())
        .isEqualTo("The forecasts lose 31 % less than the seasonal naive ones.");
    JsonNode lead = accuracy.path("leads").get(1);
    assertThat(lead.path("aheadSeconds").asInt()).isEqualTo(1800);
    // 1 − 3 ÷ 4
    assertThat(lead.path("skill").asDouble()).isEqualTo(0.25);
    assertThat(lead.path("coverage").toString())
        .isEqualTo("{\"0.5\":0.51,\"0.9\":0.89,\"0.95\":0.945,\"0.99\":0.985}");
    JsonNode why = get("/api/v1/scalers/crm/crm-web/why").path("items").get(0);
    assertThat(why.path("sentence").asText()).startsWith("In 30 min the load is expected");
    assertThat(why.path("causes").get(0).path("change").asDouble()).isEqualTo(81);
  }

  @Test
  void saysThatNothingWasScoredYet() throws IOException {
    board.report(WEB, ForecastReport.of(Examples.NOT_READY));

    assertThat(get("/api/v1/scalers/crm/crm-reports/accuracy").path("skill").isNull()).isTrue();
    JsonNode why = get("/api/v1/scalers/crm/crm-web/why");
    assertThat(why.path("items")).isEmpty();
    assertThat(why.path("notReady").path("reason").asText()).isEqualTo("TooLittleHistory");
  }

  @Test
  void showsWhatTheContainersWillUse() throws IOException {
    String path = "/api/v1/scalers/crm/crm-web/usage";
    assertThat(problem(given().get(path), 404).path("detail").asText())
        .isEqualTo(
            "scaler \"crm/crm-web\" sizes no container; name one in spec.vertical.containers");
    board.show(Examples.sized(WEB, NOON));
    JsonNode early = get(path).path("items").get(0);
    board.report(WEB, Examples.SIZED_REPORT);

    assertThat(early.at("/cpuCores/notReady/reason").asText()).isEqualTo("TooLittleHistory");
    assertThat(early.path("replicas").isNull()).isTrue();
    assertThat(get(path)).isEqualTo(ApiJsonTest.golden("usage"));
    problem(given().get("/api/v1/scalers/crm/nobody/usage"), 404);
  }

  @Test
  void listsDecisionsNewestFirst() throws IOException {
    board.decided(Examples.hold(WEB, NOON.plusSeconds(60)));

    JsonNode page = get("/api/v1/scalers/crm/crm-web/decisions");

    assertThat(texts(page.path("items"), "at"))
        .containsExactly("2026-05-04T12:01:00Z", "2026-05-04T12:00:00Z");
    assertThat(page.path("items").get(1)).isEqualTo(ApiJsonTest.golden("decision-scale"));
    assertThat(page.path("next").isNull()).isTrue();
  }

  @Test
  void pagesOfDecisionsHoldWhileNewOnesArrive() throws IOException {
    IntStream.rangeClosed(1, 4)
        .forEach(minute -> board.decided(Examples.hold(WEB, NOON.plusSeconds(60L * minute))));

    JsonNode first = get("/api/v1/scalers/crm/crm-web/decisions?limit=2");
    board.decided(Examples.hold(WEB, NOON.plus(Duration.ofMinutes(5))));
    JsonNode second =
        get("/api/v1/scalers/crm/crm-web/decisions?limit=2&cursor=" + first.path("next").asText());

    assertThat(texts(first.path("items"), "at"))
        .containsExactly("2026-05-04T12:04:00Z", "2026-05-04T12:03:00Z");
    assertThat(texts(second.path("items"), "at"))
        .containsExactly("2026-05-04T12:02:00Z", "2026-05-04T12:01:00Z");
  }

  @Test
  void listsNoDecisionBeforeSince() throws IOException {
    IntStream.rangeClosed(1, 3)
        .forEach(minute -> board.decided(Examples.hold(WEB, NOON.plusSeconds(60L * minute))));

    JsonNode page = get("/api/v1/scalers/crm/crm-web/decisions?since=2026-05-04T12:02:00Z");

    assertThat(texts(page.path("items"), "at"))
        .containsExactly("2026-05-04T12:03:00Z", "2026-05-04T12:02:00Z");
  }

  @Test
  void setsAScalersMode() throws IOException {
    Response response = putMode("/api/v1/scalers/crm/crm-web/mode", "{\"mode\":\"Paused\"}");

    assertThat(JSON.readTree(response.asByteArray()).toString())
        .isEqualTo("{\"mode\":\"Paused\",\"modeInForce\":\"Paused\"}");
    assertThat(get("/api/v1/scalers/crm/crm-web").path("mode").asText()).isEqualTo("Paused");
  }

  @Test
  void takesAScalersModeBack() throws IOException {
    String path = "/api/v1/scalers/crm/crm-web/mode";
    String before = get(path).toString();
    putMode(path, "{\"mode\":\"Paused\"}");

    Response response = given().delete(path);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(response.asByteArray()).toString()).isEqualTo(before);
    assertThat(get(path).toString()).isEqualTo(before);
  }

  @Test
  void aModeAboveTheCeilingIsKeptAndHoldsOnceTheCeilingIsRaised() throws IOException {
    putMode("/api/v1/scalers/crm/crm-reports/mode", "{\"mode\":\"Enforcing\"}");
    JsonNode below = get("/api/v1/scalers/crm/crm-reports/mode");
    putMode("/api/v1/mode", "{\"mode\":\"Enforcing\"}");
    JsonNode raised = get("/api/v1/scalers/crm/crm-reports/mode");

    assertThat(below.path("modeInForce").asText()).isEqualTo("Advisory");
    assertThat(raised.path("modeInForce").asText()).isEqualTo("Enforcing");
  }

  @Test
  void setsTheInstallationsMode() throws IOException {
    Response response = putMode("/api/v1/mode", "{\"mode\":\"Paused\"}");

    assertThat(response.asString()).isEqualTo("{\"mode\":\"Paused\"}");
    assertThat(get("/api/v1/mode").toString()).isEqualTo("{\"mode\":\"Paused\"}");
    assertThat(modes.installation()).isEqualTo(Mode.PAUSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/mode", "/api/v1/scalers/crm/crm-web/mode"})
  void refusesAModeThatThereIsNot(String path) throws IOException {
    JsonNode problem = problem(putMode(path, "{\"mode\":\"Fast\"}"), 422);

    assertThat(problem.path("type").asText()).isEqualTo("urn:tidecaster:problem:invalid-mode");
    assertThat(problem.path("detail").asText())
        .isEqualTo(
            "mode \"Fast\" is none of Paused, Advisory, Enforcing; send {\"mode\":\"Advisory\"}");
    assertThat(problem.path("value").asText()).isEqualTo("Fast");
    assertThat(problem.path("allowed").toString())
        .isEqualTo("[\"Paused\",\"Advisory\",\"Enforcing\"]");
    assertThat(problem.path("instance").asText()).isEqualTo(path);
    assertThat(modes.installation()).isEqualTo(Mode.ADVISORY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"mode\":null}", "{\"mod\":\"Paused\"}", "null", ""})
  void refusesABodyWithoutAMode(String body) throws IOException {
    JsonNode problem = problem(putMode("/api/v1/mode", body), 422);

    assertThat(problem.path("detail").asText()).startsWith("no mode is given");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"mode\":", "mode=Paused", "[]", "{\"mode\":{\"a\":1}}", "\"Paused\"", "{,}"})
  void refusesWhatIsNoModeInJson(String body) throws IOException {
    JsonNode problem = problem(putMode("/api/v1/mode", body), 400);

    assertThat(problem.path("type").asText()).isEqualTo("urn:tidecaster:problem:malformed-json");
    assertThat(problem.path("detail").asText())
        .contains("cannot be read")
        .doesNotContain("io.tidecaster", "jackson");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/scalers/crm/nobody",
        "/api/v1/scalers/nowhere/crm-web",
        "/api/v1/scalers/crm/nobody/forecast",
        "/api/v1/scalers/crm/nobody/recommendation",
        "/api/v1/scalers/crm/nobody/decisions",
        "/api/v1/scalers/crm/nobody/mode",
        "/api/v1/scalers/crm/nobody/stream",
        "/api/v1/scalers/crm/a%2Fb",
      })
  void saysThatThereIsNoSuchScaler(String path) throws IOException {
    JsonNode problem = problem(given().urlEncodingEnabled(false).get(path), 404);

    assertThat(problem.path("type").asText()).isEqualTo("urn:tidecaster:problem:unknown-scaler");
    assertThat(problem.path("detail").asText()).contains("GET /api/v1/scalers");
  }

  @Test
  void setsNoModeOfAScalerThatThereIsNot() throws IOException {
    problem(putMode("/api/v1/scalers/crm/nobody/mode", "{\"mode\":\"Paused\"}"), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/nothing",
        "/api/v2/scalers",
        "/api/v1/scalers/crm",
        "/api/v1/scalers/crm/crm-web/nothing",
        "/api/v1/mode/nothing",
      })
  void saysThatThereIsNothingAtAnUnknownPath(String path) throws IOException {
    JsonNode problem = problem(given().get(path), 404);

    assertThat(problem.path("detail").asText())
        .isEqualTo("there is nothing at " + path + "; /q/openapi lists what there is");
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /api/v1/scalers/crm/crm-web",
    "POST, /api/v1/scalers",
    "POST, /api/v1/mode",
    "PATCH, /api/v1/scalers/crm/crm-web/mode",
  })
  void refusesAMethodThatAPathDoesNotTake(String method, String path) throws IOException {
    Response response = given().contentType("application/json").body("{}").request(method, path);

    problem(response, 405);
    assertThat(response.header("Allow")).contains("GET");
  }

  @Test
  void refusesAnAcceptThatItCannotMeet() throws IOException {
    problem(given().accept("application/xml").get("/api/v1/scalers"), 406);
    problem(given().accept("text/plain").get("/api/v1/scalers/crm/crm-web/stream"), 406);
  }

  @Test
  void refusesABodyThatIsNotSaidToBeJson() throws IOException {
    problem(
        given().contentType("text/plain").body("{\"mode\":\"Paused\"}").put("/api/v1/mode"), 415);
  }

  @ParameterizedTest
  @CsvSource({
    "scalers?limit=0, limit 0 < 1; ask for 1 to 1000 items",
    "scalers?limit=x, 'limit \"x\" is no number; ask for 1 to 1000 items'",
    "scalers/crm/crm-web/decisions?limit=1001, limit 1001 > 1000; ask for 1 to 1000 items",
    "scalers/crm/crm-web/decisions?cursor=x, 'cursor \"x\" is none of ours; take the page before''s"
        + " next, or leave it out'",
    "scalers/crm/crm-web/decisions?since=now, 'since \"now\" is no RFC 3339 time; write it as"
        + " 2026-05-04T09:31:00Z'",
  })
  void refusesAParameterThatItCannotRead(String query, String detail) throws IOException {
    JsonNode problem = problem(given().get("/api/v1/" + query), 400);

    assertThat(problem.path("type").asText()).isEqualTo("urn:tidecaster:problem:invalid-parameter");
    assertThat(problem.path("detail").asText()).isEqualTo(detail);
  }

  @Test
  void saysWhenAModeDoesNotReachKafkaInTime() throws IOException {
    modes.kafkaNeverAnswers();

    Response response = putMode("/api/v1/mode", "{\"mode\":\"Paused\"}");

    JsonNode problem = problem(response, 503);
    assertThat(problem.path("type").asText()).isEqualTo("urn:tidecaster:problem:unavailable");
    assertThat(response.header("Retry-After")).isEqualTo("5");
  }

  @Test
  void passesOnWhyAModeCannotBeSet() throws IOException {
    modes.kafkaFailsWith(new ProblemException(Problem.unavailable("no broker at kafka:9092")));
    JsonNode away =
        problem(putMode("/api/v1/scalers/crm/crm-web/mode", "{\"mode\":\"Paused\"}"), 503);
    modes.kafkaFailsWith(new ProblemException(Problem.conflict("installed as advisory")));
    JsonNode refused = problem(putMode("/api/v1/mode", "{\"mode\":\"Enforcing\"}"), 409);

    assertThat(away.path("detail").asText()).isEqualTo("no broker at kafka:9092");
    assertThat(refused.path("detail").asText()).isEqualTo("installed as advisory");
  }

  @Test
  void tellsNothingOfItsInsidesWhenItFails() throws IOException {
    board.failWith(new IllegalStateException("secret of the house"));

    Response response = given().get("/api/v1/scalers");

    JsonNode problem = problem(response, 500);
    assertThat(problem.path("detail").asText()).contains("incident");
    assertThat(response.asString()).doesNotContain("secret", "IllegalState", "\tat ", "java");
  }

  @Test
  void aProblemIsNeverCached() {
    assertThat(given().get("/api/v1/nothing").header("Cache-Control")).isEqualTo("no-store");
  }
}
