package io.tidecaster.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidecaster.history.ContainerUse;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.Queueing;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadPointSerdeTest {
  private static final LoadPoint WHOLE =
      new LoadPoint(
          Instant.parse("2026-03-02T09:00:00Z"),
          OptionalDouble.of(412.5),
          OptionalDouble.of(3.25),
          4,
          1);
  private static final LoadPoint UNKNOWN =
      new LoadPoint(
          Instant.parse("2026-03-02T09:01:00Z"),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          0,
          4);

  @Test
  void writesTheFormOfVersionOne() {
    assertThat(LoadPointSerde.encode(WHOLE))
        .isEqualTo(Golden.text("LoadPointSerdeTest/v1-whole.json"));
    assertThat(LoadPointSerde.encode(UNKNOWN))
        .isEqualTo(Golden.text("LoadPointSerdeTest/v1-unknown.json"));
  }

  @Test
  void readsTheFormOfVersionOne() throws Exception {
    assertThat(LoadPointSerde.decode(Golden.text("LoadPointSerdeTest/v1-whole.json")))
        .isEqualTo(WHOLE);
    assertThat(LoadPointSerde.decode(Golden.text("LoadPointSerdeTest/v1-unknown.json")))
        .isEqualTo(UNKNOWN);
  }

  @Test
  void aBalancersPointIsReadAsWritten() throws Exception {
    LoadPoint balanced =
        new LoadPoint(
            WHOLE.minute(),
            WHOLE.load(),
            WHOLE.cpuCores(),
            1,
            0,
            4,
            Optional.of(
                new Queueing(
                    OptionalDouble.of(12.5), OptionalDouble.empty(), OptionalDouble.of(0))),
            OptionalDouble.empty(),
            OptionalDouble.empty());

    byte[] written = LoadPointSerde.encode(balanced);

    assertThat(new String(written, UTF_8))
        .endsWith("\"silent\":0,\"cpuReporting\":4,\"waiting\":12.5,\"refused\":0.0}");
    assertThat(LoadPointSerde.decode(written)).isEqualTo(balanced);
  }

  @Test
  void theMemoryAndTheThrottledShareAreReadBack() throws Exception {
    LoadPoint point =
        new LoadPoint(
            Instant.parse("2026-03-02T09:00:00Z"),
            OptionalDouble.of(412.5),
            OptionalDouble.of(3.25),
            4,
            1,
            4,
            Optional.empty(),
            OptionalDouble.of(5.3e8),
            OptionalDouble.of(0.125));

    assertThat(LoadPointSerde.decode(LoadPointSerde.encode(point))).isEqualTo(point);
  }

  @Test
  void whatContainersBesideUsedIsReadBack() throws Exception {
    LoadPoint point =
        new LoadPoint(
            Instant.parse("2026-03-02T09:00:00Z"),
            OptionalDouble.of(412.5),
            OptionalDouble.of(3.25),
            4,
            0,
            4,
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Map.of(
                "envoy",
                new ContainerUse(
                    OptionalDouble.of(0.5), 4, OptionalDouble.of(6e7), OptionalDouble.of(0.25)),
                "log",
                new ContainerUse(
                    OptionalDouble.of(0.1), 3, OptionalDouble.empty(), OptionalDouble.empty())));

    byte[] written = LoadPointSerde.encode(point);

    assertThat(new String(written, UTF_8))
        .endsWith(
            ",\"containers\":{\"envoy\":{\"cpuCores\":0.5,\"reporting\":4,\"memoryBytes\":6.0E7,\"throttled\":0.25},\"log\":{\"cpuCores\":0.1,\"reporting\":3}}}");
    assertThat(LoadPointSerde.decode(written)).isEqualTo(point);
    assertThat(point.of("log").cpuReporting()).isEqualTo(3);
    assertThat(point.of("none").cpuCores()).isEmpty();
  }

  @Test
  void readsFieldsThatWereAddedSince() throws Exception {
    assertThat(
            LoadPointSerde.decode(
                """
                {"v":1,"minute":"2026-03-02T09:01:00Z","reporting":0,"silent":4,"new":[1]}
                """
                    .getBytes(UTF_8)))
        .isEqualTo(UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"v\":2,\"minute\":\"2026-03-02T09:00:00Z\"}|UNKNOWN_VERSION",
        "{\"v\":2}|UNKNOWN_VERSION",
        "{\"minute\":\"2026-03-02T09:00:00Z\"}|UNDECODABLE",
        "{\"v\":1}|UNDECODABLE",
        "{\"v\":\"1\",\"minute\":\"2026-03-02T09:00:00Z\"}|UNDECODABLE",
        "[]|UNDECODABLE",
        "17|UNDECODABLE",
        "{\"v\":1,|UNDECODABLE",
        "{\"v\":1,\"minute\":\"2026-03-02T09:00:00Z\"} x|UNDECODABLE",
        "{\"v\":1,\"minute\":\"2026-03-02T09:00:00Z\",\"load\":\"much\"}|UNDECODABLE",
        "{\"v\":1,\"minute\":\"2026-03-02T09:00:00Z\",\"load\":\"NaN\"}|INVALID_VALUE",
        "{\"v\":1,\"minute\":\"2026-03-02T09:00:01Z\"}|INVALID_VALUE",
        "{\"v\":1,\"minute\":\"nine\"}|INVALID_VALUE",
      })
  void refusesWhatIsNoLoadPoint(String record, DeadLetterReason reason) {
    UnreadableRecordException refusal =
        catchThrowableOfType(
            UnreadableRecordException.class, () -> LoadPointSerde.decode(record.getBytes(UTF_8)));

    assertThat(refusal.reason()).isEqualTo(reason);
  }

  @Test
  void writesNoLoadThatIsNone() {
    LoadPoint point =
        new LoadPoint(WHOLE.minute(), OptionalDouble.of(Double.NaN), OptionalDouble.empty(), 1, 0);

    assertThatThrownBy(() -> LoadPointSerde.encode(point)).hasMessageContaining("NaN is no load");
  }
}
