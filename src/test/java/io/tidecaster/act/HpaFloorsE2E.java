package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.autoscaling.v1.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v1.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidecaster.crd.v1alpha1.InstalledCrd;
import io.tidecaster.crd.v1alpha1.KubernetesScalerCatalog;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Outlook;
import io.tidecaster.e2e.ControlPlane;
import io.tidecaster.e2e.DocumentedYaml;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.workload.Actuation;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An HPA keeps its workload and gets a floor from us, with the rights that docs/kubernetes.md
 * gives; each test has a namespace of its own.
 */
class HpaFloorsE2E {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Path PAGE = Path.of("docs/kubernetes.md");

  private static KubernetesClient client;
  private static KubernetesClient ours;
  private static KubernetesScalerCatalog catalog;
  private static Farewell farewell;
  private static Actuator actuator;

  @BeforeAll
  static void connect() {
    ControlPlane controlPlane = ControlPlane.shared();
    client = controlPlane.client();
    InstalledCrd.in(client);
    load(DocumentedYaml.of(PAGE, "rbac-advisory.yaml"));
    load(DocumentedYaml.of(PAGE, "rbac-enforcing.yaml"));
    ours = controlPlane.clientFor("tidecaster", "tidecaster");
    catalog = new KubernetesScalerCatalog(ours, Optional.empty());
    catalog.start();
    KubernetesRequests requests = new KubernetesRequests(ours, Duration.ofSeconds(10));
    farewell =
        new Farewell(
            catalog,
            new HpaFloors(requests, catalog, Given.LIMITS.handsOff(), InstantSource.system()),
            Duration.ofMillis(200));
    actuator = actuator(Given.LIMITS.handsOff());
  }

  @AfterAll
  static void end() {
    farewell.close();
    catalog.close();
  }

  private static Actuator actuator(Duration handsOff) {
    return new Actuator(scaler(handsOff), List.of(), new SimpleMeterRegistry());
  }

  private static KubernetesScaler scaler(Duration handsOff) {
    KubernetesLimits limits = Given.LIMITS;
    return new KubernetesScaler(
        ours,
        new KubernetesLimits(
            Duration.ofSeconds(10),
            limits.outageRespite(),
            limits.forbiddenRespite(),
            limits.discoveryMaxAge(),
            limits.queue(),
            handsOff,
            limits.roomMaxAge(),
            Duration.ZERO,
            limits.writers()),
        catalog,
        InstantSource.system());
  }

  @Test
  void raisesTheFloorBeforeARampLetsItFallAndGivesItBackWhenItsResourceIsDeleted() {
    Scaler crm = adopt("floor-ramp");

    assertThat(decide(crm, Given.scale(3, 6))).containsInstanceOf(ScaleResult.Scaled.class);
    assertThat(floor(crm)).isEqualTo(6);
    Eventually.that("the HPA itself scales out", SOON, () -> replicas(crm) == 6);
    assertThat(decide(crm, Given.hold(6, HoldReason.ENOUGH))).contains(new ScaleResult.Unchanged());

    decide(crm, Given.scale(6, 4));
    assertThat(floor(crm)).isEqualTo(4);
    assertThat(annotations(crm))
        .containsEntry(HpaFloors.OWN_FLOOR, "3")
        .containsEntry(HpaFloors.FLOOR_OF, crm.id().toString());
    decide(crm, Given.scale(4, 1));
    assertThat(floor(crm)).as("never below the user's own").isEqualTo(3);
    assertThat(annotations(crm)).doesNotContainKey(HpaFloors.FLOOR);
    decide(crm, Given.scale(3, 99));
    assertThat(floor(crm)).as("never above the HPA's ceiling").isEqualTo(10);

    resource(crm.id()).delete();
    Eventually.that("the user's floor is back", SOON, () -> floor(crm) == 3);
    Eventually.that("the resource is gone", SOON, () -> resource(crm.id()).get() == null);
    assertThat(annotations(crm)).doesNotContainKey(HpaFloors.OWN_FLOOR);
  }

