package io.tidecaster;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import io.tidecaster.ingest.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Feeds the pipeline: partitions of samples that come and go, their records, the ticking of the
 * clock, and the offsets to begin again from.
 */
@ApplicationScoped
@Identifier("samples")
class SampleConsumer implements KafkaConsumerRebalanceListener {
  private static final Logger LOG = Logger.getLogger(SampleConsumer.class);
  private static final String CHANNEL = "samples";

  private final Pipeline pipeline;
  private final PipelineConfig config;
  private final KafkaClientService clients;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("tick").daemon().factory());
  private Map<TopicPartition, OffsetAndMetadata> committed = Map.of();

  SampleConsumer(Pipeline pipeline, PipelineConfig config, KafkaClientService clients) {
    this.pipeline = pipeline;
    this.config = config;
    this.clients = clients;
  }

  void start(@Observes StartupEvent event) {
    every(config.tick().toMillis(), pipeline::tick);
    every(config.commitEvery().toMillis(), this::commit);
  }

  void stop(@Observes ShutdownEvent event) {
    timer.shutdownNow();
  }

  @Incoming(CHANNEL)
  @Blocking
  void consume(ConsumerRecords<String, byte[]> batch) {
    pipeline.observe(batch);
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> assigned) {
    pipeline.take(numbers(assigned));
  }

  @Override
  public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> revoked) {
    pipeline.release(numbers(revoked));
  }

  @Override
  public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> lost) {
    pipeline.release(numbers(lost));
  }

  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    pipeline
        .resumeOffsets()
        .forEach((partition, offset) ->
            offsets.put(
                new TopicPartition(Topics.SAMPLES, partition), new OffsetAndMetadata(offset)));
    if (offsets.isEmpty() || offsets.equals(committed)) {
      return;
    }
    clients.getConsumer(CHANNEL).commit(offsets).await().atMost(config.writeWithin());
    committed = offsets;
  }

  private void every(long millis, Runnable work) {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                work.run();
              } catch (RuntimeException e) {
                LOG.warnf("to be tried again in %d ms: %s", millis, e.toString());
              }
            },
            millis,
            millis,
            TimeUnit.MILLISECONDS);
  }

  private static List<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).toList();
  }
}
