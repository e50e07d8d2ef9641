package io.tidecaster.journal;

import io.tidecaster.pace.Pace;
import io.tidecaster.pace.PaceMemory;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * What was learned of the replicas behind balancers, shared over a compacted topic: who takes a
 * scaler over goes on with what the one before knew.
 */
public final class PaceLog implements PaceMemory, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PaceLog.class);

  private final String topic;
  private final KafkaWriter writer;
  private final Map<String, Pace> known = new ConcurrentHashMap<>();
  private final InOrder inOrder = new InOrder();
  private final TopicTail tail;

  public PaceLog(Map<String, Object> kafka, String topic, KafkaWriter writer) {
    this.topic = topic;
    this.writer = writer;
    this.tail = new TopicTail(kafka, topic, Duration.ZERO, this::take);
  }

  @Override
  public Optional<Pace> recall(ScalerId scaler) {
    return Optional.ofNullable(known.get(scaler.toString()));
  }

  @Override
  public CompletableFuture<Void> keep(ScalerId scaler, Pace pace) {
    String key = scaler.toString();
    return writer
        .put(topic, key, JournalFormat.write(pace))
        .thenAccept(offset -> inOrder.apply(key, offset, () -> known.put(key, pace)));
  }

  @Override
  public CompletableFuture<Void> forget(ScalerId scaler) {
    String key = scaler.toString();
    return writer
        .withdraw(topic, key)
        .thenAccept(offset -> inOrder.apply(key, offset, () -> known.remove(key)));
  }

  public boolean isCaughtUp() {
    return tail.isCaughtUp();
  }

  /** Waits until all that was learned is known; false where the patience ran out. */
  public boolean awaitCaughtUp(Duration patience) throws InterruptedException {
    return tail.awaitCaughtUp(patience);
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    try {
      inOrder.apply(record.key(), record.offset(), () -> read(record));
    } catch (JournalFormat.UnreadableRecord e) {
      LOG.warnf("%s offset %d is passed over: %s", topic, record.offset(), e.getMessage());
    }
  }

  private void read(ConsumerRecord<String, byte[]> record) throws JournalFormat.UnreadableRecord {
    if (record.value() == null) {
      known.remove(record.key());
    } else {
      known.put(record.key(), JournalFormat.readPace(record.value()));
    }
  }

  @Override
  public void close() {
    tail.close();
  }
}
