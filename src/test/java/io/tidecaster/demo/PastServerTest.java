package io.tidecaster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PastServerTest {
  private static final Instant NOW = Instant.parse("2026-03-31T12:00:00Z");
  private static final String QUERY = "sum(rate(requests_total{app=\"crm\"}[1m]))";

  private final PastServer server =
      new PastServer(
          () -> NOW,
          Map.of(
              QUERY, seconds -> seconds % 120 == 0 ? Double.NaN : seconds - NOW.getEpochSecond()));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void tellsTheValuesThatAreKnownAndNothingOfTheFuture() throws Exception {
    long now = NOW.getEpochSecond();

    var response = ask(QUERY, now - 180, now + 600, 60);

    // −180 and −60 are known, −120 and 0 are gaps, +60 has not happened
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .contains("\"values\":[[%d,\"-180.0\"],[%d,\"-60.0\"]]".formatted(now - 180, now - 60));
  }

  @Test
  void refusesAnotherQuery() throws Exception {
    var response = ask("up", 0, 60, 60);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("\"status\":\"error\"");
  }

  @Test
  void refusesMorePointsThanAPrometheusWould() throws Exception {
    long now = NOW.getEpochSecond();

    assertThat(ask(QUERY, now - 11_001 * 60L, now, 60).statusCode()).isEqualTo(400);
    assertThat(ask(QUERY, now - 11_000 * 60L, now, 60).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> ask(String query, long start, long end, long step) throws Exception {
    URI uri =
        URI.create(
            "%s/api/v1/query_range?query=%s&start=%d&end=%d&step=%d"
                .formatted(
                    server.url(),
                    URLEncoder.encode(query, StandardCharsets.UTF_8),
                    start,
                    end,
                    step));
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
