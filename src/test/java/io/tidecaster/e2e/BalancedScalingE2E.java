package io.tidecaster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidecaster.crd.v1alpha1.InstalledCrd;
import io.tidecaster.demo.RemoteWriteLoad;
import java.io.ByteArrayInputStream;
import java.io.IOException;
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
