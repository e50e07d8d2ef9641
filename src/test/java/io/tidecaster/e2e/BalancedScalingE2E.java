package io.tidecaster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidecaster.crd.v1alpha1.InstalledCrd;
import io.tidecaster.demo.RemoteWriteLoad;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The service as its users run it, with a balancer in its resource: a real control plane and a real
 * HAProxy, and the rights that the documentation tells a user to grant.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BalancedScalingE2E {
  private static final Path KUBERNETES = Path.of("docs/kubernetes.md");
  private static final Path SEED = Path.of("src/test/resources/e2e/crm-deployment.yaml");
  private static final String USER = "system:serviceaccount:tidecaster:tidecaster";
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Duration STARTS_WITHIN = Duration.ofMinutes(5);

  /** Two minutes to know the load, a third whose end decides, and the drain. */
  private static final Duration A_DECISION = Duration.ofMinutes(5);

  /** A flag that a slot keeps when it serves. */
  private static final int DISABLED_IN_THE_FILE = 0x04;

  private static final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private static ControlPlane controlPlane;
  private static KubernetesClient client;
  private static HaproxyServer haproxy;
  private static ServiceProcess service;

  /** Another workload, of one replica that bears 2 requests/s, to which 4 are sent. */
  private static final Duration SERVICE_TIME = Duration.ofMillis(500);

  private static final int SENT_PER_SECOND = 4;

  @BeforeAll
  static void start() throws IOException {
    controlPlane = open(ControlPlane.start());
    client = controlPlane.client();
    InstalledCrd.in(client);
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName("crm").endMetadata().build())
        .create();
    apply(DocumentedYaml.of(KUBERNETES, "rbac-advisory.yaml"));
    apply(DocumentedYaml.of(KUBERNETES, "rbac-enforcing.yaml"));
    apply(DocumentedYaml.of(KUBERNETES, "rbac-balance.yaml"));
    haproxy = open(HaproxyServer.start(Map.of(), 4));
    BrokerProcess broker = open(BrokerProcess.start());
    service =
        open(
            ServiceProcess.named("balanced-service")
                .jvm("-Xmx512m")
                .environment(
                    "KUBECONFIG", controlPlane.kubeconfigFor("tidecaster", "tidecaster").toString())
                .arguments("serve", "--kafka", broker.bootstrapServers(), "--mode", "Enforcing")
                .readiness("/q/health/ready", STARTS_WITHIN)
                .start());
    apply(
        """
        apiVersion: tidecaster.io/v1alpha1
        kind: PredictiveScaler
        metadata: {name: crm-deployment, namespace: crm}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: crm-deployment}
          mode: Enforcing
          minReplicas: 1
          maxReplicas: 5
          load:
            series:
              metric: http_server_requests_seconds_count
              type: Counter
              matchLabels: {namespace: crm, app: crm}
          objective: {requestsPerReplica: 20}
          leadTime: 3m
          behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
          balance:
            haproxy:
              instances: [%s]
              backend: crm
              port: 8080
              warmUp: 10s
              drainWithin: 10s
        """
            .formatted(haproxy.socket()));
    startOverload();
  }

  /** One replica at a time is sent one request; the others wait at HAProxy, for 2 s at most. */
  private static void startOverload() throws IOException {
    var replica = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    replica.setExecutor(open(Executors.newVirtualThreadPerTaskExecutor()));
    var _ =
        replica.createContext(
            "/",
            exchange -> {
              try (exchange) {
                Thread.sleep(SERVICE_TIME);
                exchange.sendResponseHeaders(204, -1);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    replica.start();
    open(() -> replica.stop(0));
    String address = Loopback.HOST + ":" + replica.getAddress().getPort() + " maxconn 1";
    HaproxyServer crowded = open(HaproxyServer.start(Map.of("one", address), 0));
    PrometheusServer prometheus =
        open(
            PrometheusServer.start(
                new PrometheusServer.Settings(
                    Duration.ofSeconds(5),
                    Map.of(),
                    List.of(service.url().resolve("/api/v1/write")),
                    null)));
    Files.writeString(
        prometheus.targetsDirectory().resolve("haproxy.json"),
        "[{\"targets\": [\"%s\"], \"labels\": {\"job\": \"haproxy\"}}]"
            .formatted(crowded.metrics()));
    var users = open(Executors.newSingleThreadScheduledExecutor());
    var browsers = open(Executors.newVirtualThreadPerTaskExecutor());
    var _ =
        users.scheduleAtFixedRate(
            () -> browsers.execute(() -> Http.get(crowded.url())),
            0,
            1_000 / SENT_PER_SECOND,
            TimeUnit.MILLISECONDS);
    open(users::shutdownNow);
    apply(
        Files.readString(SEED)
            .replace("crm-deployment", "crowded")
            .replace("app: crm", "app: crowded")
            .replaceAll("replicas: [0-9]+", "replicas: 1"));
    apply(
        """
        apiVersion: tidecaster.io/v1alpha1
        kind: PredictiveScaler
        metadata: {name: crowded, namespace: crm}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: crowded}
          mode: Advisory
          maxReplicas: 5
          objective: {requestsPerReplica: 100}
        """
            + DocumentedYaml.of(Path.of("docs/balancing.md"), "load.yaml, under spec"));
  }

  @AfterAll
  static void end() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  @Test
  @Order(1)
  void theReadyPodsBecomeTheServersAndWarmUp() throws IOException {
    apply(Files.readString(SEED));

    Set<String> ready =
        Eventually.get(
            "the pods are ready", SOON, BalancedScalingE2E::readyIps, ips -> ips.size() == 3);

    Eventually.that("they serve, warm", SOON, () -> serving(100).equals(ready));
    assertThat(commands("SetWeight")).as("in steps").isGreaterThan(3);
  }

  @Test
  @Order(2)
  void whoIsToGoIsDrainedBeforeTheReplicasAreLowered() throws IOException {
    Set<String> before = readyIps();
    RemoteWriteLoad load =
        open(new RemoteWriteLoad(service.url().resolve("/api/v1/write"), List.of("crm"), 3));
    var scrapes = open(Executors.newSingleThreadScheduledExecutor());
    var _ =
        scrapes.scheduleAtFixedRate(
            () -> {
              try {
                load.scrape(System.currentTimeMillis());
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            0,
            5,
            TimeUnit.SECONDS);

    // 3 series of 10 requests/s each: 30 / 20 = 1.5, so two replicas of three stay
    Eventually.that(
        "the Deployment is scaled in",
        A_DECISION,
        () ->
            client
                    .apps()
                    .deployments()
                    .inNamespace("crm")
                    .withName("crm-deployment")
                    .get()
                    .getSpec()
                    .getReplicas()
                == 2);
    scrapes.shutdownNow();

    List<String> writes =
        controlPlane.writesBy(USER).stream()
            .filter(write -> write.contains(" pods ") || write.contains("/scale "))
            .toList();
    assertThat(writes).hasSize(2);
    assertThat(writes.getFirst()).matches("patch pods crm/crm-deployment-\\S+ 200");
    assertThat(writes.getLast()).isEqualTo("update deployments/scale crm/crm-deployment 200");
    assertThat(metric("tidecaster_balance_drains_total{result=\"Drained\"}")).isEqualTo(1);
    String condemned = writes.getFirst().split("[/ ]", -1)[3];
    Eventually.that(
        "Kubernetes takes the one that was drained",
        SOON,
        () -> pods().size() == 2 && pods().stream().noneMatch(pod -> name(pod).equals(condemned)));
    Eventually.that("its server is free", SOON, () -> serving(100).equals(readyIps()));
    assertThat(before).containsAll(serving(100));
  }

  /** 100 requests/s a replica are stated; HAProxy tells what arrives from what is served. */
  @Test
  @Order(3)
  void requestsThatWaitAtHaproxyAskForAReplicaThatTheStatedCapacityDoesNot() {
    JsonNode status =
        Eventually.get(
            "the queue asks for replicas",
            A_DECISION,
            () -> statusOf("crowded"),
            known -> known.path("desiredReplicas").asInt() > 1);

    assertThat(status.path("currentReplicas").asInt()).isEqualTo(1);
    assertThat(status.at("/lastDecision/reason").asText()).isEqualTo("LoadAboveCapacity");
    Matcher sentence =
        Pattern.compile(
                "requests wait ([0-9.]+) s at the balancer, 1 ready replica served ([0-9.]+) of"
                    + " ([0-9.]+) requests/s")
            .matcher(status.at("/lastDecision/sentence").asText());
    assertThat(sentence.find()).as(status.toString()).isTrue();
    assertThat(Double.parseDouble(sentence.group(1))).isBetween(0.5, 2.5);
    assertThat(Double.parseDouble(sentence.group(2))).isBetween(1.0, 3.0);
    assertThat(Double.parseDouble(sentence.group(3))).isBetween(3.0, 4.5);
  }

  private static JsonNode statusOf(String scaler) {
    try {
      return Http.JSON
          .readTree(
              client.raw("/apis/tidecaster.io/v1alpha1/namespaces/crm/predictivescalers/" + scaler))
          .path("status");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Addresses of the servers that are neither drained nor in maintenance, of this weight. */
  private static Set<String> serving(int weight) {
    // be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight …
    return haproxy
        .command("show servers state crm")
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(fields -> fields.length > 8 && fields[1].equals("crm"))
        .filter(fields -> (Integer.parseInt(fields[6]) & ~DISABLED_IN_THE_FILE) == 0)
        .filter(fields -> fields[7].equals("" + weight))
        .map(fields -> fields[4])
        .collect(Collectors.toSet());
  }

  private static List<Pod> pods() {
    return client.pods().inNamespace("crm").withLabel("app", "crm").list().getItems();
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }

  private static Set<String> readyIps() {
    return pods().stream()
        .filter(pod ->
            pod.getStatus().getConditions().stream()
                .anyMatch(condition ->
                    condition.getType().equals("Ready") && condition.getStatus().equals("True")))
        .map(pod -> pod.getStatus().getPodIP())
        .collect(Collectors.toSet());
  }

  private static double commands(String command) {
    return metric(
        "tidecaster_balance_commands_total{command=\"%s\",result=\"Done\"}".formatted(command));
  }

  private static double metric(String series) {
    return Http.get(service.url().resolve("/q/metrics"))
        .body()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .sum();
  }

  private static void apply(String yaml) {
    client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).create();
  }

  private static <T extends AutoCloseable> T open(T resource) {
    opened.push(resource);
    return resource;
  }
}
