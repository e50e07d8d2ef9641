package io.tidecaster.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tidecaster.workload.Mode;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nobody does anything under /api/v1 that the gatekeeper does not allow. */
@QuarkusTest
@TestProfile(FakesProfile.class)
class AccessIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  @Inject FakeBoard board;
  @Inject FakeModes modes;
  @Inject FakeGatekeeper gatekeeper;

  @BeforeEach
  void showAScaler() {
    board.wipe();
    modes.reset();
    board.show(Examples.fresh(Examples.REPORTS));
    gatekeeper.says(new Verdict.Allowed("ada"));
  }

  @AfterEach
  void openTheGate() {
    gatekeeper.says(new Verdict.Allowed("ada"));
  }

  @Test
  void everyOperationThatIsDescribedIsGuarded() throws IOException {
    JsonNode paths =
        JSON.readTree(given().accept("application/json").get("/q/openapi").asByteArray())
            .path("paths");
    gatekeeper.says(new Verdict.Unauthenticated("send a token"));
    List<String> tried = new ArrayList<>();
    paths
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(operation -> {
                  if (path.getKey().startsWith("/api/v1/")
                      && METHODS.contains(operation.getKey())) {
                    String real = path.getKey().replaceAll("\\{[^}]*}", "crm");
                    Response answer =
                        json(operation.getKey())
                            .request(operation.getKey().toUpperCase(Locale.ROOT), real);
                    assertThat(answer.statusCode()).as(operation.getKey() + real).isEqualTo(401);
                    assertThat(operation.getValue().path("responses").has("401")).isTrue();
                    tried.add(operation.getKey() + " " + path.getKey());
                  }
                }));

    assertThat(tried).contains("get /api/v1/scalers", "put /api/v1/mode").hasSizeGreaterThan(8);
  }

  private static RequestSpecification json(String method) {
    return method.equals("get")
        ? given()
        : given().contentType("application/json").body("{\"mode\":\"Paused\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/scalers, list predictivescalers.tidecaster.io in all namespaces",
    "GET, /api/v1/scalers?namespace=crm, list predictivescalers.tidecaster.io in namespace \"crm\"",
    "GET, /api/v1/scalers/crm/crm-reports/forecast, "
        + "get predictivescalers.tidecaster.io \"crm-reports\" in namespace \"crm\"",
    "PUT, /api/v1/scalers/crm/crm-reports/mode, "
        + "update predictivescalers.tidecaster.io \"crm-reports\" in namespace \"crm\"",
    "GET, /api/v1/mode, get installationmodes.tidecaster.io in all namespaces",
    "PUT, /api/v1/mode?namespace=crm, update installationmodes.tidecaster.io in all namespaces",
  })
  void asksForTheRightToWhatIsDone(String method, String path, String attempt) {
    json(method.toLowerCase(Locale.ROOT))
        .header("Authorization", "Bearer secret")
        .request(method, path)
        .then()
        .statusCode(200);

    assertThat(gatekeeper.asked()).containsExactly("secret " + attempt);
  }

  @Test
  void whoShowsNoTokenIsToldToSendOne() throws IOException {
    gatekeeper.says(new Verdict.Unauthenticated("send a token"));
    Response answer = json("put").put("/api/v1/mode");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"tidecaster\"");
    assertThat(answer.contentType()).startsWith("application/problem+json");
    JsonNode problem = JSON.readTree(answer.asByteArray());
    assertThat(problem.path("type").asText()).isEqualTo("urn:tidecaster:problem:unauthenticated");
    assertThat(problem.path("detail").asText()).isEqualTo("send a token");
    assertThat(gatekeeper.asked().getFirst()).startsWith("nobody ");
    assertThat(modes.installation()).isEqualTo(Mode.ADVISORY);
  }

  @Test
  void whoMayNotIsRefusedAndNothingChanges() throws IOException {
    gatekeeper.says(new Verdict.Forbidden("bob", "bob may not"));
    Response answer = json("put").put("/api/v1/scalers/crm/crm-reports/mode");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(JSON.readTree(answer.asByteArray()).path("detail").asText())
        .isEqualTo("bob may not");
    gatekeeper.says(new Verdict.Allowed("ada"));
    assertThat(given().get("/api/v1/scalers/crm/crm-reports/mode").asString())
        .doesNotContain("Paused");
  }

  @Test
  void whileNobodyCanBeAskedNothingIsAllowed() {
    gatekeeper.says(new Verdict.Unavailable("the API server is away"));
    Response answer = given().get("/api/v1/scalers");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("5");
  }

  @Test
  void countsWhatItJudged() {
    double before = counted("Forbidden");
    gatekeeper.says(new Verdict.Forbidden("bob", "bob may not"));
    given().get("/api/v1/scalers");

    assertThat(counted("Forbidden")).isEqualTo(before + 1);
  }

  private static double counted(String verdict) {
    return given()
        .get("/q/metrics")
        .asString()
        .lines()
        .filter(line -> line.startsWith("tidecaster_api_access_total") && line.contains(verdict))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
