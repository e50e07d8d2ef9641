package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tidecaster.decide.Fleet;
import io.tidecaster.e2e.ControlPlane;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.workload.Actuation;
import io.tidecaster.workload.Scaler;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against a real API server with its controllers; each test has a namespace of its own. */
class KubernetesScalerE2E {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static ControlPlane controlPlane;
  private static KubernetesClient client;
  private static KubernetesScaler scaler;

  @BeforeAll
  static void connect() {
    controlPlane = ControlPlane.shared();
    client = controlPlane.client();
    scaler = scalerOf(client);
  }

  private static KubernetesScaler scalerOf(KubernetesClient client) {
    return new KubernetesScaler(client, Given.LIMITS, InstantSource.system());
  }

  @Test
  void seesADeploymentAndScalesIt() {
    seesAndScales("act-deployment", "Deployment", "");
  }

  @Test
  void seesAStatefulSetAndScalesIt() {
    seesAndScales("act-statefulset", "StatefulSet", "serviceName: web");
  }

  private static void seesAndScales(String namespace, String kind, String more) {
    apply(namespace, workload(kind, "web", 2, more));
    Scaler web = Given.scaler(namespace, "apps/v1", kind, "web");
    Fleet two = awaitReady(web, 2);
    // 250m + 0.25 of the two containers
    assertThat(two.specReplicas()).isEqualTo(2);
    assertThat(two.cpuRequestCores()).isEqualTo(OptionalDouble.of(0.5));

    ScaleResult result = scaleToThree(web);

    assertThat(result).isInstanceOf(ScaleResult.Scaled.class);
    assertThat(awaitReady(web, 3).specReplicas()).isEqualTo(3);
    assertThat(managersOf(namespace, kind, "scale")).containsExactly("tidecaster");
  }

  @Test
  void scalesACustomKindWhereverItKeepsItsReplicas() {
    String namespace = "act-custom";
    installGadgets();
    apply(
        namespace,
        """
        apiVersion: tests.tidecaster.io/v1
        kind: Gadget
        metadata: {name: web}
        spec: {size: 2}
        """);
    Scaler web = Given.scaler(namespace, "tests.tidecaster.io/v1", "Gadget", "web");
    Fleet fleet = seen(scaler.observe(web));
    assertThat(fleet.specReplicas()).isEqualTo(2);
    assertThat(fleet.cpuRequestCores()).isEmpty();

    assertThat(scaler.scale(web, fleet, 5)).isInstanceOf(ScaleResult.Scaled.class);
    assertThat(seen(scaler.observe(web)).specReplicas()).isEqualTo(5);
  }

  @Test
  void leavesAWorkloadThatChangedSinceItWasDecided() {
    String namespace = "act-stale";
    apply(namespace, workload("Deployment", "web", 1, ""));
    Scaler web = Given.deployment(namespace, "web");
    Fleet before = awaitReady(web, 1);
    client.apps().deployments().inNamespace(namespace).withName("web").scale(2);

    assertThat(scaler.scale(web, before, 4))
        .isInstanceOf(ScaleResult.Conflict.class)
        .extracting(result -> ((ScaleResult.Conflict) result).detail())
        .asString()
        .startsWith("Deployment act-stale/web changed since it was decided");
    assertThat(seen(scaler.observe(web)).specReplicas()).isEqualTo(2);
  }

  @Test
  void scalesAtOnceAWorkloadOfWhichOnlySomethingElseChanged() {
    String namespace = "act-rollout";
    apply(namespace, workload("Deployment", "web", 1, ""));
    Scaler web = Given.deployment(namespace, "web");
    Fleet before = awaitReady(web, 1);
    client
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("web")
        .edit(deployment ->
            deployment
                .edit()
                .editMetadata()
                .addToAnnotations("tests.tidecaster.io/touched", "yes")
                .endMetadata()
                .build());

    assertThat(scaler.scale(web, before, 4)).isInstanceOf(ScaleResult.Scaled.class);
    assertThat(seen(scaler.observe(web)).specReplicas()).isEqualTo(4);
  }

