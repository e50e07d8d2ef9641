package io.tidecaster.ingest;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidecaster.history.Sample;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One record of prometheus-kafka-adapter: {@code
 * {"timestamp":"2026-03-02T09:00:00Z","value":"17","name":"requests_total","labels":{"pod":"a"}}}.
 *
 * <p>The adapter writes "NaN" for a stale marker, and for a NaN that was measured too; it is read
 * as the former, which is by far the more frequent.
 *
 * @param labels the labels with the metric name among them
 */
record AdapterSample(
    String metric, Map<String, String> labels, long timestampMillis, double value) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** As Go writes a float; Java alone would also take "1f" or "0x1p3". */
  private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9.]+([eE][+-]?[0-9]+)?");

  AdapterSample {
    labels = Map.copyOf(labels);
  }

  /**
   * @throws UnreadableRecordException with the reason, where the record is no such JSON
   */
  static AdapterSample parse(byte[] record) throws UnreadableRecordException {
    JsonNode json = json(record);
    String metric = text(json, "name");
    if (metric.isEmpty()) {
      throw invalid("name is empty");
    }
    Map<String, String> labels = labels(json.path("labels"));
    labels.put(Labels.METRIC_NAME, metric);
    return new AdapterSample(
        metric, labels, timestampMillis(text(json, "timestamp")), value(text(json, "value")));
  }

  private static JsonNode json(byte[] record) throws UnreadableRecordException {
    try {
      JsonNode json = JSON.readTree(record);
      if (!json.isObject()) {
        throw undecodable("the record is no JSON object");
      }
      return json;
    } catch (UnreadableRecordException e) {
      throw e;
    } catch (IOException e) {
      throw undecodable("the record is no JSON: " + e.getMessage());
    }
  }

  private static String text(JsonNode json, String field) throws UnreadableRecordException {
    JsonNode value = json.path(field);
    if (!value.isTextual()) {
      throw undecodable("%s is missing or no string".formatted(field));
    }
    return value.textValue();
  }

  private static Map<String, String> labels(JsonNode json) throws UnreadableRecordException {
    if (!json.isObject()) {
      throw undecodable("labels is missing or no object");
    }
    Map<String, String> labels = new HashMap<>();
    for (Map.Entry<String, JsonNode> label : json.properties()) {
      if (!label.getValue().isTextual()) {
        throw undecodable("label %s is no string".formatted(label.getKey()));
      }
      labels.put(label.getKey(), label.getValue().textValue());
    }
    return labels;
  }

  private static long timestampMillis(String timestamp) throws UnreadableRecordException {
    try {
      return OffsetDateTime.parse(timestamp).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid("timestamp \"%s\" is not RFC 3339".formatted(timestamp));
    }
  }

  private static double value(String value) throws UnreadableRecordException {
    return switch (value) {
      case "NaN" -> Double.longBitsToDouble(Sample.STALE_MARKER);
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> decimal(value);
    };
  }

  private static double decimal(String value) throws UnreadableRecordException {
    try {
      if (DECIMAL.matcher(value).matches()) {
        return Double.parseDouble(value);
      }
    } catch (NumberFormatException _) {
      // As below: 1.2.3 passes the pattern.
    }
    throw invalid("value \"%s\" is no number".formatted(value));
  }

  private static UnreadableRecordException undecodable(String message) {
    return new UnreadableRecordException(DeadLetterReason.UNDECODABLE, message);
  }

  private static UnreadableRecordException invalid(String message) {
    return new UnreadableRecordException(DeadLetterReason.INVALID_VALUE, message);
  }
}
