package io.tidecaster.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Prometheus answers to a range query.
 *
 * @param values by the time of the evaluation, in seconds since the epoch; NaN and infinite ones
 *     are left out, for they say as little as an absent one
 * @param warnings what Prometheus adds for people
 */
record RangeQueryResult(Map<Long, Double> values, List<String> warnings) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * @throws BackfillException where it is an error or not one series
   */
  static RangeQueryResult parse(String query, byte[] body) {
    JsonNode json = json(body);
    if (!json.path("status").asText().equals("success")) {
      throw new BackfillException(
          "Prometheus refuses the query %s: %s".formatted(query, errorIn(json)), false);
    }
    JsonNode result = json.path("data").path("result");
    if (!json.path("data").path("resultType").asText().equals("matrix") || !result.isArray()) {
      throw new BackfillException(
          "Prometheus answers the query %s with a %s, not with a matrix"
              .formatted(query, json.path("data").path("resultType")),
          false);
    }
    if (result.size() > 1) {
      throw new BackfillException(
          "the query %s gives %d series, %s and %s among them, and must give one; wrap it in sum(…)"
              .formatted(
                  query,
                  result.size(),
                  result.path(0).path("metric"),
                  result.path(1).path("metric")),
          false);
    }
    List<String> warnings = new ArrayList<>();
    json.path("warnings").forEach(warning -> warnings.add(warning.asText()));
    return new RangeQueryResult(values(query, result.path(0).path("values")), warnings);
  }

  /** What an answer with an error status says, as far as it says anything. */
  static String error(byte[] body) {
    try {
      return errorIn(JSON.readTree(body));
    } catch (IOException e) {
      return "(no JSON in the answer)";
    }
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new BackfillException(
          "the answer is not Prometheus' JSON (%s); see that the URL is that of a Prometheus"
              .formatted(e.getMessage()),
          false);
    }
  }

  private static String errorIn(JsonNode json) {
    String type = json.path("errorType").asText();
    String error = json.path("error").asText();
    return type.isEmpty() && error.isEmpty() ? "(no error in the answer)" : type + ": " + error;
  }

  private static Map<Long, Double> values(String query, JsonNode points) {
    Map<Long, Double> values = new TreeMap<>();
    for (JsonNode point : points) {
      double time = point.path(0).asDouble(Double.NaN);
      double value = number(point.path(1).asText());
      if (time % 60 != 0) {
        throw new BackfillException(
            "Prometheus answers the query %s with a value at %s, which is no whole minute"
                .formatted(query, point.path(0)),
            false);
      }
      if (Double.isFinite(value)) {
        values.put((long) time, value);
      }
    }
    return values;
  }

  private static double number(String text) {
    return switch (text) {
      case "NaN", "+Inf", "-Inf" -> Double.NaN;
      default -> parse(text);
    };
  }

  private static double parse(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new BackfillException("Prometheus answers with the value \"" + text + "\"", false);
    }
  }
}
