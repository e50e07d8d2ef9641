package io.tidecaster.ingest;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How missing topics are created; what is there already is left as it is. */
@ConfigMapping(prefix = "tidecaster.kafka")
public interface TopicsConfig {

  /**
   * Partitions of the topics that are keyed by scaler: at most this many replicas share the work.
   * From 1; cannot be changed once the topics are there.
   */
  @WithDefault("12")
  int partitions();

  /** Copies of each record, from 1; 3 in production. As many brokers must be there. */
  @WithDefault("1")
  short replicationFactor();

  /**
   * How long raw samples are kept: longer than any outage of Tidecaster that is to be caught up.
   */
  @WithDefault("2h")
  Duration samplesRetention();

  /** How long the points of the minutes are kept: what forecasts can learn from. */
  @WithDefault("35d")
  Duration loadRetention();

  /** How long decisions are kept. */
  @WithDefault("35d")
  Duration decisionsRetention();

  /** How long records that could not be read are kept. */
  @WithDefault("14d")
  Duration deadletterRetention();

  /** The largest record of any topic, at least 64K; at most what the brokers take. */
  @WithDefault("1M")
  MemorySize maxRecordSize();

  /** How long the start waits for Kafka before it fails. */
  @WithDefault("60s")
  Duration startTimeout();
}
