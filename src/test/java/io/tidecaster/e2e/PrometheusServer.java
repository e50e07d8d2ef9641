package io.tidecaster.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A real Prometheus on loopback. It scrapes whatever appears as a file in {@link
 * #targetsDirectory()} and writes every sample on to the remote-write receivers it is given, with a
 * queue that hands over in a fraction of a second, as tests wait for it.
 */
public final class PrometheusServer implements AutoCloseable {
  private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);

  /**
   * What to scrape how often, and whom to tell.
   *
   * @param scrapeInterval how often each target is scraped
   * @param externalLabels labels on every sample that leaves by remote write
   * @param remoteWrite the receivers' URLs
   * @param history an OpenMetrics text with timestamps, ended by {@code # EOF}, that Prometheus
   *     holds from the start, as if it had scraped it in the past
   */
  public record Settings(
      Duration scrapeInterval,
      Map<String, String> externalLabels,
      List<URI> remoteWrite,
      @Nullable Path history) {

    public Settings {
      externalLabels = Map.copyOf(externalLabels);
      remoteWrite = List.copyOf(remoteWrite);
    }

    /** Scrapes every second and writes nowhere. */
    public static Settings everySecond() {
      return new Settings(Duration.ofSeconds(1), Map.of(), List.of(), null);
    }

    public Settings withExternalLabels(Map<String, String> labels) {
      return new Settings(scrapeInterval, labels, remoteWrite, history);
    }

    public Settings withRemoteWrite(URI... receivers) {
      return new Settings(scrapeInterval, externalLabels, List.of(receivers), history);
    }

    public Settings withHistory(Path openMetrics) {
      return new Settings(scrapeInterval, externalLabels, remoteWrite, openMetrics);
    }
  }

  /** One sample of an instant query's answer. */
  public record Sample(Map<String, String> labels, double value) {
    public Sample {
      labels = Map.copyOf(labels);
    }
  }

  private final ScratchDirectory scratch;
  private final ChildProcess process;
  private final int port;

  private PrometheusServer(ScratchDirectory scratch, ChildProcess process, int port) {
    this.scratch = scratch;
    this.process = process;
    this.port = port;
  }

  /** Starts one on a free port and waits until it is ready. */
  public static PrometheusServer start(Settings settings) {
    return start(settings, Loopback.freePort());
  }

  /** Starts one on a port that others know already. */
  public static PrometheusServer start(Settings settings, int port) {
    Tools tools = Tools.find();
    var scratch = ScratchDirectory.create("prometheus");
    scratch.directory("targets");
    writeConfiguration(scratch, settings);
    @Nullable Path history = settings.history();
    if (history != null) {
      backfill(tools, scratch, history);
    }
    ChildProcess process =
        ChildProcess.start(
            "prometheus",
            List.of(
                tools.prometheus().toString(),
                "--config.file=" + scratch.path().resolve("prometheus.yml"),
                "--storage.tsdb.path=" + scratch.path().resolve("data"),
                "--storage.tsdb.retention.time=1y",
                "--web.listen-address=" + Loopback.HOST + ":" + port,
                "--web.enable-lifecycle"));
    var server = new PrometheusServer(scratch, process, port);
    try {
      Eventually.get(
          "Prometheus is ready",
          STARTS_WITHIN,
          () -> {
            process.requireAlive();
            return Http.get(server.url().resolve("/-/ready")).statusCode();
          },
          status -> status == 200);
    } catch (Throwable e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** Its base URL, without a slash at the end. */
  public URI url() {
    return Loopback.http(port);
  }

  /** Every {@code *.json} here is a list of targets; see {@link CrmFleet}. */
  public Path targetsDirectory() {
    return scratch.path().resolve("targets");
  }

  /**
   * Replaces the configuration and waits until it is in force. The history cannot change any more.
   */
  public void reload(Settings settings) {
    writeConfiguration(scratch, settings);
    HttpResponse<String> response = Http.post(url().resolve("/-/reload"), "");
    if (response.statusCode() != 200) {
      throw new IllegalStateException("Prometheus does not reload: " + response.body());
    }
  }

  /** The answer to an instant query that gives a vector or a scalar, now. */
  public List<Sample> query(String promql) {
    JsonNode answer =
        Http.json(
            Http.get(
                url()
                    .resolve(
                        "/api/v1/query?query="
                            + URLEncoder.encode(promql, StandardCharsets.UTF_8))));
    if (!answer.path("status").asText().equals("success")) {
      throw new IllegalArgumentException(promql + ": " + answer.path("error").asText());
    }
    JsonNode data = answer.path("data");
    if (data.path("resultType").asText().equals("scalar")) {
      return List.of(new Sample(Map.of(), data.path("result").path(1).asDouble()));
    }
    var samples = new ArrayList<Sample>();
    for (JsonNode series : data.path("result")) {
      var labels = new TreeMap<String, String>();
      series
          .path("metric")
          .properties()
          .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
      samples.add(new Sample(labels, number(series.path("value").path(1).asText())));
    }
    return samples;
  }

  @Override
  public void close() {
    process.close();
    scratch.close();
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /** JSON is YAML: what is built here needs no quoting rules of its own. */
  private static void writeConfiguration(ScratchDirectory scratch, Settings settings) {
    String interval = settings.scrapeInterval().toMillis() + "ms";
    ObjectNode root = Http.JSON.createObjectNode();
    ObjectNode global = root.putObject("global");
    global.put("scrape_interval", interval).put("scrape_timeout", interval);
    settings.externalLabels().forEach(global.putObject("external_labels")::put);
    ObjectNode job = root.putArray("scrape_configs").addObject().put("job_name", "crm");
    job.putArray("file_sd_configs")
        .addObject()
        .put("refresh_interval", "5s")
        .putArray("files")
        .add(scratch.path().resolve("targets").resolve("*.json").toString());
    ArrayNode receivers = root.putArray("remote_write");
    for (URI receiver : settings.remoteWrite()) {
      ObjectNode to = receivers.addObject().put("url", receiver.toString());
      to.putObject("queue_config")
          .put("capacity", 10_000)
          .put("max_shards", 2)
          .put("max_samples_per_send", 2_000)
          .put("batch_send_deadline", "200ms")
          .put("min_backoff", "50ms")
          .put("max_backoff", "1s");
      to.putObject("metadata_config").put("send", true).put("send_interval", "5s");
    }
    scratch.write("prometheus.yml", root.toPrettyString());
  }

  private static void backfill(Tools tools, ScratchDirectory scratch, Path openMetrics) {
    Path blocks = scratch.directory("data");
    var command =
        List.of(
            tools.promtool().toString(),
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            "--quiet",
            "--max-block-duration=168h",
            openMetrics.toString(),
            blocks.toString());
    try (ChildProcess promtool = ChildProcess.start("promtool", command)) {
      if (!promtool.ended(Duration.ofMinutes(3)) || promtool.exitStatus() != 0) {
        throw new IllegalArgumentException(
            "promtool does not take " + openMetrics + ":\n" + promtool.logTail());
      }
    }
  }
}
