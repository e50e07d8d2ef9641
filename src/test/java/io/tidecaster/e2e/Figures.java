package io.tidecaster.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tidecaster.demo.PastLoad;
import io.tidecaster.demo.RemoteWriteLoad;
import io.tidecaster.ingest.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures the figures of docs/figures.md, which says how to run it. No test: what it finds depends
 * on the machine and on who else uses it.
 */
final class Figures {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String CRM = "/api/v1/scalers/crm/crm-deployment/";
  private static final int DEMO_DECISIONS = 180;
  private static final int SCALERS = 100;
  private static final int REPLICAS = 10;
  private static final int SCRAPE_SECONDS = 15;
  private static final int MINUTES = 60;
  private static final int STARTS = 3;
  private static final int EDGE_SCALERS = 3;
  private static final Duration EDGE_PATIENCE = Duration.ofMinutes(15);

  private Figures() {}

  /** Ends by itself: threads of the Kubernetes client outlive it. */
  public static void main(String[] arguments) {
    int status = 0;
    try {
      measure(arguments);
    } catch (Exception | AssertionError e) {
      e.printStackTrace();
      status = 1;
    }
    System.exit(status);
  }

  private static void measure(String... arguments) throws Exception {
    say(
        "%s, %d cores, load %s"
            .formatted(processor(), cores(), Files.readString(Path.of("/proc/loadavg"))));
    List<String> wanted =
        arguments.length == 0 ? List.of("idle", "demo", "throughput") : List.of(arguments);
    for (String what : wanted) {
      switch (what) {
        case "idle" -> idle();
        case "start" -> start();
        case "demo" -> demo();
        case "edge" -> edge();
        case "cluster" -> cluster();
        case "throughput" -> throughput();
        default ->
            throw new IllegalArgumentException(
                "%s is none of idle, start, demo, edge, cluster, throughput".formatted(what));
      }
    }
  }

  /** A service without anything to do: its start, and its memory. */
  private static void idle() throws IOException {
    try (BrokerProcess broker = BrokerProcess.start()) {
      long start = System.nanoTime();
      try (ServiceProcess service = serve(broker, scalers(1)).start()) {
        say("serve: ready after %.1f s".formatted(secondsSince(start)));
        Instant rest = Instant.now().plusSeconds(30);
        Eventually.that("at rest", PATIENCE, () -> Instant.now().isAfter(rest));
        say("serve: %d MB resident, idle for 30 s".formatted(megabytes(service.residentBytes())));
        say("broker: %d MB resident".formatted(megabytes(broker.residentBytes())));
      }
    }
  }

  /**
   * The same start with and without the JDK's cache of classes that are loaded and linked ahead of
   * time, and that of the native binary where {@code -De2e.binary} names one. CPU time hardly
   * depends on who else uses the machine.
   */
  private static void start() throws IOException {
    Path cache = Path.of("target/tidecaster.aot");
    try (BrokerProcess broker = BrokerProcess.start()) {
      Files.deleteIfExists(cache);
      try (ServiceProcess training = onJvm(broker).jvm("-XX:AOTCacheOutput=" + cache).start()) {
        ProcessHandle.of(training.pid()).ifPresent(ProcessHandle::destroy);
        training.awaitExit(PATIENCE);
      }
      say("AOT cache: %d MB".formatted(megabytes(Files.size(cache))));
      for (int round = 1; round <= STARTS; round++) {
        start("JVM", onJvm(broker));
        start("JVM with AOT cache", onJvm(broker).jvm("-XX:AOTCache=" + cache));
        if (ServiceProcess.binary().isPresent()) {
          start("native binary", serve(broker, scalers(1)));
        }
      }
    }
  }

  private static ServiceProcess.Launch onJvm(BrokerProcess broker) throws IOException {
    return serve(broker, scalers(1)).jar(ServiceProcess.JAR);
  }

  private static void start(String name, ServiceProcess.Launch launch) throws IOException {
    long start = System.nanoTime();
    try (ServiceProcess service = launch.start()) {
      say(
          "%s: ready after %.1f s and %.1f s of CPU, %d MB resident"
              .formatted(
                  name,
                  secondsSince(start),
                  cpuSeconds(service.pid()),
                  megabytes(service.residentBytes())));
    }
  }

