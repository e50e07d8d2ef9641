package io.tidecaster.demo;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Scrapes of many scalers' replicas, made up and sent as a Prometheus would; for measurements. */
public final class RemoteWriteLoad implements AutoCloseable {
  private static final List<String> METRICS =
      List.of("http_server_requests_seconds_count", "process_cpu_seconds_total");

  private final RemoteWriteClient client;
  private final List<TreeMap<String, String>> series = new ArrayList<>();

  /**
   * @param receiver {@code http://…/api/v1/write}
   * @param apps the label {@code app} of each workload
   * @param replicas of each
   */
  public RemoteWriteLoad(URI receiver, List<String> apps, int replicas) {
    this.client = new RemoteWriteClient(receiver);
    for (String app : apps) {
      for (int replica = 0; replica < replicas; replica++) {
        for (String metric : METRICS) {
          String pod = app + "-" + replica;
          series.add(
              new TreeMap<>(
                  Map.of(
                      "__name__",
                      metric,
                      "namespace",
                      "crm",
                      "app",
                      app,
                      "pod",
                      pod,
                      "instance",
                      pod + ":8080",
                      "job",
                      "crm")));
        }
      }
    }
  }

  /** Samples in one scrape of all. */
  public int samples() {
    return series.size();
  }

  /** Sends one scrape of all in one request, and returns when it is acknowledged. */
  public void scrape(long timestampMillis) throws IOException, InterruptedException {
    scrape(timestampMillis, timestampMillis / 100.0);
  }

  /** The same with this as the count of each series. */
  public void scrape(long timestampMillis, double value) throws IOException, InterruptedException {
    client.send(
        series.stream()
            .map(labels -> new RemoteWriteClient.Scraped(labels, value, timestampMillis))
            .toList());
  }

  @Override
  public void close() {
    client.close();
  }
}
