package io.tidecaster.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** {@code tidecaster broker} in a JVM of its own: what outlives the service that is killed. */
final class BrokerProcess implements AutoCloseable {
  private static final Duration STARTS_WITHIN = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(200);

  private final ScratchDirectory data;
  private final ServiceProcess process;
  private final String bootstrapServers;

  private BrokerProcess(ScratchDirectory data, ServiceProcess process, String bootstrapServers) {
    this.data = data;
    this.process = process;
    this.bootstrapServers = bootstrapServers;
  }

  /** Starts one on a free port and waits until it says that it is ready. */
  static BrokerProcess start() {
    return start("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  }

  /** The same with options of its JVM. */
  static BrokerProcess start(String... jvm) {
    ScratchDirectory data = ScratchDirectory.create("broker");
    int port = Loopback.freePort();
    ServiceProcess process =
        ServiceProcess.named("broker")
            .jvm(jvm)
            .property("java.util.logging.manager", "org.jboss.logmanager.LogManager")
            .arguments("broker", "--data", data.path().toString(), "--port", "" + port)
            .startWithoutWaiting();
    String ready = "broker ready at " + Loopback.HOST + ":" + port;
    try {
      Eventually.that("the broker is ready", STARTS_WITHIN, () -> process.log().contains(ready));
    } catch (Throwable e) {
      process.close();
      data.close();
      throw e;
    }
    return new BrokerProcess(data, process, Loopback.HOST + ":" + port);
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  long residentBytes() {
    return process.residentBytes();
  }

  /** How many records stand on a topic. */
  long size(String topic) {
    try (var consumer = consumer()) {
      return consumer.endOffsets(partitions(consumer, topic)).values().stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  /** All records of a topic up to its end of this moment, each partition in order. */
  List<ConsumerRecord<String, byte[]>> read(String topic) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (var consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(POLL).forEach(records::add);
      }
    }
    return records;
  }

  private KafkaConsumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrapServers),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<String, byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  @Override
  public void close() {
    process.close();
    data.close();
  }
}
