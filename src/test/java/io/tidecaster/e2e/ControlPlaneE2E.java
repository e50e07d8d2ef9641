package io.tidecaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control plane of the tests does what the tests of Tidecaster will take for granted. */
class ControlPlaneE2E {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static ControlPlane controlPlane;
  private static KubernetesClient client;

  @BeforeAll
  static void start() {
    controlPlane = ControlPlane.start();
    client = controlPlane.client();
  }

  @AfterAll
  static void stop() {
    controlPlane.close();
  }

  @Test
  void podsBecomeReadyAsLongAfterTheirStartAsTheirAnnotationSays() {
    deploy("ready", "web", 3, Map.of("tidecaster.io/ready-after", "5s"));
    awaitReady("ready", "web", 3);

    for (Pod pod : pods("ready")) {
      Instant started = Instant.parse(pod.getStatus().getStartTime());
      Instant ready = Instant.parse(condition(pod, "Ready").getLastTransitionTime());
      Duration took = Duration.between(started, ready);
      // Kubernetes writes whole seconds: 5 s shows as 5, or 6 where the machine is busy.
      assertTrue(took.compareTo(Duration.ofSeconds(5)) >= 0, "ready after " + took);
      assertTrue(took.compareTo(Duration.ofSeconds(8)) <= 0, "ready after " + took);
    }
  }

  @Test
  void aDeploymentFollowsItsScale() {
    deploy("scale", "web", 3, Map.of());
    awaitReady("scale", "web", 3);

    client.apps().deployments().inNamespace("scale").withName("web").scale(5);

    awaitReady("scale", "web", 5);
    assertEquals(5, pods("scale").size());
  }

  @Test
  void aScaleOnAStaleResourceVersionIsAConflict() {
    deploy("stale", "web", 1, Map.of());
    awaitReady("stale", "web", 1);
    var deployment = client.apps().deployments().inNamespace("stale").withName("web");
    Scale read = deployment.scale();
    deployment.scale(2);

    read.getSpec().setReplicas(3);
    var refused = assertThrows(KubernetesClientException.class, () -> deployment.scale(read));

    assertEquals(409, refused.getCode());
    assertEquals(2, deployment.get().getSpec().getReplicas());
  }

  @Test
  void aServiceAccountMayDoWhatItsRoleSaysAndNoMore() {
    deploy("rbac", "web", 1, Map.of());
    client
        .load(
            stream(
                """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: advisor, namespace: rbac}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: advisor, namespace: rbac}
                rules:
                  - {apiGroups: [apps], resources: [deployments], verbs: [get, list, watch]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: advisor, namespace: rbac}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: advisor}
                subjects: [{kind: ServiceAccount, name: advisor, namespace: rbac}]
                """))
        .create();
    KubernetesClient advisor = controlPlane.clientFor("rbac", "advisor");
    var deployment = advisor.apps().deployments().inNamespace("rbac").withName("web");
    Eventually.answers("the role is in force", SOON, deployment::get);

    var denied =
        assertThrows(
            KubernetesClientException.class,
            () ->
                deployment.patch(
                    PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"replicas\":2}}"));

    assertEquals(403, denied.getCode());
    assertEquals(
        1,
        client
            .apps()
            .deployments()
            .inNamespace("rbac")
            .withName("web")
            .get()
            .getSpec()
            .getReplicas());
    assertEquals(
        List.of("patch deployments rbac/web 403"),
        controlPlane.writesBy("system:serviceaccount:rbac:advisor"));
  }

  @Test
  void aRunningPodIsResizedInPlace() {
    deploy("resize", "web", 1, Map.of());
    awaitReady("resize", "web", 1);

    resize(pods("resize").getFirst(), "750m");

    Pod resized =
        Eventually.get(
            "the resize is in force",
            SOON,
            () -> pods("resize").getFirst(),
            pod -> inForce(pod).equals(new Quantity("750m")));
    ContainerStatus status = resized.getStatus().getContainerStatuses().getFirst();
    assertEquals(new Quantity("750m"), status.getAllocatedResources().get("cpu"));
    assertEquals(0, status.getRestartCount());
    assertEquals("True", condition(resized, "Ready").getStatus());
    assertEquals(
        resized.getMetadata().getGeneration(), resized.getStatus().getObservedGeneration());
  }

  @Test
  void aResizeMayTakeItsTime() {
    deploy("slow", "web", 1, Map.of("tidecaster.io/resize-after", "2s"));
    awaitReady("slow", "web", 1);

    resize(pods("slow").getFirst(), "750m");

    Pod underWay =
        Eventually.get(
            "the resize is under way",
            SOON,
            () -> pods("slow").getFirst(),
            pod -> condition(pod, "PodResizeInProgress").getStatus().equals("True"));
    assertEquals(new Quantity("500m"), inForce(underWay));
    Pod done =
        Eventually.get(
            "the resize is in force",
            SOON,
            () -> pods("slow").getFirst(),
            pod -> inForce(pod).equals(new Quantity("750m")));
    assertThrows(AssertionError.class, () -> condition(done, "PodResizeInProgress"));
  }

