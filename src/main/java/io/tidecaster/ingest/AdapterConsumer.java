package io.tidecaster.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads the topic of a prometheus-kafka-adapter and writes what scalers select to {@code
 * tidecaster.samples}.
 *
 * <p>At least once: offsets are committed when the samples and the dead letters of a batch are
 * acknowledged; a batch that could not be written is read again. A record that cannot be read
 * becomes a dead letter, and those after it are read as ever.
 */
final class AdapterConsumer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(AdapterConsumer.class);
  private static final String SOURCE = "adapter";
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** Past what the producer itself gives a record before it fails. */
  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(60);

  private final Map<String, Object> settings;
  private final String topic;
  private final Duration retryAfter;
  private final int maxRecordBytes;
  private final SampleMatcher matcher;
  private final SampleOutlet outlet;
  private final DeadLetters deadLetters;
  private final IngestMeters meters;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  AdapterConsumer(
      Map<String, Object> kafka,
      String topic,
      IngestConfig.Adapter config,
      int maxRecordBytes,
      SampleMatcher matcher,
      SampleOutlet outlet,
      DeadLetters deadLetters,
      IngestMeters meters) {
    if (config.maxPollRecords() < 1 || config.retryAfter().toMillis() < 100) {
      throw new IllegalArgumentException(
          "tidecaster.ingest.adapter: max-poll-records %d must be at least 1 and retry-after %s at least 100ms"
              .formatted(config.maxPollRecords(), config.retryAfter()));
    }
    this.topic = topic;
    this.retryAfter = config.retryAfter();
    this.maxRecordBytes = maxRecordBytes;
    this.matcher = matcher;
    this.outlet = outlet;
    this.deadLetters = deadLetters;
    this.meters = meters;
    this.settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, config.group());
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, config.startAt());
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, config.maxPollRecords());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    this.thread = Thread.ofPlatform().name("tidecaster-adapter").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
    LOG.infof("reading the adapter's topic %s", topic);
  }

  private void run() {
    while (!isStopping()) {
      try (var consumer = new KafkaConsumer<byte[], byte[]>(settings)) {
        consumer.subscribe(List.of(topic));
        consume(consumer);
      } catch (KafkaException | ExecutionException | TimeoutException e) {
        LOG.warnf(
            "the adapter's topic %s is read again in %s from what was committed: %s",
            topic, retryAfter, e);
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void consume(KafkaConsumer<byte[], byte[]> consumer)
      throws ExecutionException, InterruptedException, TimeoutException {
    while (!isStopping()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      if (records.isEmpty()) {
        continue;
      }
      write(records).get(WRITE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      try {
        consumer.commitSync();
      } catch (CommitFailedException e) {
        LOG.infof("the partitions of %s moved before the commit; some come twice", topic);
      }
    }
  }

  private CompletableFuture<Void> write(ConsumerRecords<byte[], byte[]> records) {
    SampleBatch batch = new SampleBatch(matcher);
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    long matched = 0;
    long unmatched = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        if (add(record, batch)) {
          matched++;
        } else {
          unmatched++;
        }
      } catch (UnreadableRecordException e) {
        writes.add(deadLetters.put(record, e));
      }
    }
    meters.received(SOURCE, records.count());
    meters.rejected(SOURCE, writes.size());
    meters.matched(SOURCE, matched);
    meters.unmatched(SOURCE, unmatched);
    long start = System.nanoTime();
    long toWrite = matched;
    writes.add(
        outlet
            .write(batch.records(maxRecordBytes))
            .thenRun(() -> {
              meters.written(SOURCE, toWrite);
              meters.produced(Duration.ofNanos(System.nanoTime() - start));
            }));
    return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
  }

  private boolean add(ConsumerRecord<byte[], byte[]> record, SampleBatch batch)
      throws UnreadableRecordException {
    if (record.value() == null) {
      throw new UnreadableRecordException(DeadLetterReason.UNDECODABLE, "the record has no value");
    }
    AdapterSample sample = AdapterSample.parse(record.value());
    return batch.add(
        sample.metric(),
        sample.labels(),
        new long[] {sample.timestampMillis()},
        new double[] {sample.value()},
        1);
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private void pause() {
    try {
      if (stopping.await(retryAfter.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debugf("stopped while waiting for %s", topic);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stopping.countDown();
    try {
      if (!thread.join(CLOSE_TIMEOUT)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