  @Test
  void followsAnHpaThatIsRenamed() {
    Scaler crm = adopt("floor-renamed");
    decide(crm, Given.scale(3, 6));
    String namespace = crm.id().namespace();
    HorizontalPodAutoscaler old = hpa(crm).get();
    hpa(crm).delete();
    HorizontalPodAutoscaler renamed =
        new HorizontalPodAutoscalerBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName("renamed")
            .endMetadata()
            .withSpec(old.getSpec())
            .editSpec()
            .withMinReplicas(2)
            .endSpec()
            .build();
    client.resource(renamed).create();

    Eventually.that(
        "the floor is the renamed one's",
        SOON,
        () -> {
          decide(crm, Given.scale(3, 5));
          return floorOf(namespace, "renamed") == 5;
        });
    resource(crm.id()).delete();
    Eventually.that("and it gets its own back", SOON, () -> floorOf(namespace, "renamed") == 2);
  }

  private static int floorOf(String namespace, String hpa) {
    return client
        .autoscaling()
        .v1()
        .horizontalPodAutoscalers()
        .inNamespace(namespace)
        .withName(hpa)
        .get()
        .getSpec()
        .getMinReplicas();
  }

  @Test
  void givesTheFloorBackOnceItOnlyAdvises() {
    Scaler crm = adopt("floor-advisory");
    decide(crm, Given.scale(3, 7));
    Eventually.that(
        "the finalizer is seen",
        SOON,
        () -> catalog.instance(crm.id()).orElseThrow().finalizers().contains(HpaFloors.FINALIZER));

    actuator.apply(
        crm,
        seen(3),
        Given.decision(crm.id(), Mode.ADVISORY, 3, Given.scale(3, 7)),
        Outlook.UNKNOWN);

    assertThat(floor(crm)).isEqualTo(3);
    assertThat(resource(crm.id()).get().getMetadata().getFinalizers()).isEmpty();
  }

  @Test
  void leavesAFloorAloneThatSomebodyUndidAndTakesItAsTheirsAfterwards() {
    Scaler crm = adopt("floor-undone");
    decide(crm, Given.scale(3, 6));
    hpa(crm).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"minReplicas\":4}}");

    assertThat(
            Eventually.get(
                "the API server's cache has it",
                SOON,
                () -> decide(crm, Given.scale(3, 6)).orElseThrow(),
                result -> !(result instanceof ScaleResult.Unchanged)))
        .isInstanceOfSatisfying(
            ScaleResult.UndoneByOther.class,
            refused ->
                assertThat(refused.detail())
                    .startsWith(
                        "minReplicas of HorizontalPodAutoscaler floor-undone/crm-hpa was set to 4, ours was 6"));
    assertThat(floor(crm)).isEqualTo(4);

