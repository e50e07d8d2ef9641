package io.tidecaster.api;

import static io.restassured.RestAssured.given;
import static io.tidecaster.api.Examples.NOON;
import static io.tidecaster.api.Examples.REPORTS;
import static io.tidecaster.api.Examples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Event;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.workload.ScalerId;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The OpenAPI document is whole, and says what the service does. */
@QuarkusTest
@TestProfile(FakesProfile.class)
class OpenApiIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCALER = "/api/v1/scalers/{namespace}/{name}";

  private static final String EVENTS = "/api/v1/events";

  /** Path → methods. */
  private static final Map<String, List<String>> OPERATIONS =
      Map.ofEntries(
          Map.entry("/api/v1/scalers", List.of("get")),
          Map.entry(SCALER, List.of("get")),
          Map.entry(SCALER + "/forecast", List.of("get")),
          Map.entry(SCALER + "/recommendation", List.of("get")),
          Map.entry(SCALER + "/usage", List.of("get")),
          Map.entry(SCALER + "/decisions", List.of("get")),
          Map.entry(SCALER + "/mode", List.of("get", "put", "delete")),
          Map.entry(SCALER + "/stream", List.of("get")),
          Map.entry(SCALER + "/calendar", List.of("get")),
          Map.entry(SCALER + "/accuracy", List.of("get")),
          Map.entry(SCALER + "/why", List.of("get")),
          Map.entry(SCALER + "/balancer", List.of("get")),
          Map.entry("/api/v1/mode", List.of("get", "put")),
          Map.entry(EVENTS, List.of("get", "post")),
          Map.entry(EVENTS + "/{id}", List.of("get", "put", "delete")));

  @Inject FakeBoard board;
  @Inject FakeModes modes;
  @Inject FakeEvents events;

  @BeforeEach
  void showTwoScalers() {
    board.wipe();
    modes.reset();
    board.report(WEB, Examples.REPORT);
    board.report(REPORTS, ForecastReport.of(Examples.NOT_READY));
    events.wipe();
    events
        .announce(
            new Announcement(
                "sale",
                new Event(
                    NOON,
                    NOON.plusSeconds(60),
                    "campaign",
                    "Spring sale",
                    OptionalDouble.of(2),
                    NOON),
                List.of()))
        .await()
        .indefinitely();
    ScalerId sized = new ScalerId("crm", "crm-sized");
    board.show(Examples.sized(sized, NOON));
    board.report(sized, Examples.SIZED_REPORT);
    board.show(Examples.sized(new ScalerId("crm", "crm-fresh"), NOON));
    board.show(Examples.fresh(REPORTS));
    board.show(Examples.decided(WEB, NOON));
    board.decided(Examples.hold(WEB, NOON.plusSeconds(60)));
  }

  private static JsonNode document() throws IOException {
    return JSON.readTree(given().accept("application/json").get("/q/openapi").asByteArray());
  }

  @Test
  void everyOperationIsDescribed() throws IOException {
    JsonNode paths = document().path("paths");

    OPERATIONS.forEach((path, methods) -> {
      for (String method : methods) {
        JsonNode operation = paths.path(path).path(method);
        assertThat(operation.path("summary").asText()).as(method + " " + path).isNotEmpty();
        assertThat(operation.path("tags")).as(method + " " + path).isNotEmpty();
        assertThat(operation.path("responses").fieldNames())
            .toIterable()
            .containsAnyOf("200", "204");
      }
    });
  }

  @Test
  void aRefusedMethodIsAnsweredWithThoseThatAreDescribed() {
    OPERATIONS.forEach((path, methods) -> {
      String real =
          path.replace("{namespace}", "crm").replace("{name}", "crm-web").replace("{id}", "sale");
      String allow = given().request("PATCH", real).header("Allow").toLowerCase(Locale.ROOT);
      List<String> allowed = new ArrayList<>(List.of(allow.split(", ")));
      allowed.removeAll(List.of("head", "options"));
      assertThat(allowed).as(real).containsExactlyElementsOf(methods);
    });
  }

  @Test
  void everyPropertyIsDescribedOrShownByExample() throws IOException {
    JsonNode schemas = document().path("components").path("schemas");

    for (String name :
        List.of("Scaler", "Decision", "Size", "Memory", "Forecast", "Recommendation", "Problem")) {
      JsonNode properties = schemas.path(name).path("properties");
      assertThat(properties).as(name).isNotEmpty();
      for (Map.Entry<String, JsonNode> property : properties.properties()) {
        String text = property.getValue().toString();
        assertThat(text)
            .as(name + "." + property.getKey())
            .containsAnyOf("description", "examples", "$ref");
      }
    }
  }

  @Test
  void everyReferenceLeadsSomewhere() throws IOException {
    JsonNode document = document();

    assertThat(document.findValuesAsText("$ref"))
        .isNotEmpty()
        .allSatisfy(
            reference -> assertThat(document.at(reference.substring(1)).isMissingNode()).isFalse());
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/scalers, /api/v1/scalers, 200",
    "/api/v1/scalers?limit=0, /api/v1/scalers, 400",
    "/api/v1/scalers/crm/crm-web, /api/v1/scalers/{namespace}/{name}, 200",
    "/api/v1/scalers/crm/crm-reports, /api/v1/scalers/{namespace}/{name}, 200",
    "/api/v1/scalers/crm/nobody, /api/v1/scalers/{namespace}/{name}, 404",
    "/api/v1/scalers/crm/crm-web/forecast, /api/v1/scalers/{namespace}/{name}/forecast, 200",
    "/api/v1/scalers/crm/crm-reports/forecast, /api/v1/scalers/{namespace}/{name}/forecast, 200",
    "/api/v1/scalers/crm/crm-sized/usage, /api/v1/scalers/{namespace}/{name}/usage, 200",
    "/api/v1/scalers/crm/crm-fresh/usage, /api/v1/scalers/{namespace}/{name}/usage, 200",
    "/api/v1/scalers/crm/crm-web/usage, /api/v1/scalers/{namespace}/{name}/usage, 404",
    "/api/v1/scalers/crm/crm-web/recommendation,"
        + " /api/v1/scalers/{namespace}/{name}/recommendation, 200",
    "/api/v1/scalers/crm/crm-reports/recommendation,"
        + " /api/v1/scalers/{namespace}/{name}/recommendation, 200",
    "/api/v1/scalers/crm/crm-web/decisions, /api/v1/scalers/{namespace}/{name}/decisions, 200",
    "/api/v1/scalers/crm/crm-web/mode, /api/v1/scalers/{namespace}/{name}/mode, 200",
    "/api/v1/mode, /api/v1/mode, 200",
    "/api/v1/scalers/crm/crm-web/accuracy, /api/v1/scalers/{namespace}/{name}/accuracy, 200",
    "/api/v1/scalers/crm/crm-reports/accuracy, /api/v1/scalers/{namespace}/{name}/accuracy, 200",
    "/api/v1/scalers/crm/crm-web/why, /api/v1/scalers/{namespace}/{name}/why, 200",
    "/api/v1/scalers/crm/crm-reports/why, /api/v1/scalers/{namespace}/{name}/why, 200",
    "/api/v1/scalers/crm/crm-web/balancer, /api/v1/scalers/{namespace}/{name}/balancer, 200",
    "/api/v1/scalers/crm/crm-reports/balancer, /api/v1/scalers/{namespace}/{name}/balancer, 200",
    "/api/v1/scalers/crm/crm-web/balancer?sources=0,"
        + " /api/v1/scalers/{namespace}/{name}/balancer, 400",
    "/api/v1/scalers/crm/nobody/balancer, /api/v1/scalers/{namespace}/{name}/balancer, 404",
    "/api/v1/events, /api/v1/events, 200",
    "/api/v1/events/sale, /api/v1/events/{id}, 200",
    "/api/v1/events/nothing, /api/v1/events/{id}, 404",
    "/api/v1/scalers/crm/crm-web/calendar, /api/v1/scalers/{namespace}/{name}/calendar, 200",
  })
  void responsesAreAsDescribed(String request, String path, int status) throws IOException {
    JsonNode document = closed(document());
    var response = given().get(request);
    assertThat(response.statusCode()).isEqualTo(status);

    JsonNode described =
        document.at("/paths/" + path.replace("/", "~1") + "/get/responses/" + status);
    if (described.has("$ref")) {
      described = document.at(described.path("$ref").asText().substring(1));
    }
    String mediaType = response.contentType().replaceFirst(";.*", "");
    JsonNode schema = described.path("content").path(mediaType).path("schema");
    assertThat(schema.isMissingNode()).as("%s %d %s", path, status, mediaType).isFalse();

    assertThat(violations(document, schema, JSON.readTree(response.asByteArray()))).isEmpty();
  }

  private static Set<ValidationMessage> violations(
      JsonNode document, JsonNode schema, JsonNode value) {
    ObjectNode root = schema.deepCopy();
    root.set("components", document.path("components"));
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(root)
        .validate(value);
  }

  /** The document with every object closed, so that a property it does not name is an error. */
  private static JsonNode closed(JsonNode document) {
    Iterator<JsonNode> schemas = document.path("components").path("schemas").elements();
    StreamSupport.stream(((Iterable<JsonNode>) () -> schemas).spliterator(), false)
        .filter(schema -> schema.has("properties"))
        .map(ObjectNode.class::cast)
        .forEach(schema -> schema.put("additionalProperties", false));
    return document;
  }
}