  @Test
  void aStormOfOthersWritesCostsThreeAttemptsAtMostAndPasses() throws Exception {
    String namespace = "act-storm";
    apply(namespace, workload("Deployment", "web", 1, ""));
    serviceAccount(namespace, "scaler");
    grant(namespace, "scaler", "apps", "deployments", "get");
    grant(namespace, "scaler", "apps", "deployments/scale", "update");
    grant(namespace, "scaler", "autoscaling", "horizontalpodautoscalers", "list");
    Scaler web = Given.deployment(namespace, "web");
    awaitReady(web, 1);
    var ours = scalerOf(controlPlane.clientFor(namespace, "scaler"));
    Eventually.that(
        "the rights are known",
        SOON,
        () -> ours.scale(web, seen(scaler.observe(web)), 2) instanceof ScaleResult.Scaled);
    String user = "system:serviceaccount:" + namespace + ":scaler";
    AtomicBoolean storm = new AtomicBoolean(true);
    Thread others =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; storm.get(); i++) {
                touch(namespace, i);
              }
            });
    try {
      for (int i = 0; i < 10; i++) {
        Fleet fleet = seen(ours.observe(web));
        long before = writesOf(user);
        ScaleResult result = ours.scale(web, fleet, fleet.specReplicas() == 2 ? 3 : 2);
        assertThat(result).isInstanceOfAny(ScaleResult.Scaled.class, ScaleResult.Conflict.class);
        assertThat(writesOf(user) - before).isBetween(1L, 3L);
      }
    } finally {
      storm.set(false);
      others.join();
    }

    assertThat(ours.scale(web, seen(ours.observe(web)), 4)).isInstanceOf(ScaleResult.Scaled.class);
  }

  private static long writesOf(String user) {
    return controlPlane.writesBy(user).size();
  }

  private static void touch(String namespace, int i) {
    client
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("web")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"tests.tidecaster.io/touched\":\"%d\"}}}"
                .formatted(i));
  }

  @Test
  void neitherSeesNorScalesATargetThatIsGoneUntilItIsMadeAnew() {
    String namespace = "act-gone";
    apply(namespace, workload("Deployment", "web", 1, ""));
    Scaler web = Given.deployment(namespace, "web");
    Fleet before = awaitReady(web, 1);
    client.apps().deployments().inNamespace(namespace).withName("web").delete();

    Eventually.that("it is gone", SOON, () -> scaler.observe(web) instanceof Observation.NotFound);
    assertThat(scaler.scale(web, before, 3)).isInstanceOf(ScaleResult.Failed.class);

    apply(namespace, workload("Deployment", "web", 2, ""));
    assertThat(seen(scaler.observe(web)).specReplicas()).isEqualTo(2);
    assertThat(scaler.scale(web, before, 3))
        .as("it has other replicas than were decided on")
        .isInstanceOf(ScaleResult.Conflict.class);
  }

  @Test
  void tellsTheNewResourceVersionOfAScaling() {
    String namespace = "act-version";
    apply(namespace, workload("Deployment", "web", 0, ""));
    Scaler web = Given.deployment(namespace, "web");
    String before = seen(scaler.observe(web)).resourceVersion();

    assertThat(scaleToThree(web))
        .asInstanceOf(type(ScaleResult.Scaled.class))
        .extracting(ScaleResult.Scaled::newResourceVersion)
        .asString()
        .isNotEmpty()
        .isNotEqualTo(before);
  }

  @Test
  void leavesAWorkloadThatAnHpaScales() {
    String namespace = "act-hpa";
    apply(namespace, workload("Deployment", "web", 1, ""));
    apply(
        namespace,
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web-hpa}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplicas: 1
          maxReplicas: 3
          metrics:
            - type: Resource
              resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}
        """);
    Scaler web = Given.deployment(namespace, "web", Actuation.SCALE);

    assertThat(
            Eventually.get(
                "the HPA is seen",
                SOON,
                () -> scaler.scale(web, seen(scaler.observe(web)), 2),
                result -> !(result instanceof ScaleResult.Conflict)))
        .isEqualTo(
            new ScaleResult.OwnedByOther(
                "HorizontalPodAutoscaler act-hpa/web-hpa scales Deployment act-hpa/web;"
                    + " delete it, or set horizontal.actuator Auto"));
    assertThat(seen(scaler.observe(web)).specReplicas()).isEqualTo(1);
  }

  @Test
  void saysWhyAWorkloadIsNotSeen() {
    String namespace = "act-unseen";
    apply(namespace, workload("Deployment", "web", 0, ""));

    assertThat(scaler.observe(Given.deployment(namespace, "other")))
        .isInstanceOf(Observation.NotFound.class)
        .extracting(KubernetesScalerE2E::detail)
        .asString()
        .isEqualTo(
            "Deployment act-unseen/other is not there: deployments.apps \"other\" not found");
    assertThat(scaler.observe(Given.scaler(namespace, "apps/v1", "Rollout", "web")))
        .isInstanceOf(Observation.NotFound.class)
        .extracting(KubernetesScalerE2E::detail)
        .asString()
        .contains("no kind Rollout of apps/v1");
    assertThat(scaler.observe(Given.scaler(namespace, "none.io/v1", "Rollout", "web")))
        .isInstanceOf(Observation.NotFound.class);
    assertThat(scaler.observe(Given.scaler(namespace, "apps/v1", "DaemonSet", "web")))
        .isInstanceOf(Observation.NoScaleSubresource.class);
  }

  @Test
  void asksForNoPathThatANameLeadsTo() {
    assertThat(scaler.observe(Given.deployment("default", "..")))
        .isInstanceOf(Observation.NotFound.class);
    assertThat(scaler.observe(Given.scaler("default", "apps/../../v1", "Deployment", "web")))
        .isInstanceOf(Observation.NotFound.class);
  }

  @Test
  void saysWhenItMayNotReadOrScale() {
    String namespace = "act-forbidden";
    apply(namespace, workload("Deployment", "web", 1, ""));
    Scaler web = Given.deployment(namespace, "web");
    Fleet fleet = awaitReady(web, 1);
    serviceAccount(namespace, "nobody");
    serviceAccount(namespace, "reader");
    grant(namespace, "reader", "apps", "deployments", "get");
    grant(namespace, "reader", "autoscaling", "horizontalpodautoscalers", "list");
    var nobody = scalerOf(controlPlane.clientFor(namespace, "nobody"));
    var reader = scalerOf(controlPlane.clientFor(namespace, "reader"));

    assertThat(nobody.observe(web)).isInstanceOf(Observation.Forbidden.class);
    assertThat(nobody.scale(web, fleet, 2))
        .isInstanceOf(ScaleResult.Forbidden.class)
        .extracting(result -> ((ScaleResult.Forbidden) result).detail())
        .asString()
        .contains("grant list on horizontalpodautoscalers");
    Eventually.that(
        "the reader's rights are known",
        SOON,
        () -> reader.observe(web) instanceof Observation.Seen);
    assertThat(reader.scale(web, fleet, 2))
        .isInstanceOf(ScaleResult.Forbidden.class)
        .extracting(result -> ((ScaleResult.Forbidden) result).detail())
        .asString()
        .contains("cannot update resource \"deployments/scale\"");
    assertThat(seen(scaler.observe(web)).specReplicas()).isEqualTo(1);
  }

  /** Scales to 3, again where a controller's write of the status comes between. */
  private static ScaleResult scaleToThree(Scaler web) {
    return Eventually.get(
        "no status write comes between",
        SOON,
        () -> scaler.scale(web, seen(scaler.observe(web)), 3),
        result -> !(result instanceof ScaleResult.Conflict));
  }

  private static Fleet awaitReady(Scaler web, int replicas) {
    return Eventually.get(
        replicas + " replicas are ready",
        SOON,
        () -> seen(scaler.observe(web)),
        fleet -> fleet.readyReplicas() == replicas);
  }

  private static Fleet seen(Observation observation) {
    return switch (observation) {
      case Observation.Seen seen -> seen.fleet();
      case Observation.Unseen unseen -> throw new AssertionError(unseen);
    };
  }

  private static String detail(Observation observation) {
    return ((Observation.Unseen) observation).detail();
  }

  private static List<String> managersOf(String namespace, String kind, String subresource) {
    GenericKubernetesResource resource =
        client
            .genericKubernetesResources("apps/v1", kind)
            .inNamespace(namespace)
            .withName("web")
            .require();
    return resource.getMetadata().getManagedFields().stream()
        .filter(entry -> subresource.equals(entry.getSubresource()))
        .map(ManagedFieldsEntry::getManager)
        .toList();
  }

  private static String workload(String kind, String name, int replicas, String more) {
    return """
    apiVersion: apps/v1
    kind: %s
    metadata: {name: %s}
    spec:
      replicas: %d
      selector: {matchLabels: {app: %s}}
      %s
      template:
        metadata: {labels: {app: %s}}
        spec:
          containers:
            - {name: app, image: app, resources: {requests: {cpu: 250m}}}
            - {name: proxy, image: proxy, resources: {requests: {cpu: "0.25"}}}
    """
        .formatted(kind, name, replicas, name, more, name);
  }

  private static void installGadgets() {
    apply(
        "default",
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gadgets.tests.tidecaster.io}
        spec:
          group: tests.tidecaster.io
          scope: Namespaced
          names: {kind: Gadget, plural: gadgets, singular: gadget}
          versions:
            - name: v1
              served: true
              storage: true
              subresources:
                status: {}
                scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec: {type: object, properties: {size: {type: integer}}}
                    status: {type: object, properties: {size: {type: integer}}}
        """);
    Eventually.that(
        "gadgets are served",
        SOON,
        () -> client.raw("/apis/tests.tidecaster.io/v1/gadgets") != null);
  }

  private static void serviceAccount(String namespace, String name) {
    apply(
        namespace,
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: %s}
        """
            .formatted(name));
  }

  private static void grant(
      String namespace, String account, String group, String resource, String verb) {
    apply(
        namespace,
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: %1$s-%5$s}
        rules: [{apiGroups: [%2$s], resources: [%3$s], verbs: [%4$s]}]
        """
            .formatted(account, group, resource, verb, resource.replace('/', '-')));
    apply(
        namespace,
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: %1$s-%2$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s-%2$s}
        subjects: [{kind: ServiceAccount, name: %1$s, namespace: %3$s}]
        """
            .formatted(account, resource.replace('/', '-'), namespace));
  }

  private static void apply(String namespace, String yaml) {
    try {
      client.raw(
          "/api/v1/namespaces",
          "POST",
          "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"%s\"}}"
              .formatted(namespace));
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        throw e;
      }
    }
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .serverSideApply();
  }
}
