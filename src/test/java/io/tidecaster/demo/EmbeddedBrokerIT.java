package io.tidecaster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void keepsTopicsAndRecordsWhenStartedAgainInItsDirectory() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
      createTopic(broker.bootstrapServers(), "kept");
      produce(broker.bootstrapServers(), "kept", "one", "two");
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
      produce(broker.bootstrapServers(), "kept", "three");
      assertThat(consume(broker.bootstrapServers(), "kept", 3))
          .containsExactly("one", "two", "three");
    }
  }

  @Test
  void keepsWhatWasAcknowledgedWhenItsProcessIsKilled() throws Exception {
    int port = freePort();
    Process process = processWithBroker(port);
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("127.0.0.1:" + port);
      createTopic("127.0.0.1:" + port, "kept");
      produce("127.0.0.1:" + port, "kept", "one", "two");
    } finally {
      process.destroyForcibly().waitFor();
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
      assertThat(consume(broker.bootstrapServers(), "kept", 2)).containsExactly("one", "two");
    }
  }

  @Test
  void createsNoTopicThatWasNotAskedFor() {
    try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
      assertThatThrownBy(() -> produce(broker.bootstrapServers(), "unheard-of", "lost"))
          .hasRootCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }
  }

  @Test
  void listensOnTheWantedPort() throws Exception {
    int port = freePort();
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, port)) {
      assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
      createTopic(broker.bootstrapServers(), "reachable");
    }
  }

  @Test
  void namesThePortThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedBroker.start(directory, taken.getLocalPort()).close())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("port " + taken.getLocalPort());
    }
  }

  @Test
  void leavesNothingOfATemporaryBroker() throws Exception {
    Set<Path> before = temporaryBrokers();
    EmbeddedBroker broker = EmbeddedBroker.startTemporary();
    Set<Path> during = temporaryBrokers();
    broker.close();

    assertThat(during).hasSize(before.size() + 1);
    assertThat(temporaryBrokers()).isEqualTo(before);
  }

  private Process processWithBroker(int port) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath,
            BrokerProcess.class.getName(),
            directory.toString(),
            Integer.toString(port))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Runs a broker until it is killed. */
  static final class BrokerProcess {
    public static void main(String[] args) {
      EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]), Integer.parseInt(args[1]));
      System.out.println(broker.bootstrapServers());
    }
  }

  private static Set<Path> temporaryBrokers() throws IOException {
    try (var files =
        Files.newDirectoryStream(
            Path.of(System.getProperty("java.io.tmpdir")), "tidecaster-kafka-*")) {
      Set<Path> found = new HashSet<>();
      files.forEach(found::add);
      return found;
    }
  }

  private static void createTopic(String bootstrapServers, String topic) throws Exception {
    try (Admin admin = Admin.create(client(bootstrapServers))) {
      admin
          .createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
          .all()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static void produce(String bootstrapServers, String topic, String... values)
      throws InterruptedException, ExecutionException {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            client(bootstrapServers), new StringSerializer(), new StringSerializer())) {
      for (String value : values) {
        producer.send(new ProducerRecord<>(topic, value)).get();
      }
    }
  }

  private static List<String> consume(String bootstrapServers, String topic, int count) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            client(bootstrapServers), new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      List<String> values = new ArrayList<>();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }

  private static Map<String, Object> client(String bootstrapServers) {
    return Map.of(
        "bootstrap.servers", bootstrapServers,
        "group.id", "embedded-broker-it",
        "auto.offset.reset", "earliest",
        "max.block.ms", "3000");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
