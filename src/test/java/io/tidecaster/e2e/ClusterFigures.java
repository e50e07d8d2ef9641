package io.tidecaster.e2e;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidecaster.crd.v1alpha1.InstalledCrd;
import io.tidecaster.demo.RemoteWriteLoad;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What so many PredictiveScalers cost: the service with the rights of docs/kubernetes.md, a control
 * plane with kwok's pods, a Deployment of one replica for each scaler, and the samples of all.
 *
 * <p>First all is quiet; then the load of all rises within the same minute, so that every workload
 * is scaled in the same round, which is the worst there is.
 */
final class ClusterFigures {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration SCRAPE = Duration.ofSeconds(15);

  /** After so long without a write a round is over. */
  private static final Duration REST = Duration.ofSeconds(30);

  /** As long as a status is not written anew where nothing changes: each is, once. */
  private static final int QUIET_MINUTES = Integer.getInteger("quiet", 10);

  private static final int APPLIED_AT_ONCE = 100;

  /** Requests a second of each workload; a replica bears 20. */
  private static final double QUIET = 10;

  private static final double BUSY = 30;
  private static final Path PAGE = Path.of("docs/kubernetes.md");
  private static final String USER = "system:serviceaccount:tidecaster:tidecaster";
  private static final Pattern REQUESTS =
      Pattern.compile(
          "apiserver_request_total\\{.*resource=\"([a-z]+)\".*subresource=\"([a-z]*)\".*verb=\"(GET|LIST)\".*} (\\S+)");

  /** What nobody but the service asks for all the time. */
  private static final List<String> READS =
      List.of(
          "GET deployments",
          "LIST pods",
          "LIST horizontalpodautoscalers",
          "LIST resourcequotas",
          "LIST poddisruptionbudgets");

  private final int scalers;
  private final ControlPlane controlPlane;
  private final ServiceProcess service;
  private final RemoteWriteLoad load;
  private double requests;

  private ClusterFigures(
      int scalers, ControlPlane controlPlane, ServiceProcess service, RemoteWriteLoad load) {
    this.scalers = scalers;
    this.controlPlane = controlPlane;
    this.service = service;
    this.load = load;
  }

  /** Starts all of it, and measures. */
  static void of(int scalers) throws Exception {
    try (ControlPlane controlPlane = ControlPlane.start()) {
      prepare(controlPlane.client(), scalers);
      try (BrokerProcess broker = BrokerProcess.start();
          ServiceProcess service =
              Figures.options(ServiceProcess.named("figures-cluster"))
                  .environment(
                      "KUBECONFIG",
                      controlPlane.kubeconfigFor("tidecaster", "tidecaster").toString())
                  .arguments("serve", "--kafka", broker.bootstrapServers(), "--mode", "Enforcing")
                  .start();
          RemoteWriteLoad load =
              new RemoteWriteLoad(
                  service.url().resolve("/api/v1/write"),
                  IntStream.range(0, scalers).mapToObj(Figures::app).toList(),
                  1)) {
        new ClusterFigures(scalers, controlPlane, service, load).measure();
      }
    }
  }

