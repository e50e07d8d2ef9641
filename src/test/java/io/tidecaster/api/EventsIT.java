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
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Announcing events over REST; the service's time stands at noon of 4 May 2026. */
@QuarkusTest
@TestProfile(FakesProfile.class)
class EventsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SALE =
      """
      {"id": "sale", "kind": "campaign", "label": "Spring sale", "start": "2026-05-04T16:00:00+02:00",
       "durationSeconds": 3600, "factor": 2.5, "scalers": ["crm/crm-web"]}\
      """;

  @Inject FakeBoard board;
  @Inject FakeEvents events;

  @BeforeEach
  void showTwoScalers() {
    events.wipe();
    board.wipe();
    board.show(Examples.fresh(REPORTS));
    board.show(Examples.decided(WEB, NOON));
  }

  private static Response post(String body) {
    return given().contentType("application/json").body(body).post("/api/v1/events");
  }

  private static Response put(String id, String body) {
    return given().contentType("application/json").body(body).put("/api/v1/events/" + id);
  }

  private static JsonNode json(Response response, int status) throws IOException {
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
    return JSON.readTree(response.asByteArray());
  }

  private static List<String> ids(JsonNode page) {
    return page.path("items").findValuesAsText("id");
  }

  @Test
  void announcesAnEvent() throws IOException {
    Response response = post(SALE);

    JsonNode event = json(response, 201);
    assertThat(response.header("Location")).endsWith("/api/v1/events/sale");
    assertThat(event)
        .isEqualTo(
            JSON.readTree(
                """
                {"id": "sale", "kind": "campaign", "label": "Spring sale",
                 "start": "2026-05-04T14:00:00Z", "end": "2026-05-04T15:00:00Z", "factor": 2.5,
                 "scalers": ["crm/crm-web"], "announcedAt": "2026-05-04T12:00:00Z",
                 "origin": "Announced"}\
                """));
    assertThat(json(given().get("/api/v1/events/sale"), 200)).isEqualTo(event);
  }

  @Test
  void takesTheSameAgainAndRefusesAnother() throws IOException {
    JsonNode first = json(post(SALE), 201);

    assertThat(json(post(SALE), 200)).isEqualTo(first);
    JsonNode problem = json(post(SALE.replace("2.5", "3")), 409);
    assertThat(problem.path("detail").asText())
        .isEqualTo(
            "event \"sale\" was announced with other values; PUT /api/v1/events/sale changes it");
  }

  @Test
  void makesAnIdUpWhereNoneIsGiven() throws IOException {
    JsonNode event =
        json(
            post("{\"kind\":\"match\",\"start\":\"2026-05-04T14:00:00Z\",\"durationSeconds\":60}"),
            201);

    assertThat(event.path("id").asText()).hasSizeGreaterThan(30);
    assertThat(event.path("factor").isNull()).isTrue();
    assertThat(event.path("scalers")).isEmpty();
  }

  @Test
  void changesAndWithdrawsAnEvent() throws IOException {
    assertThat(put("sale", SALE).statusCode()).isEqualTo(201);

    assertThat(json(put("sale", SALE.replace("2.5", "3")), 200).path("factor").asDouble())
        .isEqualTo(3);
    assertThat(given().delete("/api/v1/events/sale").statusCode()).isEqualTo(204);
    assertThat(json(given().get("/api/v1/events/sale"), 404).path("detail").asText())
        .isEqualTo("there is no event \"sale\"; GET /api/v1/events lists those there are");
    assertThat(given().delete("/api/v1/events/sale").statusCode()).isEqualTo(404);
  }

  @Test
  void pagesThroughTheEventsByTheirStart() throws IOException {
    for (String id : List.of("c", "a", "b")) {
      put(
          id,
          SALE.replace("\"id\": \"sale\", ", "")
              .replace("16:00", "1" + (id.charAt(0) - 'a') + ":00"));
    }

    JsonNode first = json(given().get("/api/v1/events?limit=2"), 200);
    JsonNode second =
        json(given().get("/api/v1/events?limit=2&cursor=" + first.path("next").asText()), 200);

    assertThat(ids(first)).containsExactly("a", "b");
    assertThat(ids(second)).containsExactly("c");
    assertThat(second.path("next").isNull()).isTrue();
    // b ends at 12:00+02:00
    assertThat(ids(json(given().get("/api/v1/events?since=2026-05-04T10:00:00Z"), 200)))
        .containsExactly("c");
  }

  @Test
  void showsAScalerWhatConcernsIt() throws IOException {
    post(SALE);

    JsonNode calendar = json(given().get("/api/v1/scalers/crm/crm-web/calendar"), 200);
    assertThat(calendar.path("timeZone").asText()).isEqualTo("Z");
    assertThat(calendar.path("items").findValuesAsText("label")).containsExactly("Spring sale");
    assertThat(json(given().get("/api/v1/scalers/crm/crm-reports/calendar"), 200).path("items"))
        .isEmpty();
    assertThat(given().get("/api/v1/scalers/crm/nobody/calendar").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "factor": 2.5      | "factor": 0.5                      | factor 0.5 must lie between 1.0 and 100.0
          "factor": 2.5      | "factor": "much"                   | factor "much" is no number
          "factor": 2.5      | "facter": 2.5                      | field "facter" is unknown; known here: id, kind
          "kind": "campaign" | "kind": "a b"                      | kind "a b" must have 1 to 63 letters
          "kind": "campaign" | "label": 7                         | kind is missing
          "id": "sale"       | "id": "a/b"                        | id "a/b" must have 1 to 128
          "id": "sale"       | "announcedAt": "2026-05-04T12:00:01Z" | announcedAt 2026-05-04T12:00:01Z is after now
          "durationSeconds": 3600 | "label": "x"                  | neither end nor durationSeconds is given
          "durationSeconds": 3600 | "durationSeconds": 0          | durationSeconds 0 must be a whole number from 1
          "durationSeconds": 3600 | "durationSeconds": 2678401    | > 31 days; split it
          "durationSeconds": 3600 | "end": "2026-05-04T14:00:00Z" | not after its start
          "durationSeconds": 3600 | "end": "tomorrow"             | end "tomorrow" is no RFC 3339 time
          2026-05-04T16:00:00+02:00 | 2028-05-04T16:00:00Z        | is more than 400 days after now
          ["crm/crm-web"]    | ["web"]                            | scaler "web" is neither namespace/name nor namespace/*
          ["crm/crm-web"]    | []                                 | is no list of namespace/name
          """)
  void saysWhatIsWrong(String part, String instead, String detail) throws IOException {
    JsonNode problem = json(post(SALE.replace(part, instead)), 422);

    assertThat(problem.path("type").asText()).isEqualTo("urn:tidecaster:problem:invalid-event");
    assertThat(problem.path("detail").asText()).contains(detail);
    assertThat(events.all()).isEmpty();
  }

  @Test
  void refusesWhatIsNoJsonAndWhatIsNoEvent() {
    assertThat(post("{").statusCode()).isEqualTo(400);
    assertThat(post("[]").statusCode()).isEqualTo(422);
    assertThat(put("other", SALE).statusCode()).isEqualTo(422);
  }

  @Test
  void saysThatKafkaDidNotAnswer() throws IOException {
    events.kafkaNeverAnswers();

    assertThat(json(post(SALE), 503).path("detail").asText())
        .contains("the event was not on Kafka within");
  }
}
