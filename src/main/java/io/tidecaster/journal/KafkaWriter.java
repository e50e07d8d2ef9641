package io.tidecaster.journal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes keyed records that all in-sync brokers have before they count as written. */
public final class KafkaWriter implements AutoCloseable {
  private static final int ASK_SECONDS = 5;

  private final KafkaProducer<String, byte[]> producer;
  private final Admin admin;
  private boolean answered = true;
  private long askedAt = System.nanoTime();

  /**
   * @param kafka the client settings of the installation
   * @param patience how long a record may take to be written, retries included
   */
  public KafkaWriter(Map<String, Object> kafka, Duration patience) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) patience.toMillis() / 2);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience.toMillis());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "tidecaster-writer");
    this.producer = new KafkaProducer<>(settings);
    this.admin = Admin.create(kafka);
  }

  /** Completes when the record is written, exceptionally when it could not be in time. */
  public CompletableFuture<Void> write(String topic, String key, byte[] value) {
    return put(topic, key, value).thenAccept(_ -> {});
  }

  /** The same, with the offset at which it stands. */
  CompletableFuture<Long> put(String topic, String key, byte[] value) {
    return send(new ProducerRecord<>(topic, key, value));
  }

  /** Takes the key back from a compacted topic; completes as {@link #put}. */
  CompletableFuture<Long> withdraw(String topic, String key) {
    return send(new ProducerRecord<>(topic, key, null));
  }

  private CompletableFuture<Long> send(ProducerRecord<String, byte[]> record) {
    CompletableFuture<Long> written = new CompletableFuture<>();
    try {
      var _ =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure == null) {
                  written.complete(metadata.offset());
                } else {
                  written.completeExceptionally(failure);
                }
              });
    } catch (KafkaException e) {
      written.completeExceptionally(e);
    }
    return written;
  }

  /** Whether a broker answers at this moment; asked at most once in {@value #ASK_SECONDS} s. */
  public synchronized boolean answers() {
    long now = System.nanoTime();
    if (now - askedAt > TimeUnit.SECONDS.toNanos(ASK_SECONDS)) {
      try {
        var _ = admin.describeCluster().clusterId().get(ASK_SECONDS, TimeUnit.SECONDS);
        answered = true;
      } catch (ExecutionException | TimeoutException e) {
        answered = false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      askedAt = System.nanoTime();
    }
    return answered;
  }

  /** How many partitions a topic has. */
  public int partitionsOf(String topic) {
    return producer.partitionsFor(topic).size();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(3));
    admin.close(Duration.ofSeconds(1));
  }
}
