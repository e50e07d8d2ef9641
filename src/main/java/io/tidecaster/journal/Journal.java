package io.tidecaster.journal;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.tidecaster.decide.Comparison;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decision;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * The journal of all decisions with each scaler's last forecast: whichever replica decided, each
 * one can tell of it.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Journal.class);

  /** Something that was just written: a decision or a forecast. */
  public sealed interface Entry {
    ScalerId scaler();

    /** A decision. */
    record Decided(Decision decision) implements Entry {
      @Override
      public ScalerId scaler() {
        return decision.scaler();
      }
    }

    /** A forecast, or why there is none. */
    record Foretold(ScalerId scaler, ForecastOutcome outcome) implements Entry {}
  }

  /**
   * What the journal keeps in memory.
   *
   * @param readBack how far back in time it is read at the start
   * @param perScaler decisions a scaler
   * @param inAll decisions of all scalers
   */
  public record Memory(Duration readBack, int perScaler, int inAll) {}

  private final String decisionsTopic;
  private final String forecastsTopic;
  private final KafkaWriter writer;
  private final DecisionLog log;
  private final BroadcastProcessor<Entry> entries = BroadcastProcessor.create();
  private final TopicTail decisionsTail;
  private final TopicTail forecastsTail;

  public Journal(
      Map<String, Object> kafka,
      String decisionsTopic,
      String forecastsTopic,
      Memory memory,
      KafkaWriter writer) {
    this.decisionsTopic = decisionsTopic;
    this.forecastsTopic = forecastsTopic;
    this.writer = writer;
    this.log = new DecisionLog(memory.perScaler(), memory.inAll());
    this.decisionsTail =
        new TopicTail(kafka, decisionsTopic, memory.readBack(), this::takeDecision);
    this.forecastsTail = new TopicTail(kafka, forecastsTopic, Duration.ZERO, this::takeForecast);
  }

  /** Completes when the decision stands on the topic. */
  public CompletableFuture<Void> write(Decided decided) {
    return write(decided, Optional.empty());
  }

  /** Completes when the decision stands on the topic, with that on the size beside it. */
  public CompletableFuture<Void> write(Decided decided, Optional<SizeDecision> size) {
    return writer.write(
        decisionsTopic, decided.decision().scaler().toString(), JournalFormat.write(decided, size));
  }

  /** Completes when the forecast stands on the topic. */
  public CompletableFuture<Void> write(ScalerId scaler, ForecastOutcome outcome) {
    return write(scaler, ForecastReport.of(outcome));
  }

  /** Completes when the forecast stands on the topic, with all that is told of it. */
  public CompletableFuture<Void> write(ScalerId scaler, ForecastReport report) {
    return writer.write(forecastsTopic, scaler.toString(), JournalFormat.write(scaler, report));
  }

  public Optional<Decision> last(ScalerId scaler) {
    return log.last(scaler);
  }

  /** The last decision on the size of a scaler's replicas; empty where it was left alone. */
  public Optional<SizeDecision> size(ScalerId scaler) {
    return log.size(scaler);
  }

  public Optional<ForecastOutcome> forecast(ScalerId scaler) {
    return report(scaler).map(ForecastReport::outcome);
  }

  public Optional<ForecastReport> report(ScalerId scaler) {
    return log.forecast(scaler);
  }

  /** The newest {@code limit} decisions in [since, before), the newest first. */
  public List<Decision> between(ScalerId scaler, Instant since, Instant before, int limit) {
    return log.between(scaler, since, before, limit);
  }

  /** Our replicas and an HPA's since the first decision that is known. */
  public Optional<Comparison> comparison(ScalerId scaler) {
    return log.comparison(scaler);
  }

  /** What is written from now on; a slow reader loses the oldest it has not read. */
  public Multi<Entry> entries() {
    return entries.onOverflow().dropPreviousItems();
  }

  /** Whether all that stood on the topics at the start has been read. */
  public boolean isCaughtUp() {
    return decisionsTail.isCaughtUp() && forecastsTail.isCaughtUp();
  }

  /** Waits for {@link #isCaughtUp()}; false where the patience ran out. */
  public boolean awaitCaughtUp(Duration patience) throws InterruptedException {
    return decisionsTail.awaitCaughtUp(patience) && forecastsTail.awaitCaughtUp(patience);
  }

  private void takeDecision(ConsumerRecord<String, byte[]> record) {
    try {
      JsonNode tree = JournalFormat.tree(record.value());
      Decision decision = JournalFormat.readDecision(tree);
      JournalFormat.size(tree).ifPresent(size -> log.put(decision.scaler(), size));
      if (log.add(decision) && isCaughtUp()) {
        entries.onNext(new Entry.Decided(decision));
      }
    } catch (JournalFormat.UnreadableRecord e) {
      passOver(record, e);
    }
  }

  private void takeForecast(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      JournalFormat.ForecastRecord forecast = JournalFormat.readForecast(record.value());
      log.put(forecast.scaler(), forecast.report());
      if (isCaughtUp()) {
        entries.onNext(new Entry.Foretold(forecast.scaler(), forecast.outcome()));
      }
    } catch (JournalFormat.UnreadableRecord e) {
      passOver(record, e);
    }
  }

  private static void passOver(ConsumerRecord<String, byte[]> record, Exception why) {
    LOG.warnf(
        "%s partition %d offset %d is passed over: %s",
        record.topic(), record.partition(), record.offset(), why.getMessage());
  }

  @Override
  public void close() {
    decisionsTail.close();
    forecastsTail.close();
    entries.onComplete();
  }
}
