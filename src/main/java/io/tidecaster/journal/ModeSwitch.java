package io.tidecaster.journal;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.tidecaster.decide.Trust;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * The modes as they were switched at run time, shared by all replicas over a compacted topic.
 *
 * <p>A switch holds instead of the configured mode it was made against; once the configuration says
 * something else, the configuration wins again. Where nobody has switched, a scaler that is to
 * advise enforces while it has its promotion: how each stands in its trial is shared here too.
 */
public final class ModeSwitch implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ModeSwitch.class);
  private static final String INSTALLATION = "installation";
  private static final String SCALER = "scaler:";
  private static final String TRUST = "trust:";

  private final String topic;
  private final Mode configured;
  private final KafkaWriter writer;
  private final Map<String, JournalFormat.ModeRecord> switches = new ConcurrentHashMap<>();
  private final Map<String, Trust> trusts = new ConcurrentHashMap<>();
  private final BroadcastProcessor<String> bell = BroadcastProcessor.create();
  private final InOrder inOrder = new InOrder();
  private final TopicTail tail;

  /**
   * @param configured the installation's mode as configured: the ceiling over every scaler's
   */
  public ModeSwitch(Map<String, Object> kafka, String topic, Mode configured, KafkaWriter writer) {
    this.topic = topic;
    this.configured = configured;
    this.writer = writer;
    this.tail = new TopicTail(kafka, topic, Duration.ZERO, this::take);
  }

  /** The installation's mode. */
  public Mode installation() {
    return switched(INSTALLATION, configured);
  }

  /** The scaler's own mode, before the ceiling. */
  public Mode own(Scaler scaler) {
    return switchInForce(key(scaler.id()), scaler.mode())
        .orElseGet(() -> isPromoted(scaler) ? Mode.ENFORCING : scaler.mode());
  }

  /** Whether its trial lets it enforce, and nobody has said otherwise. */
  private boolean isPromoted(Scaler scaler) {
    return scaler.trial().isPresent()
        && trust(scaler.id()).filter(trust -> trust.standing().enforces()).isPresent();
  }

  /** How a scaler stood in its trial when it was last written, at most an hour ago. */
  public Optional<Trust> trust(ScalerId scaler) {
    return Optional.ofNullable(trusts.get(TRUST + scaler));
  }

  /** Completes when it stands on the topic; it then holds on every replica. */
  public CompletableFuture<Void> keep(ScalerId scaler, Trust trust) {
    String key = TRUST + scaler;
    return writer
        .put(topic, key, JournalFormat.write(trust))
        .thenAccept(offset -> inOrder.apply(key, offset, () -> trusts.put(key, trust)));
  }

  /** Completes when nothing is known any more of a scaler's trial. */
  public CompletableFuture<Void> forgetTrust(ScalerId scaler) {
    String key = TRUST + scaler;
    return writer
        .withdraw(topic, key)
        .thenAccept(offset -> inOrder.apply(key, offset, () -> trusts.remove(key)));
  }

  /** The mode in force: the scaler's own, the installation's being the ceiling. */
  public Mode inForce(Scaler scaler) {
    return own(scaler).cappedBy(installation());
  }

  /** Rings whenever a mode was switched, by whichever replica. */
  public Multi<String> switches() {
    return bell.onOverflow().dropPreviousItems();
  }

  /** Completes when the switch stands on the topic; it then holds on every replica. */
  public CompletableFuture<Void> switchInstallation(Mode mode) {
    return write(INSTALLATION, mode, configured);
  }

  /** As {@link #switchInstallation}, for one scaler. */
  public CompletableFuture<Void> switchScaler(Scaler scaler, Mode mode) {
    return write(key(scaler.id()), mode, scaler.mode());
  }

  /** Takes a switch back; completes when the configuration and the trial have their say again. */
  public CompletableFuture<Void> unswitchScaler(ScalerId scaler) {
    String key = key(scaler);
    return writer
        .withdraw(topic, key)
        .thenAccept(offset -> inOrder.apply(key, offset, () -> switches.remove(key)));
  }

  public boolean isCaughtUp() {
    return tail.isCaughtUp();
  }

  /** Waits until all switches of the past are known; false where the patience ran out. */
  public boolean awaitCaughtUp(Duration patience) throws InterruptedException {
    return tail.awaitCaughtUp(patience);
  }

  private CompletableFuture<Void> write(String key, Mode mode, Mode insteadOf) {
    var record = new JournalFormat.ModeRecord(1, mode, insteadOf);
    return writer
        .put(topic, key, JournalFormat.write(mode, insteadOf))
        .thenAccept(offset -> inOrder.apply(key, offset, () -> switches.put(key, record)));
  }

  private Mode switched(String key, Mode configuredNow) {
    return switchInForce(key, configuredNow).orElse(configuredNow);
  }

  private Optional<Mode> switchInForce(String key, Mode configuredNow) {
    return Optional.ofNullable(switches.get(key))
        .filter(record -> record.insteadOf() == configuredNow)
        .map(JournalFormat.ModeRecord::mode);
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    try {
      inOrder.apply(record.key(), record.offset(), () -> read(record));
      bell.onNext(record.key());
    } catch (JournalFormat.UnreadableRecord e) {
      LOG.warnf("%s offset %d is passed over: %s", topic, record.offset(), e.getMessage());
    }
  }

  private void read(ConsumerRecord<String, byte[]> record) throws JournalFormat.UnreadableRecord {
    String key = record.key();
    if (record.value() == null) {
      switches.remove(key);
      trusts.remove(key);
    } else if (key.startsWith(TRUST)) {
      trusts.put(key, JournalFormat.readTrust(record.value()));
    } else {
      switches.put(key, JournalFormat.readMode(record.value()));
    }
  }

  private static String key(ScalerId scaler) {
    return SCALER + scaler;
  }

  @Override
  public void close() {
    tail.close();
  }
}
