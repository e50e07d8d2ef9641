package io.tidecaster;

import io.tidecaster.history.LoadPoint;
import io.tidecaster.ingest.LoadPointSerde;
import io.tidecaster.ingest.Topics;
import io.tidecaster.ingest.UnreadableRecordException;
import io.tidecaster.journal.KafkaWriter;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/** The topic of the minutes: written as they close, read whole when a partition moves in. */
final class LoadLog {
  private static final Logger LOG = Logger.getLogger(LoadLog.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Map<String, Object> settings;
  private final KafkaWriter writer;

  LoadLog(Map<String, Object> kafka, KafkaWriter writer) {
    this.writer = writer;
    this.settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "tidecaster-rebuild");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
  }

  /** Completes when all points stand on the topic. */
  CompletableFuture<Void> write(ScalerId scaler, List<LoadPoint> points) {
    return CompletableFuture.allOf(
        points.stream()
            .map(
                point -> writer.write(Topics.LOAD, scaler.toString(), LoadPointSerde.encode(point)))
            .toArray(CompletableFuture<?>[]::new));
  }

  /** Reads one partition from its start to its end of this moment. */
  void read(int partition, BiConsumer<ScalerId, LoadPoint> sink) {
    TopicPartition topicPartition = new TopicPartition(Topics.LOAD, partition);
    List<TopicPartition> assigned = List.of(topicPartition);
    try (var consumer = new KafkaConsumer<String, byte[]>(settings)) {
      consumer.assign(assigned);
      consumer.seekToBeginning(assigned);
      long end = consumer.endOffsets(assigned).getOrDefault(topicPartition, 0L);
      while (consumer.position(topicPartition) < end) {
        for (var record : consumer.poll(POLL)) {
          try {
            sink.accept(ScalerId.parse(record.key()), LoadPointSerde.decode(record.value()));
          } catch (UnreadableRecordException | RuntimeException e) {
            LOG.warnf(
                "%s partition %d offset %d is passed over: %s",
                record.topic(), record.partition(), record.offset(), e.getMessage());
          }
        }
      }
    }
  }
}
