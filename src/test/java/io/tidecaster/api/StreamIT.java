package io.tidecaster.api;

import static io.restassured.RestAssured.given;
import static io.tidecaster.api.Examples.NOON;
import static io.tidecaster.api.Examples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.workload.Mode;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The event stream, as a client on the wire sees it. */
@QuarkusTest
@TestProfile(FakesProfile.class)
@Timeout(20)
class StreamIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Inject FakeBoard board;
  @Inject FakeModes modes;
  @Inject EventStreams streams;

  @BeforeEach
  void showAScaler() {
    awaitOpenStreams(0);
    board.wipe();
    modes.reset();
    board.show(Examples.decided(WEB, NOON));
  }

  private static URI path() {
    return URI.create(
        "http://localhost:%d/api/v1/scalers/crm/crm-web/stream".formatted(RestAssured.port));
  }

  /** One event as it stands on the wire; a comment is an event named ":". */
  private record Wire(String name, @Nullable String id, String data) {}

  /** A client that reads one event after the other. */
  private static final class Client implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpResponse<InputStream> response;
    private final Scanner lines;

    Client(URI uri, String... headers) throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
      if (headers.length > 0) {
        request.headers(headers);
      }
      response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      lines = new Scanner(response.body(), StandardCharsets.UTF_8);
    }

    /** The next event, heartbeats included. */
    Wire nextOfAll() {
      String name = "";
      String id = null;
      StringBuilder data = new StringBuilder();
      while (true) {
        String line = lines.nextLine();
        if (line.isEmpty()) {
          if (!name.isEmpty()) {
            return new Wire(name, id, data.toString());
          }
        } else if (line.startsWith(":")) {
          name = ":";
        } else if (line.startsWith("event:")) {
          name = line.substring(6).strip();
        } else if (line.startsWith("id:")) {
          id = line.substring(3).strip();
        } else if (line.startsWith("data:")) {
          data.append(line.substring(5).strip());
        }
      }
    }

    Wire next() {
      Wire event = nextOfAll();
      while (event.name().equals(":")) {
        event = nextOfAll();
      }
      return event;
    }

    List<String> names(int count) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Wire event = next();
        names.add(event.id() == null ? event.name() : event.name() + " " + event.id());
      }
      return names;
    }

    boolean hasMore() {
      return lines.hasNextLine();
    }

    @Override
    public void close() throws IOException {
      http.shutdownNow();
      response.body().close();
    }
  }

  private void awaitOpenStreams(int count) {
    Eventually.that(
        count + " streams are open", Duration.ofSeconds(10), () -> streams.open() == count);
  }

  @Test
  void beginsWithHowThingsStand() throws Exception {
    try (Client client = new Client(path())) {
      Wire decision = client.next();
      Wire forecast = client.next();
      Wire scaler = client.next();

      assertThat(decision.name()).isEqualTo("decision");
      assertThat(decision.id()).isEqualTo("2026-05-04T12:00:00Z");
      assertThat(json(decision)).isEqualTo(ApiJsonTest.golden("decision-scale"));
      assertThat(forecast.name()).isEqualTo("forecast");
      assertThat(json(forecast)).isEqualTo(ApiJsonTest.golden("forecast"));
      assertThat(scaler.name()).isEqualTo("scaler");
      assertThat(json(scaler)).isEqualTo(ApiJsonTest.golden("scaler-decided"));
    }
  }

  @Test
  void isMeantToPassThroughProxies() throws Exception {
    try (Client client = new Client(path(), "Accept-Encoding", "gzip")) {
      var headers = client.response.headers();
      assertThat(headers.firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
      assertThat(headers.firstValue("Cache-Control")).contains("no-cache, no-transform");
      assertThat(headers.firstValue("X-Accel-Buffering")).contains("no");
      assertThat(headers.firstValue("Content-Encoding").orElse("identity")).isEqualTo("identity");
    }
  }

  @Test
  void tellsWhatIsDecidedAndForecastAsItComes() throws Exception {
    try (Client client = new Client(path())) {
      client.names(3);

      board.decided(Examples.hold(WEB, NOON.plusSeconds(60)));
      assertThat(client.names(2)).containsExactly("decision 2026-05-04T12:01:00Z", "scaler");
      board.forecast(WEB, Examples.NOT_READY);
      assertThat(client.names(1)).containsExactly("forecast");
      modes.setInstallation(Mode.PAUSED).await().indefinitely();
      assertThat(json(client.next()).path("modeInForce").asText()).isEqualTo("Paused");
    }
  }

  @Test
  void saysThatItLivesWhileNothingHappens() throws Exception {
    try (Client client = new Client(path())) {
      client.names(3);

      assertThat(client.nextOfAll().name()).isEqualTo(":");
      assertThat(client.nextOfAll().name()).isEqualTo(":");
    }
  }

  @Test
  void resumesWhereTheClientLeft() throws Exception {
    for (int minute = 1; minute <= 3; minute++) {
      board.decided(Examples.hold(WEB, NOON.plus(Duration.ofMinutes(minute))));
    }

    try (Client client = new Client(path(), "Last-Event-ID", "2026-05-04T12:01:00Z")) {
      assertThat(client.names(2))
          .containsExactly("decision 2026-05-04T12:02:00Z", "decision 2026-05-04T12:03:00Z");
    }
  }

  @Test
  void passesOverALastEventIdThatIsNoTime() throws Exception {
    try (Client client = new Client(path(), "Last-Event-ID", "seven")) {
      assertThat(client.next().id()).isEqualTo("2026-05-04T12:00:00Z");
    }
  }

  @Test
  void endsWhenTheScalerIsGone() throws Exception {
    try (Client client = new Client(path())) {
      client.names(3);

      board.remove(WEB);

      assertThat(client.names(1)).containsExactly("gone");
      while (client.hasMore()) {
        assertThat(client.lines.nextLine()).isEmpty();
      }
    }
    awaitOpenStreams(0);
  }

  @Test
  void refusesMoreStreamsThanItsBoundUntilOneCloses() throws Exception {
    try (Client first = new Client(path());
        Client second = new Client(path())) {
      try (Client third = new Client(path())) {
        List.of(first, second, third).forEach(client -> client.names(3));

        given().get(path()).then().statusCode(503).contentType("application/problem+json");
      }
      awaitOpenStreams(2);
      try (Client again = new Client(path())) {
        assertThat(again.names(3)).hasSize(3);
      }
    }
  }

  private static JsonNode json(Wire event) throws IOException {
    return JSON.readTree(event.data());
  }
}
