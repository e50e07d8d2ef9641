package io.tidecaster.ingest;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where records go that cannot be used, so that what comes after them can go on. */
public interface DeadLetters {

  /**
   * Writes the record as it came, with the reason and its topic, partition and offset as headers.
   * Completes when that is acknowledged, exceptionally when it could not be written.
   */
  CompletableFuture<Void> put(ConsumerRecord<?, byte[]> record, UnreadableRecordException why);
}
