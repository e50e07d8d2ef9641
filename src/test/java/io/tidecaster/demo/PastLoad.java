package io.tidecaster.demo;

import java.time.InstantSource;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** A Prometheus that knows the past of some queries, for tests elsewhere. */
public final class PastLoad implements AutoCloseable {
  private final PastServer server;

  /**
   * @param queries a PromQL expression with its value at a time in seconds since the epoch
   */
  public PastLoad(Map<String, DoubleUnaryOperator> queries) {
    this.server = new PastServer(InstantSource.system(), queries);
  }

  public String url() {
    return server.url();
  }

  @Override
  public void close() {
    server.close();
  }
}
