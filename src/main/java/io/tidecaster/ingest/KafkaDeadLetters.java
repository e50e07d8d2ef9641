package io.tidecaster.ingest;

import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/** The channel to {@code tidecaster.deadletter}. */
@ApplicationScoped
class KafkaDeadLetters implements DeadLetters {
  private static final Logger LOG = Logger.getLogger(KafkaDeadLetters.class);

  /** Told with a letter that was cut: the length of its value before, in bytes. */
  private static final String UNCUT_BYTES = "tidecaster-uncut-bytes";

  private static final int MAX_KEY_BYTES = 4 << 10;
  private static final int MAX_MESSAGE_CHARACTERS = 1000;

  private final MutinyEmitter<byte[]> emitter;
  private final IngestMeters meters;
  private final int maxValueBytes;

  /**
   * @param emitter its buffer is bounded by what one batch of a consumer holds, since consumers
   *     wait for the acknowledgement
   */
  KafkaDeadLetters(
      @Channel("tidecaster-deadletter") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<byte[]> emitter,
      IngestMeters meters,
      TopicsConfig topics) {
    this.emitter = emitter;
    this.meters = meters;
    this.maxValueBytes = RecordSize.usable(topics);
  }

  @Override
  public CompletableFuture<Void> put(
      ConsumerRecord<?, byte[]> record, UnreadableRecordException why) {
    LOG.debugf(
        "%s partition %d offset %d: %s",
        record.topic(), record.partition(), record.offset(), why.getMessage());
    Headers headers = headers(record, why);
    byte[] value = record.value() == null ? new byte[0] : record.value();
    if (value.length > maxValueBytes) {
      headers.add(UNCUT_BYTES, utf8(Integer.toString(value.length)));
      value = Arrays.copyOf(value, maxValueBytes);
    }
    var metadata = OutgoingKafkaRecordMetadata.<byte[]>builder().withHeaders(headers);
    key(record).ifPresent(metadata::withKey);
    return emitter
        .sendMessage(Message.of(value).addMetadata(metadata.build()))
        .invoke(() -> meters.deadLetter(why.reason()))
        .subscribeAsCompletionStage();
  }

  private static Headers headers(ConsumerRecord<?, ?> record, UnreadableRecordException why) {
    String message = String.valueOf(why.getMessage());
    return new RecordHeaders()
        .add("tidecaster-reason", utf8(why.reason().label()))
        .add(
            "tidecaster-message",
            utf8(message.substring(0, Math.min(message.length(), MAX_MESSAGE_CHARACTERS))))
        .add("tidecaster-source-topic", utf8(record.topic()))
        .add("tidecaster-source-partition", utf8(Integer.toString(record.partition())))
        .add("tidecaster-source-offset", utf8(Long.toString(record.offset())));
  }

  private static Optional<byte[]> key(ConsumerRecord<?, ?> record) {
    return Optional.ofNullable(record.key())
        .map(key -> key instanceof byte[] bytes ? bytes : utf8(key.toString()))
        .filter(key -> key.length <= MAX_KEY_BYTES);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
