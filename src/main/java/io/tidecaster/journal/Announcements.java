package io.tidecaster.journal;

import io.tidecaster.calendar.Announcement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * The events that were announced, shared by all replicas over a compacted topic: a restart loses
 * none.
 */
public final class Announcements implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Announcements.class);

  private final String topic;
  private final KafkaWriter writer;
  private final Memory memory;
  private final Map<String, Announcement> known = new ConcurrentHashMap<>();
  private final AtomicLong revision = new AtomicLong();
  private final InOrder inOrder = new InOrder();
  private final TopicTail tail;

  /**
   * What is kept.
   *
   * @param most events that are kept at a time
   * @param afterEnd how long after its end an event is kept: for as long as a forecast may learn
   *     from it
   */
  public record Memory(int most, Duration afterEnd) {
    public Memory {
      if (most < 1) {
        throw new IllegalArgumentException("most %d < 1; keep at least one event".formatted(most));
      }
    }
  }

  public Announcements(Map<String, Object> kafka, String topic, Memory memory, KafkaWriter writer) {
    this.topic = topic;
    this.writer = writer;
    this.memory = memory;
    this.tail = new TopicTail(kafka, topic, Duration.ZERO, this::take);
  }

  /** All that are kept, in no order. */
  public List<Announcement> all() {
    return List.copyOf(known.values());
  }

  public Optional<Announcement> find(String id) {
    return Optional.ofNullable(known.get(id));
  }

  /** A number that grows with each change. */
  public long revision() {
    return revision.get();
  }

  /** How many can be kept at a time. */
  public int most() {
    return memory.most();
  }

  /** Whether there is room for one more, once those are gone that ended too long ago. */
  public boolean hasRoom(Instant now) {
    long kept = known.values().stream().filter(event -> !isOver(event, now)).count();
    return kept < memory.most();
  }

  /**
   * Completes when the announcement stands on the topic; it then holds on every replica. Those that
   * ended too long ago are withdrawn with it.
   */
  public CompletableFuture<Void> announce(Announcement announcement, Instant now) {
    return writer
        .put(topic, announcement.id(), JournalFormat.write(announcement))
        .thenAccept(offset -> {
          inOrder.apply(announcement.id(), offset, () -> keep(announcement));
          all().stream()
              .filter(event -> isOver(event, now) && !event.id().equals(announcement.id()))
              .forEach(event -> forgetOver(event.id()));
        });
  }

  /** Completes when the withdrawal stands on the topic. */
  public CompletableFuture<Void> withdraw(String id) {
    return writer
        .withdraw(topic, id)
        .thenAccept(offset -> inOrder.apply(id, offset, () -> forget(id)));
  }

  public boolean isCaughtUp() {
    return tail.isCaughtUp();
  }

  /** Waits until all announcements of the past are known; false where the patience ran out. */
  public boolean awaitCaughtUp(Duration patience) throws InterruptedException {
    return tail.awaitCaughtUp(patience);
  }

  private boolean isOver(Announcement announcement, Instant now) {
    return announcement.event().end().plus(memory.afterEnd()).isBefore(now);
  }

  private void forgetOver(String id) {
    var _ =
        withdraw(id)
            .exceptionally(failure -> {
              LOG.warnf("event %s is over and stays on %s: %s", id, topic, failure.getMessage());
              return null;
            });
  }

  private void keep(Announcement announcement) {
    Announcement before = known.put(announcement.id(), announcement);
    if (!announcement.equals(before)) {
      revision.incrementAndGet();
    }
  }

  private void forget(String id) {
    if (known.remove(id) != null) {
      revision.incrementAndGet();
    }
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
      forget(record.key());
    } else {
      keep(JournalFormat.readAnnouncement(record.value()));
    }
  }

  @Override
  public void close() {
    tail.close();
  }
}