  /** The demo: its first recommendation, its memory, and how late its decisions are. */
  private static void demo() {
    int port = Loopback.freePort();
    long start = System.nanoTime();
    try (ServiceProcess demo =
        options(ServiceProcess.named("figures-demo"))
            .port(port)
            .arguments("demo", "--port", "" + port, "--speed", "60")
            .startWithoutWaiting()) {
      Eventually.that("a recommendation", PATIENCE, () -> get(demo, "recommendation").has("at"));
      say("demo: first recommendation after %.1f s".formatted(secondsSince(start)));
      Eventually.that("a forecast", PATIENCE, () -> get(demo, "forecast").has("quantiles"));
      say("demo: first forecast after %.1f s".formatted(secondsSince(start)));
      Eventually.that(
          "decisions", PATIENCE, () -> delays(demo).lastEntry().getValue() >= DEMO_DECISIONS);
      say(
          "demo: %d MB resident after %d decisions"
              .formatted(megabytes(demo.residentBytes()), DEMO_DECISIONS));
      NavigableMap<Double, Double> delays = delays(demo);
      say(
          "demo: sample to decision: median at most %.0f ms, 99 %% at most %.0f ms"
              .formatted(1000 * quantile(delays, 0.5), 1000 * quantile(delays, 0.99)));
    }
  }

  /**
   * The smallest site: the service with its broker in it and the options of values-edge.yaml, no
   * API server, four weeks of history to learn from, until each scaler has its model.
   */
  private static void edge() throws Exception {
    var yaml = new YAMLMapper();
    JsonNode values = yaml.readTree(Path.of("charts/tidecaster/values-edge.yaml").toFile());
    List<String> apps = IntStream.range(0, EDGE_SCALERS).mapToObj(Figures::app).toList();
    try (PastLoad past =
            new PastLoad(
                apps.stream().collect(Collectors.toMap(Figures::query, app -> Figures::tide)));
        ScratchDirectory log = ScratchDirectory.create("edge");
        ServiceProcess service =
            serve(scalers(EDGE_SCALERS))
                .arguments("--broker", log.path().toString())
                .property("tidecaster.kafka.partitions", "1")
                .jvm(withSerial(values.path("javaOptions").asText()))
                .property("tidecaster.ingest.backfill.url", past.url())
                .start();
        RemoteWriteLoad load =
            new RemoteWriteLoad(service.url().resolve("/api/v1/write"), apps, REPLICAS)) {
      say("edge: %d MB resident, ready".formatted(megabytes(service.residentBytes())));
      Eventually.that(
          "each scaler has its model",
          EDGE_PATIENCE,
          () -> {
            load.scrape(System.currentTimeMillis());
            return counted(service, "tidecaster_fit_seconds_count{model=\"forecast\"")
                >= EDGE_SCALERS;
          });
      say(
          "edge: %d scalers fitted in %.1f s each; %d MB resident, %d MB at most"
              .formatted(
                  EDGE_SCALERS,
                  counted(service, "tidecaster_fit_seconds_sum{model=\"forecast\"") / EDGE_SCALERS,
                  megabytes(service.residentBytes()),
                  megabytes(service.mostResidentBytes())));
    }
  }

  private static String[] withSerial(String options) {
    return ("-XX:+UseSerialGC " + options).split(" ");
  }

  /** A day's tide with some scatter. */
  private static double tide(double seconds) {
    double scatter = 1 + 0.1 * Math.sin(12.9898 * seconds);
    return 200 * scatter * (1.2 - Math.cos(2 * Math.PI * seconds / 86_400));
  }

