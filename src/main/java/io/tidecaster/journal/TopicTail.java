package io.tidecaster.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads all partitions of a topic from some time back to its end and on, without a group: how every
 * replica comes to know what any of them wrote.
 */
final class TopicTail implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TopicTail.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final String topic;
  private final Duration readBack;
  private final Map<String, Object> settings;
  private final Consumer<ConsumerRecord<String, byte[]>> sink;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  /**
   * @param kafka the client settings of the installation
   * @param readBack how far back in the broker's time reading begins; the whole topic where zero
   * @param sink called on the tail's own thread, in order within a partition
   */
  TopicTail(
      Map<String, Object> kafka,
      String topic,
      Duration readBack,
      Consumer<ConsumerRecord<String, byte[]>> sink) {
    this.topic = topic;
    this.readBack = readBack;
    this.sink = sink;
    this.settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "tidecaster-tail-" + topic);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    this.thread = Thread.ofPlatform().name("tail-" + topic).daemon().start(this::run);
  }

  /** Whether everything that stood on the topic at the start has been read. */
  boolean isCaughtUp() {
    return caughtUp.getCount() == 0;
  }

  boolean awaitCaughtUp(Duration patience) throws InterruptedException {
    return caughtUp.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run() {
    while (!isStopping()) {
      try (var consumer = new KafkaConsumer<String, byte[]>(settings)) {
        follow(consumer);
      } catch (WakeupException e) {
        return;
      } catch (KafkaException e) {
        LOG.warnf("%s cannot be read, trying again in %s: %s", topic, RETRY, e.getMessage());
        pause();
      }
    }
  }

  private void follow(KafkaConsumer<String, byte[]> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new KafkaException("the topic is not there yet");
    }
    consumer.assign(partitions);
    seekBack(consumer, partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (!isStopping()) {
      ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
      records.forEach(sink);
      if (!isCaughtUp()
          && ends.entrySet().stream()
              .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
        caughtUp.countDown();
      }
    }
  }

  private void seekBack(KafkaConsumer<String, byte[]> consumer, List<TopicPartition> partitions) {
    consumer.seekToBeginning(partitions);
    if (readBack.isZero()) {
      return;
    }
    long from = Instant.now().minus(readBack).toEpochMilli();
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, from));
    Map<TopicPartition, OffsetAndTimestamp> offsets = consumer.offsetsForTimes(times);
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp offset = offsets.get(partition);
      if (offset == null) {
        consumer.seekToEnd(List.of(partition));
      } else {
        consumer.seek(partition, offset.offset());
      }
    }
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private void pause() {
    try {
      boolean stopped = stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
      if (stopped) {
        LOG.debugf("%s: stopped while waiting", topic);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopping.countDown();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