    actuator(Duration.ZERO)
        .apply(
            crm,
            seen(3),
            Given.decision(crm.id(), Mode.ENFORCING, 3, Given.scale(3, 6)),
            Outlook.UNKNOWN);
    assertThat(floor(crm)).isEqualTo(6);
    assertThat(annotations(crm)).containsEntry(HpaFloors.OWN_FLOOR, "4");
  }

  @Test
  void standsDownWhereTwoHpasOrAScaledObjectOwnTheWorkload() {
    Scaler crm = adopt("floor-owners");
    apply("floor-owners", hpaYaml("second", "{}"));
    assertThat(
            Eventually.get(
                "both HPAs are seen",
                SOON,
                () -> decide(crm, Given.scale(3, 6)).orElseThrow(),
                result -> result instanceof ScaleResult.OwnedByOther))
        .extracting(result -> ((ScaleResult.Refused) result).detail())
        .asString()
        .contains("floor-owners/crm-hpa", "floor-owners/second", "delete one");

    client.autoscaling().v1().horizontalPodAutoscalers().inNamespace("floor-owners").delete();
    apply(
        "floor-owners",
        hpaYaml(
            "keda-hpa-crm",
            "{ownerReferences: [{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, name: crm, uid: 1-2}]}"));
    assertThat(
            Eventually.get(
                "the ScaledObject's HPA is seen",
                SOON,
                () -> decide(crm, Given.scale(3, 6)).orElseThrow(),
                result ->
                    result instanceof ScaleResult.OwnedByOther(String detail)
                        && detail.contains("ScaledObject floor-owners/crm scales")
                        && detail.contains("does not ask Tidecaster")))
        .isNotNull();
  }

  @Test
  void leavesItToKedaWhoseScaledObjectAsksUs() {
    String namespace = "floor-keda";
    apply(namespace, DEPLOYMENT);
    Scaler auto = Given.deployment(namespace, "crm-deployment", Actuation.AUTO);
    Scaler keda = Given.deployment(namespace, "crm-deployment", Actuation.KEDA);
    KubernetesScaler scaler = scaler(Duration.ZERO);
    assertThat(scaler.scale(keda, fleet(scaler, keda), 4))
        .isInstanceOfSatisfying(
            ScaleResult.Failed.class,
            failed -> assertThat(failed.detail()).startsWith("no ScaledObject scales"));

    apply(
        namespace,
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: keda-hpa-crm, labels: {scaledobject.keda.sh/name: crm}}
        spec:
          minReplicas: 3
          maxReplicas: 10
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: crm-deployment}
          metrics:
            - type: External
              external:
                metric:
                  name: s0-tidecaster-desired-replicas
                  selector: {matchLabels: {scaledobject.keda.sh/name: crm}}
                target: {type: AverageValue, averageValue: "1"}
          behavior:
            scaleUp: {stabilizationWindowSeconds: 0, tolerance: "0"}
            scaleDown: {stabilizationWindowSeconds: 0, tolerance: "0"}
        """);
    assertThat(
            Eventually.get(
                "the ScaledObject's HPA is seen",
                SOON,
                () -> scaler.scale(auto, fleet(scaler, auto), 4),
                result -> !(result instanceof ScaleResult.Scaled)))
        .isEqualTo(
            new ScaleResult.LeftToKeda(
                "ScaledObject floor-keda/crm asks Tidecaster and scales Deployment floor-keda/crm-deployment"));
    assertThat(scaler.hold(auto, 6))
        .as("its floor is not ours either")
        .hasValueSatisfying(held -> assertThat(held).isInstanceOf(ScaleResult.LeftToKeda.class));
    String stored =
        client.raw(
            "/apis/autoscaling/v2/namespaces/%s/horizontalpodautoscalers/keda-hpa-crm"
                .formatted(namespace));
    assertThat(stored)
        .contains("\"minReplicas\":3")
        .as("this version knows the tolerance of the documented ScaledObject")
        .contains("\"tolerance\":\"0\"");
  }

  @Test
  void leavesAWorkloadThatAPersonScaledAfterUs() {
    String namespace = "floor-hand-made";
    apply(namespace, DEPLOYMENT);
    Scaler crm = Given.deployment(namespace, "crm-deployment", Actuation.AUTO);
    KubernetesScaler scaler = scaler(Duration.ofMinutes(10));
    Eventually.that(
        "it is scaled, once its controller has settled",
        SOON,
        () -> scaler.scale(crm, fleet(scaler, crm), 4) instanceof ScaleResult.Scaled);

    client.apps().deployments().inNamespace(namespace).withName("crm-deployment").scale(2);

    // Until the Deployment's controller has settled, the write is a conflict.
    ScaleResult result =
        Eventually.get(
            "it is left alone",
            SOON,
            () -> scaler.scale(crm, fleet(scaler, crm), 4),
            answer -> !(answer instanceof ScaleResult.Conflict));
    assertThat(result)
        .isInstanceOfSatisfying(
            ScaleResult.UndoneByOther.class,
            refused -> assertThat(refused.detail()).contains("which undid ours"));
    assertThat(fleet(scaler, crm).specReplicas()).isEqualTo(2);
  }

  // ---------------------------------------------------------------- the cluster

  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: crm-deployment}
      spec:
        replicas: 3
        selector: {matchLabels: {app: crm}}
        template:
          metadata: {labels: {app: crm}}
          spec:
            containers:
              - name: crm
                image: crm
                resources: {requests: {cpu: 100m}}
      """;

  private static String hpaYaml(String name, String metadata) {
    return """
    apiVersion: autoscaling/v1
    kind: HorizontalPodAutoscaler
    metadata: %s
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: crm-deployment}
      minReplicas: 3
      maxReplicas: 10
      targetCPUUtilizationPercentage: 50
    """
        .formatted(
            metadata.equals("{}")
                ? "{name: " + name + "}"
                : "{name: " + name + ", " + metadata.substring(1));
  }

  /** A Deployment, its HPA, and a PredictiveScaler that says nothing of the HPA. */
  private static Scaler adopt(String namespace) {
    apply(namespace, DEPLOYMENT + "---\n" + hpaYaml("crm-hpa", "{}"));
    apply(
        namespace,
        """
        apiVersion: tidecaster.io/v1alpha1
        kind: PredictiveScaler
        metadata: {name: crm-deployment}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: crm-deployment}
          mode: Enforcing
          minReplicas: 3
          maxReplicas: 10
          load: {series: {metric: requests_total, type: Counter}}
          objective: {requestsPerReplica: 100}
        """);
    Eventually.that(
        "the Deployment has its replicas",
        SOON,
        () ->
            client
                    .apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withName("crm-deployment")
                    .get()
                    .getStatus()
                    .getReadyReplicas()
                == 3);
    return Eventually.get(
            "the scaler is seen",
            SOON,
            () -> catalog.find(new ScalerId(namespace, "crm-deployment")),
            Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<ScaleResult> decide(Scaler scaler, Outcome outcome) {
    return Eventually.get(
        "no conflict",
        SOON,
        () ->
            actuator.apply(
                scaler,
                seen(3),
                Given.decision(scaler.id(), Mode.ENFORCING, 3, outcome),
                Outlook.UNKNOWN),
        result -> result.filter(ScaleResult.Conflict.class::isInstance).isEmpty());
  }

  private static Observation seen(int replicas) {
    return new Observation.Seen(Given.fleet(replicas));
  }

  private static Fleet fleet(KubernetesScaler scaler, Scaler of) {
    return ((Observation.Seen) scaler.observe(of)).fleet();
  }

  private static Resource<HorizontalPodAutoscaler> hpa(Scaler scaler) {
    return client
        .autoscaling()
        .v1()
        .horizontalPodAutoscalers()
        .inNamespace(scaler.id().namespace())
        .withName("crm-hpa");
  }

  private static int floor(Scaler scaler) {
    return hpa(scaler).get().getSpec().getMinReplicas();
  }

  private static Map<String, String> annotations(Scaler scaler) {
    return hpa(scaler).get().getMetadata().getAnnotations();
  }

  private static int replicas(Scaler scaler) {
    return client
        .apps()
        .deployments()
        .inNamespace(scaler.id().namespace())
        .withName("crm-deployment")
        .get()
        .getSpec()
        .getReplicas();
  }

  private static Resource<io.fabric8.kubernetes.api.model.GenericKubernetesResource> resource(
      ScalerId id) {
    return client
        .genericKubernetesResources(KubernetesScalerCatalog.RESOURCE)
        .inNamespace(id.namespace())
        .withName(id.name());
  }

  private static void apply(String namespace, String yaml) {
    load("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + namespace + "}\n");
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .serverSideApply();
  }

  private static void load(String yaml) {
    client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).serverSideApply();
  }
}
