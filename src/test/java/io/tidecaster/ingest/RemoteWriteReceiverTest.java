package io.tidecaster.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidecaster.history.Sample;
import io.tidecaster.history.Signal;
import io.tidecaster.ingest.RemoteWriteMessages.RequestV1;
import io.tidecaster.ingest.RemoteWriteMessages.RequestV2;
import io.tidecaster.ingest.RemoteWriteMessages.SeriesV1;
import io.tidecaster.ingest.RemoteWriteMessages.SeriesV2;
import io.tidecaster.ingest.RemoteWriteReceiver.Answer;
import io.tidecaster.ingest.RemoteWriteReceiver.Head;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.ScalerRoster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteWriteReceiverTest {
  private static final ScalerId SHOP = new ScalerId("crm", "shop");
  private static final long T = 1_772_442_000_000L;
  private static final int MAX_COMPRESSED = 1000;
  private static final int MAX_DECOMPRESSED = 4000;
  private static final RemoteWriteLimits LIMITS =
      new RemoteWriteLimits(
          MAX_COMPRESSED,
          MAX_DECOMPRESSED,
          10_000,
          256,
          100_000,
          Duration.ofMillis(50),
          Duration.ofSeconds(2));

  private final FakeOutlet outlet = new FakeOutlet();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RemoteWriteReceiver receiver =
      new RemoteWriteReceiver(
          LIMITS,
          new SampleMatcher(ScalerRoster.of(List.of(Scalers.ofApp("shop", "shop")))),
          outlet,
          new IngestMeters(registry));

  /** Keeps what it is handed, and acknowledges as it is told. */
  private static final class FakeOutlet implements SampleOutlet {
    private final List<Map<ScalerId, List<byte[]>>> written = new ArrayList<>();
    private CompletableFuture<Void> acknowledgement = CompletableFuture.completedFuture(null);

    @Override
    public CompletableFuture<Void> write(Map<ScalerId, List<byte[]>> records) {
      written.add(records);
      return acknowledgement;
    }

    List<Sample> samples(ScalerId scaler) throws IOException {
      List<Sample> samples = new ArrayList<>();
      for (Map<ScalerId, List<byte[]>> records : written) {
        for (byte[] record : records.getOrDefault(scaler, List.of())) {
          samples.addAll(SampleSerde.decode(record));
        }
      }
      return samples;
    }
  }

  @Test
  void writesWhatAScalerSelectsAndAcceptsTheRest() throws Exception {
    Answer answer =
        receive(
            RemoteWriteMessages.V2,
            new RequestV2()
                .series(SeriesV2.of("__name__", Scalers.REQUESTS, "app", "shop").sample(T, 17))
                .series(SeriesV2.of("__name__", Scalers.CPU, "app", "shop").sample(T, 0.5))
                .series(SeriesV2.of("__name__", Scalers.REQUESTS, "app", "other").sample(T, 3))
                .series(SeriesV2.of("__name__", "seconds").histogram(T, 9))
                .snappy());

    assertThat(answer).isEqualTo(new Answer(204, "", 3, 1, 0));
    assertThat(outlet.samples(SHOP))
        .containsExactly(
            new Sample(Signal.LOAD, "app=shop", T, 17), new Sample(Signal.CPU, "app=shop", T, 0.5));
    assertThat(count("received", "2.0")).isEqualTo(3);
    assertThat(count("matched", "2.0")).isEqualTo(2);
    assertThat(count("unmatched", "2.0")).isEqualTo(1);
    assertThat(count("written", "2.0")).isEqualTo(2);
    assertThat(inFlight()).isZero();
  }

  @Test
  void asksNothingOfKafkaWhereNothingIsSelected() throws Exception {
    Answer answer =
        receive(
            RemoteWriteMessages.V1,
            new RequestV1().series(SeriesV1.of("__name__", "up").sample(T, 1)).snappy());

    assertThat(answer).isEqualTo(new Answer(204, "", 1, 0, 0));
    assertThat(outlet.written).isEmpty();
  }

  @Test
  void writesTheValidPartOfARequestAndTellsOfTheRest() throws Exception {
    Answer answer =
        receive(
            RemoteWriteMessages.V2,
            new RequestV2()
                .series(SeriesV2.of("__name__", Scalers.REQUESTS, "app", "shop").sample(T, 17))
                .series(SeriesV2.of("app", "shop").sample(T, 1))
                .snappy());

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.samples()).isEqualTo(1);
    assertThat(answer.message()).contains("rejected 1 of 2 samples").contains("no metric name");
    assertThat(outlet.samples(SHOP)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/x-protobuf|snappy|204",
        "application/x-protobuf; proto=prometheus.WriteRequest|snappy|204",
        "APPLICATION/X-Protobuf;Proto=\"prometheus.WriteRequest\"|Snappy|204",
        "application/x-protobuf;charset=utf-8|snappy|204",
        "application/x-protobuf;proto=io.prometheus.write.v3.Request|snappy|415",
        "application/x-protobuf;proto=|snappy|415",
        "application/json|snappy|415",
        "|snappy|415",
        "application/x-protobuf|gzip|415",
        "application/x-protobuf|zstd|415",
        "application/x-protobuf||415",
      })
  void takesTheTwoMessagesInSnappyAlone(String contentType, String encoding, int status)
      throws Exception {
    byte[] body = new RequestV1().series(SeriesV1.of("__name__", "up").sample(T, 1)).snappy();

    assertThat(
            receive(new Head(contentType, encoding, OptionalLong.of(body.length)), body).status())
        .isEqualTo(status);
  }

  @Test
  void refusesABodyThatIsAnnouncedTooLarge() throws Exception {
    Answer answer =
        receive(
            new Head(RemoteWriteMessages.V1, "snappy", OptionalLong.of(MAX_COMPRESSED + 1)),
            new byte[0]);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.message()).contains("1001 B compressed > 1000 B");
  }

  @Test
  void refusesABodyThatProvesTooLarge() throws Exception {
    byte[] body = new byte[MAX_COMPRESSED + 1];

    assertThat(
            receive(new Head(RemoteWriteMessages.V1, "snappy", OptionalLong.empty()), body)
                .status())
        .isEqualTo(413);
  }

  @Test
  void refusesABombByTheLengthItDeclares() throws Exception {
    // 4,294,967,295 bytes are declared in five.
    byte[] bomb = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 0, 0};

    Answer answer = receive(RemoteWriteMessages.V1, bomb);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.message()).contains("4294967295 B decompressed > 4000 B");
    assertThat(inFlight()).isZero();
  }

  @Test
  void takesContentOfTheLargestSizeAndNoMore() throws Exception {
    assertThat(receive(RemoteWriteMessages.V1, withContentOf(MAX_DECOMPRESSED)).status())
        .isEqualTo(204);
    assertThat(receive(RemoteWriteMessages.V1, withContentOf(MAX_DECOMPRESSED + 1)).status())
        .isEqualTo(413);
  }

  @Test
  void refusesWhatIsNoSnappyBlock() throws Exception {
    byte[] framed = {(byte) 0xff, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'};

    assertThat(receive(RemoteWriteMessages.V1, framed).status()).isEqualTo(400);
    assertThat(receive(RemoteWriteMessages.V1, new byte[0]).status()).isEqualTo(400);
    assertThat(inFlight()).isZero();
  }

  @Test
  void asksToTryAgainWhereKafkaFails() throws Exception {
    outlet.acknowledgement =
        CompletableFuture.failedFuture(new IllegalStateException("broker gone"));

    Answer answer = receive(RemoteWriteMessages.V1, selected());

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.samples()).isZero();
    assertThat(answer.message()).contains("broker gone");
    assertThat(inFlight()).isZero();
  }

  @Test
  void asksToTryAgainWhereKafkaIsSilentAndCountsItsRecordsUntilTheyAreDone() throws Exception {
    outlet.acknowledgement = new CompletableFuture<>();

    assertThat(receive(RemoteWriteMessages.V1, selected()).status()).isEqualTo(503);
    assertThat(inFlight()).isPositive();

    outlet.acknowledgement.complete(null);
    assertThat(inFlight()).isZero();
  }

  @Test
  void asksForPatienceWhereTooMuchIsInFlight() throws Exception {
    fill();
    outlet.acknowledgement = CompletableFuture.completedFuture(null);
    Answer small =
        receive(
            RemoteWriteMessages.V1,
            new RequestV1()
                .series(SeriesV1.of("__name__", Scalers.REQUESTS, "app", "shop").sample(T, 1))
                .snappy());
    assertThat(small.status()).isEqualTo(204);

    Answer answer = receive(head(RemoteWriteMessages.V1, MAX_COMPRESSED), new byte[MAX_COMPRESSED]);

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.message()).contains("in flight of 10000 B");
  }

  /** Senders may drop what is answered 429. */
  @Test
  void losesNothingWhereTooMuchIsInFlightSinceKafkaIsAway() throws Exception {
    fill();

    assertThat(
            receive(head(RemoteWriteMessages.V1, MAX_COMPRESSED), new byte[MAX_COMPRESSED])
                .status())
        .isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void answersRandomBytesWithARefusalOrAcceptance(int seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      String type = random.nextBoolean() ? RemoteWriteMessages.V1 : RemoteWriteMessages.V2;
      byte[] body = random.nextBoolean() ? bytes : RemoteWriteMessages.compress(bytes);

      assertThat(receive(type, body).status()).isIn(204, 400, 413);
    }
    assertThat(inFlight()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void answersDamagedRequestsWithARefusalOrAcceptance(int seed) throws Exception {
    Random random = new Random(seed);
    byte[] whole =
        new RequestV2()
            .series(SeriesV2.of("__name__", Scalers.REQUESTS, "app", "shop").sample(T, 1))
            .series(SeriesV2.of("__name__", "seconds").histogram(T, 1))
            .bytes();
    for (int i = 0; i < 500; i++) {
      byte[] damaged = whole.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      assertThat(receive(RemoteWriteMessages.V2, RemoteWriteMessages.compress(damaged)).status())
          .isIn(204, 400);
    }
  }

  /** Fills what may be in flight but for a little; nothing of it is acknowledged. */
  private void fill() throws IOException {
    String refusal = "";
    while (!refusal.contains("in flight of")) {
      outlet.acknowledgement = new CompletableFuture<>();
      refusal = receive(RemoteWriteMessages.V1, selected()).message();
    }
    assertThat(inFlight()).isBetween(9_000.0, 10_000.0);
  }

  private static byte[] selected() {
    SeriesV1 series = SeriesV1.of("__name__", Scalers.REQUESTS, "app", "shop");
    for (int i = 0; i < 30; i++) {
      series.sample(T + i, i);
    }
    return new RequestV1().series(series).snappy();
  }

  /** A request whose content has exactly this many bytes: an unknown field takes what is left. */
  private static byte[] withContentOf(int bytes) {
    byte[] content = new byte[bytes];
    // Field 15, length-delimited, and a length in two bytes.
    int length = bytes - 3;
    content[0] = 15 << 3 | 2;
    content[1] = (byte) ((length & 0x7f) | 0x80);
    content[2] = (byte) (length >> 7);
    return RemoteWriteMessages.compress(Arrays.copyOf(content, bytes));
  }

  private Answer receive(String contentType, byte[] body) throws IOException {
    return receive(head(contentType, body.length), body);
  }

  private Answer receive(Head head, byte[] body) throws IOException {
    return receiver.receive(head, new ByteArrayInputStream(body));
  }

  private static Head head(String contentType, int length) {
    return new Head(contentType, "snappy", OptionalLong.of(length));
  }

  private double count(String stage, String source) {
    return registry
        .get("tidecaster.ingest.samples." + stage)
        .tag("source", source)
        .counter()
        .count();
  }

  private double inFlight() {
    return registry.get("tidecaster.ingest.in.flight").gauge().value();
  }
}
