package io.tidecaster.ingest;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jboss.logging.Logger;

/** Creates the topics that are missing, and refuses topics that cannot work together. */
public final class TopicProvisioner {
  private static final Logger LOG = Logger.getLogger(TopicProvisioner.class);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  private static final int LEAST_MAX_RECORD_BYTES = 64 << 10;

  private final Map<String, Object> kafka;
  private final List<Topics.Layout> layouts;
  private final short replicationFactor;
  private final Duration timeout;

  /**
   * @param kafka the client settings of the installation
   */
  public TopicProvisioner(Map<String, Object> kafka, TopicsConfig config) {
    if (config.partitions() < 1 || config.replicationFactor() < 1) {
      throw new IllegalArgumentException(
          "tidecaster.kafka.partitions %d and tidecaster.kafka.replication-factor %d must be at least 1"
              .formatted(config.partitions(), config.replicationFactor()));
    }
    if (config.maxRecordSize().asLongValue() < LEAST_MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "tidecaster.kafka.max-record-size %d B < 64 KiB; raise it"
              .formatted(config.maxRecordSize().asLongValue()));
    }
    if (!kafka.containsKey("bootstrap.servers")) {
      throw new IllegalArgumentException(
          "no Kafka is named; give --kafka HOST:PORT, or set kafka.bootstrap.servers");
    }
    this.layouts = Topics.layouts(config);
    this.replicationFactor = config.replicationFactor();
    this.timeout = config.startTimeout();
    this.kafka = new HashMap<>(kafka);
    this.kafka.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
    this.kafka.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
  }

  /**
   * Returns once all topics are there.
   *
   * @throws IllegalStateException where Kafka is not there in time, or refuses, or holds topics
   *     with partitions that do not fit
   */
  public void provision() {
    try (Admin admin = Admin.create(kafka)) {
      missing(layouts, present(admin)).forEach(layout -> create(admin, layout));
    }
  }

  /**
   * What is still to be created.
   *
   * @param present the partitions of each topic there is
   * @throws IllegalStateException where what is there cannot work
   */
  static List<Topics.Layout> missing(List<Topics.Layout> layouts, Map<String, Integer> present) {
    Map<String, Integer> ofOneOwner = new TreeMap<>(present);
    ofOneOwner.keySet().retainAll(Topics.CO_PARTITIONED);
    Set<Integer> counts = Set.copyOf(ofOneOwner.values());
    if (counts.size() > 1) {
      throw new IllegalStateException(
          "the topics of one owner need the same number of partitions, but there are %s; delete the wrong ones, they are created anew"
              .formatted(ofOneOwner));
    }
    if (present.getOrDefault(Topics.CONTROL, 1) != 1) {
      throw new IllegalStateException(
          "%s has %d partitions and needs 1, since its order counts; delete it, it is created anew"
              .formatted(Topics.CONTROL, present.get(Topics.CONTROL)));
    }
    return layouts.stream()
        .filter(layout -> !present.containsKey(layout.name()))
        .map(layout ->
            Topics.CO_PARTITIONED.contains(layout.name()) && counts.size() == 1
                ? layout.withPartitions(counts.iterator().next())
                : layout)
        .toList();
  }

  private Map<String, Integer> present(Admin admin) {
    Set<String> all = await(admin.listTopics().names());
    List<String> ours = layouts.stream().map(Topics.Layout::name).filter(all::contains).toList();
    return await(admin.describeTopics(ours).allTopicNames()).values().stream()
        .collect(Collectors.toMap(TopicDescription::name, topic -> topic.partitions().size()));
  }

  private void create(Admin admin, Topics.Layout layout) {
    NewTopic topic =
        new NewTopic(layout.name(), layout.partitions(), replicationFactor)
            .configs(layout.settings());
    try {
      await(admin.createTopics(List.of(topic)).all());
      LOG.infof("created topic %s with %d partitions", layout.name(), layout.partitions());
    } catch (TopicExistsException e) {
      LOG.debugf("another replica created %s", layout.name());
    }
  }

  private <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException exists) {
        throw exists;
      }
      throw unavailable(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
    }
  }

  private IllegalStateException unavailable(Throwable cause) {
    return new IllegalStateException(
        "Kafka at %s did not list or create the topics within %s: %s; see that it runs and that kafka.bootstrap.servers names it"
            .formatted(kafka.get("bootstrap.servers"), timeout, cause.getMessage()),
        cause);
  }
}
