package io.tidecaster.ingest;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** How samples come in. */
@ConfigMapping(prefix = "tidecaster.ingest")
public interface IngestConfig {

  /** {@code POST /api/v1/write}. */
  RemoteWrite remoteWrite();

  /** The topic of a prometheus-kafka-adapter. */
  Adapter adapter();

  /** Prometheus' HTTP API, which tells of the weeks before the first sample. */
  Backfill backfill();

  /** The remote write receiver's bounds. */
  interface RemoteWrite {

    /**
     * The largest body, as it is sent; larger ones are answered 413. At most {@code
     * quarkus.http.limits.max-body-size}.
     */
    @WithDefault("8M")
    MemorySize maxCompressedSize();

    /** The largest body once decompressed; one that states more is answered 413 unread. */
    @WithDefault("64M")
    MemorySize maxDecompressedSize();

    /**
     * Bytes of requests and of records not yet acknowledged, over all requests at one time; at
     * least the largest request, compressed and decompressed. Beyond it requests are answered 429.
     */
    @WithDefault("192M")
    MemorySize maxInFlightSize();

    /** Characters in the labels of one series, from 256 to 100000; a longer series is rejected. */
    @WithDefault("16384")
    int maxLabelCharacters();

    /**
     * How long Kafka may take to acknowledge all of a request, else it is answered 503. Below the
     * sender's own timeout, which in Prometheus is 30 s.
     */
    @WithDefault("10s")
    Duration ackTimeout();

    /** When to try again, told with a 429 and a 503; whole seconds, from 1. */
    @WithDefault("2s")
    Duration retryAfter();
  }

  /** A consumer of the JSON that prometheus-kafka-adapter writes. */
  interface Adapter {

    /** The adapter's topic; nothing is consumed where this is unset. */
    Optional<String> topic();

    /** The consumer group; the replicas of one installation share it. */
    @WithDefault("tidecaster-adapter")
    String group();

    /** Where a new group starts: {@code earliest} or {@code latest}. */
    @WithDefault("earliest")
    String startAt();

    /** Records read at one time, and acknowledged together; from 1. */
    @WithDefault("2000")
    int maxPollRecords();

    /** How long to wait before a failed batch is read again, from 100 ms. */
    @WithDefault("2s")
    Duration retryAfter();
  }

  /** The client of Prometheus' HTTP API. */
  interface Backfill {

    /** Where Prometheus is, {@code http://prometheus:9090}; nothing is backfilled where unset. */
    Optional<URI> url();

    /** How far back is asked for, in whole minutes. */
    @WithDefault("28d")
    Duration lookback();

    /** Minutes a query, from 1 to 11000, which is the most that Prometheus gives. */
    @WithDefault("10080")
    int pointsPerQuery();

    /** How long one query may take. */
    @WithDefault("30s")
    Duration timeout();

    /** How often a query is tried in all, from 1 to 10. */
    @WithDefault("3")
    int attempts();

    /** The pause before the second attempt; it doubles with each further one. */
    @WithDefault("1s")
    Duration retryAfter();

    /** The largest answer to one query. */
    @WithDefault("16M")
    MemorySize maxResponseSize();

    /** Sent as {@code Authorization: Bearer}; not together with a username. */
    Optional<String> bearerToken();

    /** For basic authentication, with a password. */
    Optional<String> username();

    /** For basic authentication, with a username. */
    Optional<String> password();
  }
}