  /** A node for all their pods, for the two there are have room for 220; then the workloads. */
  private static void prepare(KubernetesClient client, int scalers) {
    Map<String, Quantity> room =
        Map.of(
            "cpu", new Quantity("2000"),
            "memory", new Quantity("8000Gi"),
            "pods", new Quantity("20000"));
    client
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName("node-large")
                .endMetadata()
                .withNewStatus()
                .withCapacity(room)
                .withAllocatable(room)
                .endStatus()
                .build())
        .create();
    InstalledCrd.in(client);
    apply(client, DocumentedYaml.of(PAGE, "rbac-advisory.yaml"));
    apply(client, DocumentedYaml.of(PAGE, "rbac-enforcing.yaml"));
    apply(client, "apiVersion: v1\nkind: Namespace\nmetadata: {name: crm}\n");
    for (int from = 0; from < scalers; from += APPLIED_AT_ONCE) {
      apply(
          client,
          IntStream.range(from, Math.min(scalers, from + APPLIED_AT_ONCE))
              .mapToObj(ClusterFigures::workload)
              .collect(Collectors.joining()));
    }
  }

  private static String workload(int i) {
    return """
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {namespace: crm, name: %1$s}
    spec:
      replicas: 1
      selector: {matchLabels: {app: %1$s}}
      template:
        metadata: {labels: {app: %1$s}}
        spec: {containers: [{name: app, image: app, resources: {requests: {cpu: 100m}}}]}
    ---
    apiVersion: tidecaster.io/v1alpha1
    kind: PredictiveScaler
    metadata: {namespace: crm, name: %1$s}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %1$s}
      mode: Enforcing
      minReplicas: 1
      maxReplicas: 10
      load:
        series:
          metric: http_server_requests_seconds_count
          type: Counter
          matchLabels: {namespace: crm, app: %1$s}
      objective: {requestsPerReplica: 20}
    """
        .formatted(Figures.app(i));
  }

  private static void apply(KubernetesClient client, String yaml) {
    client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).serverSideApply();
  }

  /** What the service has cost so far. */
  private record Account(
      double cpuSeconds,
      double decisions,
      Map<String, Long> writes,
      Map<String, Long> reads,
      NavigableMap<Double, Double> delays) {}

  private void measure() throws Exception {
    double before = decisions();
    while (decisions() - before < 2 * scalers) {
      play(1, QUIET);
    }
    tellQuiet();
    tellRound();
  }

  private void tellQuiet() throws Exception {
    Account before = account();
    play(QUIET_MINUTES, QUIET);
    Account after = account();
    Figures.say(
        "%d scalers, quiet, %d minutes: a minute %.0f decisions and %.1f s of CPU; %s"
            .formatted(
                scalers,
                QUIET_MINUTES,
                (after.decisions - before.decisions) / QUIET_MINUTES,
                (after.cpuSeconds - before.cpuSeconds) / QUIET_MINUTES,
                figures(before, after)));
    Figures.say(
        "  a minute: writes %s; reads %s"
            .formatted(
                each(before.writes, after.writes, QUIET_MINUTES),
                each(before.reads, after.reads, QUIET_MINUTES)));
  }

  /** From the rise of the load until all are scaled and nothing is written any more. */
  private void tellRound() throws Exception {
    Account before = account();
    Instant rise = Instant.now();
    Instant patience = rise.plus(PATIENCE);
    List<AuditEvent> writes = List.of();
    while (Instant.now().isBefore(patience) && !isOver(writes)) {
      play(1, BUSY);
      writes = controlPlane.auditedSince(USER, rise);
    }
    Account after = account();
    Figures.say(
        "%d scalers, all scaled at once: %.1f s of CPU; %s"
            .formatted(scalers, after.cpuSeconds - before.cpuSeconds, figures(before, after)));
    Figures.say(
        "  writes %s; reads %s".formatted(told(writes), each(before.reads, after.reads, 1)));
  }

  private boolean isOver(List<AuditEvent> writes) {
    return writes.stream().filter(ClusterFigures::isScaling).count() >= scalers
        && writes.getLast().at().isBefore(Instant.now().minus(REST));
  }

  private static boolean isScaling(AuditEvent write) {
    return write.what().endsWith("/scale") && write.responseStatus().code() == 200;
  }

  /** How many of each, and how long after the first scaling half of them and the last came. */
  private static String told(List<AuditEvent> writes) {
    Instant first =
        writes.stream().filter(ClusterFigures::isScaling).findFirst().orElseThrow().at();
    Map<String, List<AuditEvent>> kinds =
        writes.stream()
            .collect(
                Collectors.groupingBy(
                    write -> write.what() + " " + write.responseStatus().code(),
                    TreeMap::new,
                    Collectors.toList()));
    return kinds.entrySet().stream()
        .map(kind -> {
          List<AuditEvent> those = kind.getValue();
          return "%d %s (half after %.1f s, all after %.1f s)"
              .formatted(
                  those.size(),
                  kind.getKey(),
                  seconds(first, those.get(those.size() / 2).at()),
                  seconds(first, those.getLast().at()));
        })
        .collect(Collectors.joining(", "));
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }

  private String figures(Account before, Account after) {
    NavigableMap<Double, Double> delays = new TreeMap<>(after.delays);
    before.delays.forEach((bound, count) -> delays.merge(bound, -count, Double::sum));
    return "%d MB resident; sample to decision median <= %.0f ms, 99 %% <= %.0f ms"
        .formatted(
            Figures.megabytes(service.residentBytes()),
            1000 * Figures.quantile(delays, 0.5),
            1000 * Figures.quantile(delays, 0.99));
  }

  private static String each(Map<String, Long> before, Map<String, Long> after, int minutes) {
    return after.entrySet().stream()
        .map(entry ->
            Map.entry(entry.getKey(), entry.getValue() - before.getOrDefault(entry.getKey(), 0L)))
        .filter(entry -> entry.getValue() > 0)
        .map(entry -> "%.0f %s".formatted((double) entry.getValue() / minutes, entry.getKey()))
        .collect(Collectors.joining(", "));
  }

  private Account account() {
    return new Account(
        Figures.cpuSeconds(service.pid()), decisions(), writes(), reads(), Figures.delays(service));
  }

  private double decisions() {
    return Figures.counted(service, "tidecaster_decisions_total");
  }

  /** By verb, resource and answer, from the API server's audit log. */
  private Map<String, Long> writes() {
    return controlPlane.auditedSince(USER, Instant.EPOCH).stream()
        .collect(
            Collectors.groupingBy(
                write -> write.what() + " " + write.responseStatus().code(),
                TreeMap::new,
                Collectors.counting()));
  }

  /** From the API server's own count. */
  private Map<String, Long> reads() {
    Matcher counts = REQUESTS.matcher(controlPlane.client().raw("/metrics"));
    Map<String, Long> reads = new TreeMap<>();
    while (counts.find()) {
      String what = counts.group(3) + " " + counts.group(1);
      if (counts.group(2).isEmpty() && READS.contains(what)) {
        reads.merge(what, (long) Double.parseDouble(counts.group(4)), Long::sum);
      }
    }
    return reads;
  }

  /** Scrapes in real time, for decisions are made on the present alone. */
  private void play(int minutes, double rate) throws IOException, InterruptedException {
    Instant next = Instant.now();
    Instant end = next.plus(Duration.ofMinutes(minutes));
    while (next.isBefore(end)) {
      requests += rate * SCRAPE.toSeconds();
      load.scrape(System.currentTimeMillis(), requests);
      next = next.plus(SCRAPE);
      Instant due = next;
      Eventually.that("the next scrape is due", PATIENCE, () -> Instant.now().isAfter(due));
    }
  }
}
