package io.tidecaster.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tidecaster.history.Sample;
import io.tidecaster.history.Signal;
import io.tidecaster.ingest.RemoteWriteMessages.RequestV1;
import io.tidecaster.ingest.RemoteWriteMessages.RequestV2;
import io.tidecaster.ingest.RemoteWriteMessages.SeriesV1;
import io.tidecaster.ingest.RemoteWriteMessages.SeriesV2;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = KafkaForIngest.class, restrictToAnnotatedClass = true)
@SuppressWarnings("NullAway.Init")
class IngestIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long T = 1_772_442_000_000L;

  @TestHTTPResource("/api/v1/write")
  URI write;

  @TestHTTPResource("/q/metrics")
  URI metrics;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  Runnable stopKafka;
  Runnable startKafka;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void writesTheSamplesOfAScalerUnderItsNameBeforeItAnswers() throws Exception {
    HttpResponse<String> answer =
        post(
            RemoteWriteMessages.V2,
            new RequestV2()
                .series(
                    SeriesV2.of("__name__", Scalers.REQUESTS, "app", "shop", "pod", "v2")
                        .sample(T, 17)
                        .sample(T + 15_000, 19))
                .series(SeriesV2.of("__name__", "up", "pod", "v2").sample(T, 1))
                .series(SeriesV2.of("__name__", "seconds").histogram(T, 4).exemplar(T, 1))
                .snappy());

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(written(answer)).containsExactly("3", "1", "1");
    assertThat(samplesOf("pod=v2"))
        .containsExactly(
            new Sample(Signal.LOAD, "app=shop\u001fpod=v2", T, 17),
            new Sample(Signal.LOAD, "app=shop\u001fpod=v2", T + 15_000, 19));
  }

  @Test
  void takesVersionOneOfUnknownLength() throws Exception {
    byte[] body =
        new RequestV1()
            .series(SeriesV1.of("__name__", Scalers.CPU, "app", "shop", "pod", "v1").sample(T, 0.5))
            .snappy();

    HttpResponse<String> answer =
        send(
            request("application/x-protobuf", "snappy")
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build());

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(samplesOf("pod=v1"))
        .containsExactly(new Sample(Signal.CPU, "app=shop\u001fpod=v1", T, 0.5));
  }

  @Test
  void refusesWhatItDoesNotTakeWithTheStatusOfTheSpecification() throws Exception {
    byte[] valid = new RequestV1().series(SeriesV1.of("__name__", "up").sample(T, 1)).snappy();
    byte[] noise = new byte[65 << 10];
    new Random(1).nextBytes(noise);

    HttpResponse<String> json = send(request("application/json", "snappy"), valid);
    HttpResponse<String> gzip = send(request("application/x-protobuf", "gzip"), valid);
    HttpResponse<String> garbage = post(RemoteWriteMessages.V1, "garbage".getBytes(UTF_8));
    HttpResponse<String> nameless =
        post(
            RemoteWriteMessages.V1,
            new RequestV1().series(SeriesV1.of("pod", "a").sample(T, 1)).snappy());
    HttpResponse<String> large = post(RemoteWriteMessages.V1, noise);
    HttpResponse<String> bomb =
        post(RemoteWriteMessages.V1, RemoteWriteMessages.compress(new byte[1 << 20]));

    assertThat(List.of(json, gzip, garbage, nameless, large, bomb))
        .extracting(HttpResponse::statusCode)
        .containsExactly(415, 415, 400, 400, 413, 413);
    assertThat(nameless.body()).contains("rejected 1 of 1 samples").contains("no metric name");
    assertThat(nameless.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
    assertThat(written(nameless)).containsExactly("0", "0", "0");
    assertThat(send(HttpRequest.newBuilder(write).GET().build()).statusCode()).isEqualTo(405);
  }

  @Test
  void asksToTryAgainWhileKafkaIsAwayAndWritesOnceItIsBack() throws Exception {
    byte[] body =
        new RequestV2()
            .series(
                SeriesV2.of("__name__", Scalers.REQUESTS, "app", "shop", "pod", "away")
                    .sample(T, 23))
            .snappy();
    stopKafka.run();
    try {
      HttpResponse<String> answer = post(RemoteWriteMessages.V2, body);

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
      assertThat(written(answer)).containsExactly("0", "0", "0");
    } finally {
      startKafka.run();
    }
    assertThat(retried(body)).isEqualTo(204);
    assertThat(samplesOf("pod=away"))
        .isNotEmpty()
        .containsOnly(new Sample(Signal.LOAD, "app=shop\u001fpod=away", T, 23));
  }

  @Test
  void readsTheAdaptersTopicAndKeepsWhatItCannotRead() throws Exception {
    String before =
        """
        {"timestamp":"2026-03-02T09:00:00Z","value":"5","name":"%s",
         "labels":{"__name__":"%s","app":"shop","pod":"json"}}
        """
            .formatted(Scalers.REQUESTS, Scalers.REQUESTS);
    String after = before.replace("09:00:00", "09:00:15").replace("\"5\"", "\"NaN\"");
    try (var producer =
        new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (String value : List.of(before, "poison", after)) {
        producer
            .send(
                new ProducerRecord<>(KafkaForIngest.ADAPTER_TOPIC, 1, null, value.getBytes(UTF_8)))
            .get();
      }
    }

    List<Sample> samples =
        await(Topics.SAMPLES, records -> samples(records, "pod=json").size() == 2).stream()
            .flatMap(record -> decoded(record).stream())
            .filter(sample -> sample.series().contains("pod=json"))
            .toList();
    assertThat(samples.getFirst())
        .isEqualTo(new Sample(Signal.LOAD, "app=shop\u001fpod=json", T, 5));
    assertThat(samples.get(1).endsSeries()).isTrue();

    ConsumerRecord<String, byte[]> letter =
        await(Topics.DEADLETTER, records -> !records.isEmpty()).getFirst();
    assertThat(letter.value()).isEqualTo("poison".getBytes(UTF_8));
    assertThat(header(letter, "tidecaster-reason")).isEqualTo("Undecodable");
    assertThat(header(letter, "tidecaster-source-topic")).isEqualTo("prometheus");
    assertThat(header(letter, "tidecaster-source-partition")).isEqualTo("1");
    assertThat(header(letter, "tidecaster-source-offset")).isEqualTo("1");
    assertThat(send(HttpRequest.newBuilder(metrics).GET().build()).body())
        .contains("tidecaster_dead_letters_total{reason=\"Undecodable\"} 1.0")
        .contains("tidecaster_ingest_samples_written_total{source=\"adapter\"} 2.0")
        .contains("tidecaster_ingest_in_flight_bytes")
        .contains("tidecaster_ingest_produce_seconds_count");
  }

  @Test
  void createsTheTopicsAsTheyAreConfigured() throws Exception {
    try (Admin admin = Admin.create(client())) {
      Map<String, TopicDescription> topics =
          admin
              .describeTopics(
                  List.of(
                      Topics.SAMPLES,
                      Topics.LOAD,
                      Topics.DECISIONS,
                      Topics.FORECASTS,
                      Topics.CONTROL,
                      Topics.DEADLETTER))
              .allTopicNames()
              .get();
      assertThat(Topics.CO_PARTITIONED)
          .allSatisfy(name -> assertThat(partitions(topics, name)).hasSize(12));
      assertThat(partitions(topics, Topics.CONTROL)).hasSize(1);

      // 5 weeks = 35 × 86,400,000 ms
      assertThat(setting(admin, Topics.LOAD, "retention.ms")).isEqualTo("3024000000");
      assertThat(setting(admin, Topics.FORECASTS, "cleanup.policy")).isEqualTo("compact");
    }
  }

  private static List<TopicPartitionInfo> partitions(
      Map<String, TopicDescription> topics, String name) {
    return Objects.requireNonNull(topics.get(name), name).partitions();
  }

  private static String setting(Admin admin, String topic, String name) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return Objects.requireNonNull(
            admin.describeConfigs(List.of(resource)).all().get().get(resource))
        .get(name)
        .value();
  }

  private int retried(byte[] body) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int status = 503;
    while (status == 503 && System.nanoTime() < deadline) {
      status = post(RemoteWriteMessages.V2, body).statusCode();
    }
    return status;
  }

  private List<Sample> samplesOf(String label) {
    return samples(await(Topics.SAMPLES, records -> !samples(records, label).isEmpty()), label);
  }

  private static List<Sample> samples(List<ConsumerRecord<String, byte[]>> records, String label) {
    return records.stream()
        .filter(record -> "crm/shop".equals(record.key()))
        .flatMap(record -> decoded(record).stream())
        .filter(sample -> sample.series().contains(label))
        .toList();
  }

  private static List<Sample> decoded(ConsumerRecord<String, byte[]> record) {
    try {
      return SampleSerde.decode(record.value());
    } catch (UnreadableRecordException e) {
      throw new AssertionError(e);
    }
  }

  /** The records of a topic, read until they are as wished or patience ends. */
  private List<ConsumerRecord<String, byte[]>> await(
      String topic, Predicate<List<ConsumerRecord<String, byte[]>>> wish) {
    try (var consumer =
        new KafkaConsumer<>(client(), new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!wish.test(records) && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  private Map<String, Object> client() {
    return Map.of("bootstrap.servers", bootstrapServers);
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  private static List<String> written(HttpResponse<?> answer) {
    return List.of("Samples", "Histograms", "Exemplars").stream()
        .map(kind -> "X-Prometheus-Remote-Write-" + kind + "-Written")
        .map(header -> answer.headers().firstValue(header).orElse("none"))
        .toList();
  }

  private HttpResponse<String> post(String contentType, byte[] body) throws Exception {
    return send(request(contentType, "snappy"), body);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, byte[] body) throws Exception {
    return send(request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build());
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String contentType, String encoding) {
    return HttpRequest.newBuilder(write)
        .header("Content-Type", contentType)
        .header("Content-Encoding", encoding)
        .header("X-Prometheus-Remote-Write-Version", "2.0.0")
        .timeout(PATIENCE);
  }
}
