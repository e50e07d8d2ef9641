package io.tidecaster.ingest;

import java.util.List;
import java.util.Map;

/** The topics of Tidecaster, and how each is to be laid out. */
public final class Topics {
  /** Raw samples, one record a request and scaler, keyed by scaler. */
  public static final String SAMPLES = "tidecaster.samples";

  /** One point a minute, keyed by scaler. */
  public static final String LOAD = "tidecaster.load";

  /** The journal: every decision, keyed by scaler. */
  public static final String DECISIONS = "tidecaster.decisions";

  /** The last forecast of each scaler. */
  public static final String FORECASTS = "tidecaster.forecasts";

  /** What was switched at run time: modes, and what else all replicas must know. */
  public static final String CONTROL = "tidecaster.control";

  /** The events that were announced, keyed by their id. */
  public static final String EVENTS = "tidecaster.events";

  /** What was learned of the replicas behind balancers, keyed by scaler. */
  public static final String PACE = "tidecaster.pace";

  /** Records that could not be read, as they came, with the reason in their headers. */
  public static final String DEADLETTER = "tidecaster.deadletter";

  /**
   * Topics of one owner: the replica that is assigned a partition of the first finds all of its
   * scalers in the same partition of the others.
   */
  public static final List<String> CO_PARTITIONED = List.of(SAMPLES, LOAD, DECISIONS);

  private Topics() {}

  /**
   * How one topic is laid out.
   *
   * @param settings Kafka's settings of the topic, {@code retention.ms} and the like
   */
  record Layout(String name, int partitions, Map<String, String> settings) {
    Layout {
      settings = Map.copyOf(settings);
    }

    Layout withPartitions(int count) {
      return new Layout(name, count, settings);
    }
  }

  static List<Layout> layouts(TopicsConfig config) {
    return List.of(
        kept(SAMPLES, config.partitions(), config.samplesRetention().toMillis(), config),
        kept(LOAD, config.partitions(), config.loadRetention().toMillis(), config),
        kept(DECISIONS, config.partitions(), config.decisionsRetention().toMillis(), config),
        compacted(FORECASTS, config.partitions(), config),
        compacted(CONTROL, 1, config),
        compacted(EVENTS, 1, config),
        compacted(PACE, 1, config),
        kept(DEADLETTER, 1, config.deadletterRetention().toMillis(), config));
  }

  private static Layout kept(
      String name, int partitions, long retentionMillis, TopicsConfig config) {
    return new Layout(
        name,
        partitions,
        Map.of(
            "cleanup.policy", "delete",
            "retention.ms", Long.toString(retentionMillis),
            "max.message.bytes", maxRecordBytes(config)));
  }

  private static Layout compacted(String name, int partitions, TopicsConfig config) {
    return new Layout(
        name,
        partitions,
        Map.of("cleanup.policy", "compact", "max.message.bytes", maxRecordBytes(config)));
  }

  private static String maxRecordBytes(TopicsConfig config) {
    return Long.toString(config.maxRecordSize().asLongValue());
  }
}