  @Test
  void anHpaFollowsItsFloorUpWithoutAnyMetrics() {
    deploy("hpa", "web", 1, Map.of());
    awaitReady("hpa", "web", 1);
    client
        .load(
            stream(
                """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: web, namespace: hpa}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                  minReplicas: 3
                  maxReplicas: 6
                """))
        .create();

    awaitReady("hpa", "web", 3);
  }

  @Test
  void aNodeMayRefuseAResizeAndTakeItLater() {
    deploy("refuse", "web", 1, Map.of("tidecaster.io/resize", "Deferred"));
    awaitReady("refuse", "web", 1);

    resize(pods("refuse").getFirst(), "750m");

    Pod pending =
        Eventually.answers(
            "the resize is pending",
            SOON,
            () -> {
              Pod pod = pods("refuse").getFirst();
              condition(pod, "PodResizePending");
              return pod;
            });
    assertEquals("Deferred", condition(pending, "PodResizePending").getReason());
    assertEquals(new Quantity("500m"), inForce(pending));

    client
        .resource(pending)
        .edit(pod -> {
          pod.getMetadata().getAnnotations().remove("tidecaster.io/resize");
          return pod;
        });
    Pod taken =
        Eventually.get(
            "the resize is in force",
            SOON,
            () -> pods("refuse").getFirst(),
            pod -> inForce(pod).equals(new Quantity("750m")));
    assertThrows(AssertionError.class, () -> condition(taken, "PodResizePending"));
  }

  @Test
  void theCrmIsWhicheverPodsAreReady(@TempDir Path targets) {
    deploy("crm", "crm", 2, Map.of());
    try (var crm = new CrmFleet(targets, "crm", "crm", CrmFleet.Cost.TYPICAL)) {
      crm.follow(client, Map.of("app", "crm"));
      Eventually.that("two replicas serve", SOON, () -> crm.pods().size() == 2);

      client.apps().deployments().inNamespace("crm").withName("crm").scale(4);
      Eventually.that("four replicas serve", SOON, () -> crm.pods().size() == 4);

      client.apps().deployments().inNamespace("crm").withName("crm").scale(1);
      Eventually.that(
          "the one that is left serves",
          SOON,
          () ->
              crm.pods()
                  .equals(pods("crm").stream().map(it -> it.getMetadata().getName()).toList()));
    }
  }

  @Test
  void kubectlSpeaksToIt() throws IOException {
    deploy("kubectl", "web", 1, Map.of());

    try (ChildProcess kubectl =
        ChildProcess.start(
            "kubectl",
            List.of(
                Tools.find().controlPlane("kubectl").toString(),
                "--kubeconfig=" + controlPlane.kubeconfig(),
                "get",
                "--namespace=kubectl",
                "deployments"))) {
      assertTrue(kubectl.ended(SOON));
      assertTrue(Files.readString(kubectl.log()).startsWith("NAME   READY   UP-TO-DATE"));
    }
  }

  @Test
  void theApiServerMayGoAndComeBack() {
    try (ControlPlane own = ControlPlane.start()) {
      own.client()
          .apps()
          .deployments()
          .inNamespace("default")
          .resource(deployment("web", 2, Map.of()))
          .create();

      own.stopApiServer();
      assertThrows(KubernetesClientException.class, () -> own.client().raw("/readyz"));
      own.startApiServer();

      Eventually.that(
          "the controllers go on",
          SOON,
          () -> own.client().apps().deployments().inNamespace("default").withName("web").isReady());
    }
  }

  // ---------------------------------------------------------------- words

  private static void deploy(
      String namespace, String name, int replicas, Map<String, String> annotations) {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    client
        .apps()
        .deployments()
        .inNamespace(namespace)
        .resource(deployment(name, replicas, annotations))
        .create();
  }

  private static Deployment deployment(String name, int replicas, Map<String, String> annotations) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withNewSelector()
        .addToMatchLabels("app", name)
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", name)
        .addToAnnotations(annotations)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("crm")
        .withNewResources()
        .addToRequests("cpu", new Quantity("500m"))
        .addToRequests("memory", new Quantity("256Mi"))
        .endResources()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static InputStream stream(String yaml) {
    return new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
  }

  private static void awaitReady(String namespace, String name, int replicas) {
    Eventually.get(
        name + " has " + replicas + " ready replicas",
        SOON,
        () -> client.apps().deployments().inNamespace(namespace).withName(name).get().getStatus(),
        status -> Integer.valueOf(replicas).equals(status.getReadyReplicas()));
  }

  private static List<Pod> pods(String namespace) {
    return client.pods().inNamespace(namespace).list().getItems();
  }

  private static PodCondition condition(Pod pod, String type) {
    return pod.getStatus().getConditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no condition " + type));
  }

  private static Quantity inForce(Pod pod) {
    ContainerStatus status = pod.getStatus().getContainerStatuses().getFirst();
    return Objects.requireNonNull(status.getResources().getRequests().get("cpu"), "no cpu request");
  }

  private static void resize(Pod pod, String cpu) {
    client
        .resource(pod)
        .subresource("resize")
        .patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            "{\"spec\":{\"containers\":[{\"name\":\"main\",\"resources\":{\"requests\":{\"cpu\":\""
                + cpu
                + "\"}}}]}}");
  }
}
