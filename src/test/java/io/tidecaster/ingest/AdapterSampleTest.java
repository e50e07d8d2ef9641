package io.tidecaster.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidecaster.history.Sample;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterSampleTest {

  @Test
  void readsWhatTheAdapterWrites() throws Exception {
    AdapterSample sample =
        parse(
            """
            {"timestamp":"2026-03-02T09:00:00Z","value":"17.5","name":"requests_total",
             "labels":{"__name__":"requests_total","app":"shop","pod":"a"}}
            """);

    assertThat(sample)
        .isEqualTo(
            new AdapterSample(
                "requests_total",
                Map.of("__name__", "requests_total", "app", "shop", "pod", "a"),
                1_772_442_000_000L,
                17.5));
  }

  @Test
  void namesTheSeriesAlikeWhereTheLabelsLeaveOutTheName() throws Exception {
    assertThat(parse(with("2026-03-02T09:00:00Z", "1")).labels())
        .isEqualTo(Map.of("__name__", "up", "pod", "a"));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-02T09:00:00Z, 1772442000000",
    "2026-03-02T17:00:00+08:00, 1772442000000",
    "2026-03-02T09:00:00.123Z, 1772442000123",
    "1969-12-31T23:59:59Z, -1000"
  })
  void readsTheTimesOfRfc3339(String timestamp, long millis) throws Exception {
    assertThat(parse(with(timestamp, "1")).timestampMillis()).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource({
    "17, 17",
    "-0.5, -0.5",
    "1e+06, 1000000",
    "0.000001, 1e-6",
    "+Inf, Infinity",
    "-Inf, -Infinity"
  })
  void readsTheNumbersThatGoWrites(String value, double number) throws Exception {
    assertThat(parse(with("2026-03-02T09:00:00Z", value)).value()).isEqualTo(number);
  }

  @Test
  void readsNaNAsAStaleMarker() throws Exception {
    double value = parse(with("2026-03-02T09:00:00Z", "NaN")).value();

    assertThat(Double.doubleToRawLongBits(value)).isEqualTo(Sample.STALE_MARKER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "not json|UNDECODABLE",
        "{|UNDECODABLE",
        "[]|UNDECODABLE",
        "null|UNDECODABLE",
        "{} {}|UNDECODABLE",
        "{}|UNDECODABLE",
        "{\"timestamp\":\"2026-03-02T09:00:00Z\",\"value\":1,\"name\":\"up\",\"labels\":{}}|UNDECODABLE",
        "{\"timestamp\":\"2026-03-02T09:00:00Z\",\"value\":\"1\",\"labels\":{}}|UNDECODABLE",
        "{\"timestamp\":\"2026-03-02T09:00:00Z\",\"value\":\"1\",\"name\":\"up\"}|UNDECODABLE",
        "{\"timestamp\":\"2026-03-02T09:00:00Z\",\"value\":\"1\",\"name\":\"up\",\"labels\":{\"a\":1}}|UNDECODABLE",
        "{\"timestamp\":\"2026-03-02T09:00:00Z\",\"value\":\"1\",\"name\":\"\",\"labels\":{}}|INVALID_VALUE",
        "{\"timestamp\":\"2026-03-02 09:00\",\"value\":\"1\",\"name\":\"up\",\"labels\":{}}|INVALID_VALUE",
        "{\"timestamp\":\"+999999999-01-01T00:00:00Z\",\"value\":\"1\",\"name\":\"up\",\"labels\":{}}|INVALID_VALUE",
        "{\"timestamp\":\"2026-03-02T09:00:00Z\",\"value\":\"many\",\"name\":\"up\",\"labels\":{}}|INVALID_VALUE",
        "{\"timestamp\":\"2026-03-02T09:00:00Z\",\"value\":\"\",\"name\":\"up\",\"labels\":{}}|INVALID_VALUE",
        "{\"timestamp\":\"2026-03-02T09:00:00Z\",\"value\":\"1.2.3\",\"name\":\"up\",\"labels\":{}}|INVALID_VALUE",
        "{\"timestamp\":\"2026-03-02T09:00:00Z\",\"value\":\"1f\",\"name\":\"up\",\"labels\":{}}|INVALID_VALUE",
      })
  void refusesWhatTheAdapterNeverWrites(String record, DeadLetterReason reason) {
    UnreadableRecordException refusal =
        catchThrowableOfType(UnreadableRecordException.class, () -> parse(record));

    assertThat(refusal.reason()).isEqualTo(reason);
  }

  private static String with(String timestamp, String value) {
    return """
    {"timestamp":"%s","value":"%s","name":"up","labels":{"pod":"a"}}
    """
        .formatted(timestamp, value);
  }

  private static AdapterSample parse(String record) throws UnreadableRecordException {
    return AdapterSample.parse(record.getBytes(UTF_8));
  }
}
