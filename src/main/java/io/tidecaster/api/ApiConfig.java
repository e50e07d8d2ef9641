package io.tidecaster.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Bounds of the REST interface. */
@ConfigMapping(prefix = "tidecaster.api")
public interface ApiConfig {

  /** Items on a page when {@code limit} is not given. */
  @WithDefault("100")
  int pageItems();

  /** Most items on a page; a larger {@code limit} is refused. */
  @WithDefault("1000")
  int maxPageItems();

  /**
   * How long advice holds after the minute it was made for. A decision is made each minute, so the
   * default means that three were missed.
   */
  @WithDefault("3m")
  Duration recommendationValidity();

  /** How long a change of a mode may take to reach Kafka. */
  @WithDefault("10s")
  Duration writeTimeout();

  /** Who may do what. */
  Access access();

  /** How requests are judged. */
  interface Access {

    /**
     * Where there is no cluster: the token that changes need; a new one at each start unless given.
     */
    Optional<String> token();

    /** For how long the API server's answer about a token, or about a right, is remembered. */
    @WithDefault("10s")
    Duration rememberFor();

    /** Most tokens, and most rights, that are remembered; the one longest unused goes first. */
    @WithDefault("1024")
    int remembered();

    /** Most requests judged at once; more are answered with 503. */
    @WithDefault("32")
    int atOnce();

    /** Whether remote write needs the right to create samples: Open or Checked. */
    @WithDefault("Open")
    RemoteWrite remoteWrite();
  }

  /** Who may send samples. */
  enum RemoteWrite {
    /** Everybody who reaches the port, as with Prometheus' own receiver. */
    OPEN,
    /** Who may {@code create} {@code samples.tidecaster.io}. */
    CHECKED
  }

  /** The event stream. */
  Stream stream();

  /** Bounds of the event streams. */
  interface Stream {

    /** How often a silent stream says that it lives; below the idle timeout of proxies (60 s). */
    @WithDefault("15s")
    Duration heartbeat();

    /** Most streams open at once in this replica; more are refused. */
    @WithDefault("256")
    int maxOpen();

    /** Most decisions sent at once to who comes back with a {@code Last-Event-ID}. */
    @WithDefault("1440")
    int maxReplay();

    /** How long a client is told to wait before it connects again. */
    @WithDefault("2s")
    Duration reconnectDelay();
  }
}
