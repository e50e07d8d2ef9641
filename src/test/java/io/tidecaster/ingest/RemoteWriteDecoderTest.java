package io.tidecaster.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import io.tidecaster.history.Sample;
import io.tidecaster.ingest.RemoteWriteMessages.RequestV1;
import io.tidecaster.ingest.RemoteWriteMessages.RequestV2;
import io.tidecaster.ingest.RemoteWriteMessages.SeriesV1;
import io.tidecaster.ingest.RemoteWriteMessages.SeriesV2;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RemoteWriteDecoderTest {
  private static final int MAX_LABEL_CHARACTERS = 1000;
  private static final long T = 1_772_442_000_000L;

  private record Seen(Map<String, String> labels, List<Long> timestamps, List<Double> values) {}

  private final List<Seen> seen = new ArrayList<>();

  @Test
  void readsSeriesOfVersionOne() throws Exception {
    WriteTally tally =
        decodeV1(
            new RequestV1()
                .metadata("requests_total")
                .series(
                    SeriesV1.of("__name__", "requests_total", "pod", "a")
                        .sample(T, 17)
                        .sample(T + 15_000, 19.5))
                .series(SeriesV1.of("__name__", "up", "pod", "ä").sample(T, 1)));

    assertThat(seen)
        .containsExactly(
            new Seen(
                Map.of("__name__", "requests_total", "pod", "a"),
                List.of(T, T + 15_000),
                List.of(17.0, 19.5)),
            new Seen(Map.of("__name__", "up", "pod", "ä"), List.of(T), List.of(1.0)));
    assertThat(tally.samples()).isEqualTo(3);
  }

  @Test
  void readsSeriesOfVersionTwo() throws Exception {
    WriteTally tally =
        decodeV2(
            new RequestV2()
                .series(
                    SeriesV2.of("__name__", "requests_total", "pod", "a")
                        .counter(T - 60_000)
                        .sample(T, 17)
                        .sample(T + 15_000, 19.5))
                .series(SeriesV2.of("__name__", "up", "pod", "ä").sample(T, 1)));

    assertThat(seen)
        .containsExactly(
            new Seen(
                Map.of("__name__", "requests_total", "pod", "a"),
                List.of(T, T + 15_000),
                List.of(17.0, 19.5)),
            new Seen(Map.of("__name__", "up", "pod", "ä"), List.of(T), List.of(1.0)));
    assertThat(tally.samples()).isEqualTo(3);
  }

  @Test
  void readsLabelReferencesThatAreNotPacked() throws Exception {
    // TimeSeries { labels_refs: 1, labels_refs: 2, samples: { value: 0, timestamp: 0 } }
    byte[] series = {0x08, 1, 0x08, 2, 0x12, 0};
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeString(4, "");
    out.writeString(4, "__name__");
    out.writeString(4, "up");
    out.writeByteArray(5, series);
    out.flush();

    decode(RemoteWriteMessage.V2, bytes.toByteArray());

    assertThat(seen).containsExactly(new Seen(Map.of("__name__", "up"), List.of(0L), List.of(0.0)));
  }

  @Test
  void readsSymbolsThatStandAfterTheSeries() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeByteArray(5, new byte[] {0x0a, 2, 1, 2, 0x12, 0});
    out.writeString(4, "");
    out.writeString(4, "__name__");
    out.writeString(4, "up");
    out.flush();

    decode(RemoteWriteMessage.V2, bytes.toByteArray());

    assertThat(seen).hasSize(1);
  }

  @Test
  void keepsTheBitsOfAStaleMarker() throws Exception {
    double marker = Double.longBitsToDouble(Sample.STALE_MARKER);

    decodeV1(new RequestV1().series(SeriesV1.of("__name__", "up").sample(T, marker)));
    decodeV2(new RequestV2().series(SeriesV2.of("__name__", "up").sample(T, marker)));

    assertThat(seen)
        .hasSize(2)
        .allSatisfy(series ->
            assertThat(Double.doubleToRawLongBits(series.values().getFirst()))
                .isEqualTo(Sample.STALE_MARKER));
  }

  @Test
  void countsHistogramsAndExemplars() throws Exception {
    WriteTally one =
        decodeV1(
            new RequestV1()
                .series(
                    SeriesV1.of("__name__", "seconds")
                        .histogram(T, 4)
                        .histogram(T + 1, 5)
                        .exemplar(T, 0.2)));
    WriteTally two =
        decodeV2(
            new RequestV2()
                .series(SeriesV2.of("__name__", "seconds").histogram(T, 4).histogram(T + 1, 5))
                .series(SeriesV2.of("__name__", "seconds").exemplar(T, 0.2)));

    assertThat(List.of(one, two))
        .allSatisfy(tally -> {
          assertThat(tally.histograms()).isEqualTo(2);
          assertThat(tally.exemplars()).isEqualTo(1);
          assertThat(tally.samples()).isZero();
          assertThat(tally.hasRejected()).isFalse();
        });
    assertThat(seen).isEmpty();
  }

  @Test
  void takesAnEmptyRequest() throws Exception {
    assertThat(decode(RemoteWriteMessage.V1, new byte[0]).hasRejected()).isFalse();
    assertThat(decode(RemoteWriteMessage.V2, new byte[0]).hasRejected()).isFalse();
  }

  @Test
  void takesNamesOutOfOrder() throws Exception {
    assertThat(
            decodeV1(new RequestV1().series(SeriesV1.of("pod", "a", "__name__", "up").sample(T, 1)))
                .samples())
        .isEqualTo(1);
  }

  static Stream<Arguments> invalidLabels() {
    return Stream.of(
        Arguments.of("no metric name (__name__)", new String[] {"pod", "a"}),
        Arguments.of("no metric name (__name__)", new String[] {}),
        Arguments.of("a label with an empty name", new String[] {"", "x", "__name__", "up"}),
        Arguments.of(
            "label \"pod\" with an empty value", new String[] {"__name__", "up", "pod", ""}),
        Arguments.of(
            "label \"pod\" more than once",
            new String[] {"__name__", "up", "pod", "a", "pod", "b"}),
        Arguments.of(
            "label \"pod\" more than once",
            new String[] {"__name__", "up", "pod", "a", "app", "x", "pod", "b"}),
        // 8 + 2 + 3 + 988 = 1001 characters
        Arguments.of(
            "labels of 1001 characters, at most 1000 are taken",
            new String[] {"__name__", "up", "pod", "x".repeat(988)}));
  }

  @ParameterizedTest
  @MethodSource("invalidLabels")
  void rejectsASeriesThatBreaksTheSpecificationAndTakesTheOthers(String reason, String[] labels)
      throws Exception {
    WriteTally one =
        decodeV1(
            new RequestV1()
                .series(SeriesV1.of(labels).sample(T, 1).sample(T + 1, 2))
                .series(SeriesV1.of("__name__", "good").sample(T, 1)));
    WriteTally two =
        decodeV2(
            new RequestV2()
                .series(SeriesV2.of(labels).sample(T, 1).sample(T + 1, 2))
                .series(SeriesV2.of("__name__", "good").sample(T, 1)));

    assertThat(List.of(one, two))
        .allSatisfy(tally -> {
          assertThat(tally.samples()).isEqualTo(1);
          assertThat(tally.rejectedSamples()).isEqualTo(2);
          assertThat(tally.rejection()).contains("2 of 3 samples").contains(reason);
        });
    assertThat(seen).extracting(Seen::labels).containsOnly(Map.of("__name__", "good"));
  }

  @Test
  void rejectsReferencesThatAreNoPairsOrPointBeyondTheSymbols() throws Exception {
    assertThat(
            decodeV2(
                    new RequestV2()
                        .symbols("", "__name__", "up")
                        .rawSeries(SeriesV2.of().sample(T, 1), 1))
                .rejection())
        .contains("1 label references, which are no pairs");
    assertThat(
            decodeV2(
                    new RequestV2()
                        .symbols("", "__name__", "up")
                        .rawSeries(SeriesV2.of().sample(T, 1), 1, 3))
                .rejection())
        .contains("label reference 1 or 3 beyond the 3 symbols");
    assertThat(
            decodeV2(
                    new RequestV2()
                        .symbols("", "__name__", "up")
                        .rawSeries(SeriesV2.of().sample(T, 1), 1, -1))
                .rejection())
        .contains("label reference 1 or 4294967295 beyond the 3 symbols");
  }

  @Test
  void rejectsSamplesAndHistogramsInOneSeriesOfVersionTwo() throws Exception {
    WriteTally tally =
        decodeV2(
            new RequestV2().series(SeriesV2.of("__name__", "up").sample(T, 1).histogram(T, 1)));

    assertThat(tally.rejection()).contains("up has samples and histograms in one series");
  }

  @Test
  void rejectsASeriesOfVersionTwoWithNothingInIt() throws Exception {
    assertThat(decodeV2(new RequestV2().series(SeriesV2.of("__name__", "up"))).rejection())
        .contains("neither samples nor histograms");
  }

  @Test
  void refusesSymbolsThatDoNotStartWithTheEmptyOne() {
    assertThatThrownBy(() ->
            decodeV2(
                new RequestV2()
                    .symbols("__name__", "up")
                    .rawSeries(SeriesV2.of().sample(T, 1), 0, 1)))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("do not start with the empty string");
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    // WriteRequest { timeseries { labels { name: "\xff" } } }
    byte[] body = {0x0a, 5, 0x0a, 3, 0x0a, 1, (byte) 0xff};

    assertThatThrownBy(() -> decode(RemoteWriteMessage.V1, body))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void refusesEveryPrefixThatEndsInTheMiddleOfAField() throws Exception {
    byte[] whole =
        new RequestV1().series(SeriesV1.of("__name__", "up", "pod", "a").sample(T, 1)).bytes();
    for (int length = 1; length < whole.length; length++) {
      byte[] prefix = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decode(RemoteWriteMessage.V1, prefix))
          .isInstanceOf(UndecodableException.class);
    }
  }

  @Test
  void refusesGroupsNestedWithoutEnd() {
    byte[] nested = new byte[100_000];
    Arrays.fill(nested, (byte) (9 << 3 | 3));

    assertThatThrownBy(() -> decode(RemoteWriteMessage.V1, nested))
        .isInstanceOf(UndecodableException.class);
    assertThatThrownBy(() -> decode(RemoteWriteMessage.V2, nested))
        .isInstanceOf(UndecodableException.class);
  }

  @Test
  void findsNothingInAMessageOfTheOtherVersion() throws Exception {
    byte[] two = new RequestV2().series(SeriesV2.of("__name__", "up").sample(T, 1)).bytes();

    assertThat(decode(RemoteWriteMessage.V1, two).samples()).isZero();
  }

  private WriteTally decodeV1(RequestV1 request) throws UndecodableException {
    return decode(RemoteWriteMessage.V1, request.bytes());
  }

  private WriteTally decodeV2(RequestV2 request) throws UndecodableException {
    return decode(RemoteWriteMessage.V2, request.bytes());
  }

  private WriteTally decode(RemoteWriteMessage message, byte[] body) throws UndecodableException {
    return RemoteWriteDecoder.decode(
        message,
        body,
        MAX_LABEL_CHARACTERS,
        (labels, timestamps, values, count) -> {
          List<Long> times = new ArrayList<>();
          List<Double> numbers = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            times.add(timestamps[i]);
            numbers.add(values[i]);
          }
          seen.add(new Seen(new TreeMap<>(labels.toMap()), times, numbers));
          return true;
        });
  }
}