  static double counted(ServiceProcess service, String series) {
    return Http.get(service.url().resolve("/q/metrics"))
        .body()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static String query(String app) {
    return "sum(rate(http_server_requests_seconds_count{app=\"%s\"}[1m]))".formatted(app);
  }

  /** Many scalers in a cluster; {@code -Dscalers=2000} measures that many alone. */
  private static void cluster() throws Exception {
    for (String count : System.getProperty("scalers", "100,500,2000").split(",", -1)) {
      ClusterFigures.of(Integer.parseInt(count));
    }
  }

  /** One core's samples a second, from remote write to the minutes on the topic. */
  private static void throughput() throws Exception {
    try (BrokerProcess broker = BrokerProcess.start();
        ServiceProcess service =
            serve(broker, scalers(SCALERS)).jvm("-XX:ActiveProcessorCount=1").start()) {
      pin(service.pid());
      List<String> apps = IntStream.range(0, SCALERS).mapToObj(Figures::app).toList();
      Instant time = Instant.now().minus(Duration.ofHours(3)).truncatedTo(ChronoUnit.MINUTES);
      try (RemoteWriteLoad load =
          new RemoteWriteLoad(service.url().resolve("/api/v1/write"), apps, REPLICAS)) {
        time = play(broker, load, time, 1);
        long start = System.nanoTime();
        double cpu = cpuSeconds(service.pid());
        play(broker, load, time, 2);
        double samples = (double) load.samples() * MINUTES * 60 / SCRAPE_SECONDS;
        double used = cpuSeconds(service.pid()) - cpu;
        say(
            "throughput: %.0f samples of %d series in %.1f s and %.1f s of CPU: %.0f a second, %.0f a CPU second"
                .formatted(
                    samples,
                    load.samples(),
                    secondsSince(start),
                    used,
                    samples / secondsSince(start),
                    samples / used));
        say("serve: %d MB resident under this load".formatted(megabytes(service.residentBytes())));
      }
    }
  }

  /** Sends an hour of scrapes, and returns its end when its minutes stand on the topic. */
  private static Instant play(BrokerProcess broker, RemoteWriteLoad load, Instant from, int round)
      throws Exception {
    Instant end = from.plus(Duration.ofMinutes(MINUTES));
    for (Instant time = from; time.isBefore(end); time = time.plusSeconds(SCRAPE_SECONDS)) {
      load.scrape(time.toEpochMilli());
    }
    // The last two minutes are open still.
    long expected = (long) SCALERS * (round * MINUTES - 2);
    Eventually.get("the minutes", PATIENCE, () -> broker.size(Topics.LOAD), n -> n >= expected);
    return end;
  }

  private static void pin(long pid) throws IOException, InterruptedException {
    Process taskset =
        new ProcessBuilder("taskset", "-a", "-c", "-p", "0", Long.toString(pid))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (taskset.waitFor() != 0) {
      throw new IllegalStateException("taskset cannot pin " + pid + " to core 0");
    }
  }

  private static ServiceProcess.Launch serve(BrokerProcess broker, Path scalers) {
    return serve(scalers).arguments("--kafka", broker.bootstrapServers());
  }

  private static ServiceProcess.Launch serve(Path scalers) {
    return options(ServiceProcess.named("figures-serve"))
        .property(
            "quarkus.kubernetes-client.api-server-url",
            "https://" + Loopback.HOST + ":" + Loopback.freePort())
        .arguments("serve", "--scalers", scalers.toString());
  }

  /** The options of the launcher {@code ./tidecaster}. */
  static ServiceProcess.Launch options(ServiceProcess.Launch launch) {
    return launch
        .jvm(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC")
        .property("java.util.logging.manager", "org.jboss.logmanager.LogManager");
  }

  static String app(int i) {
    return "crm-" + i;
  }

  private static Path scalers(int count) throws IOException {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < count; i++) {
      yaml.append(
          """
          ---
          apiVersion: tidecaster.io/v1alpha1
          kind: PredictiveScaler
          metadata: {namespace: crm, name: %1$s}
          spec:
            scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %1$s}
            minReplicas: 2
            maxReplicas: 10
            load:
              series:
                metric: http_server_requests_seconds_count
                type: Counter
                matchLabels: {namespace: crm, app: %1$s}
              query: %2$s
            usage:
              cpu:
                series:
                  metric: process_cpu_seconds_total
                  type: Counter
                  matchLabels: {namespace: crm, app: %1$s}
            objective: {requestsPerReplica: 40}
          """
              .formatted(app(i), query(app(i))));
    }
    Path file = Files.createTempFile("tidecaster-figures-", ".yaml");
    file.toFile().deleteOnExit();
    return Files.writeString(file, yaml);
  }

  private static JsonNode get(ServiceProcess service, String what) {
    return Http.json(Http.get(service.url().resolve(CRM + what)));
  }

  /** Decisions that were at most so many seconds late, by that bound. */
  static NavigableMap<Double, Double> delays(ServiceProcess service) {
    NavigableMap<Double, Double> counts = new TreeMap<>();
    Http.get(service.url().resolve("/q/metrics"))
        .body()
        .lines()
        .filter(line -> line.startsWith("tidecaster_pipeline_delay_seconds_bucket"))
        .forEach(line -> {
          String bound = line.replaceFirst(".*le=\"([^\"]+)\".*", "$1").replace("+Inf", "Infinity");
          counts.put(
              Double.parseDouble(bound),
              Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
        });
    return counts;
  }

  /** The least bound below which this share lies. */
  static double quantile(NavigableMap<Double, Double> counts, double level) {
    double all = counts.lastEntry().getValue();
    return counts.entrySet().stream()
        .filter(bucket -> bucket.getValue() >= level * all)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  static double cpuSeconds(long pid) {
    return ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .orElseThrow()
            .toMillis()
        / 1000.0;
  }

  private static String processor() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.replaceFirst(".*: ", ""))
        .findFirst()
        .orElse("unknown processor");
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static double secondsSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e9;
  }

  static long megabytes(long bytes) {
    return bytes / 1_000_000;
  }

  static void say(String line) {
    System.out.println(line.strip());
  }
}
