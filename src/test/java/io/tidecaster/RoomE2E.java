package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidecaster.act.Actuator;
import io.tidecaster.act.KubernetesEvents;
import io.tidecaster.act.KubernetesLimits;
import io.tidecaster.act.KubernetesScaler;
import io.tidecaster.act.Observation;
import io.tidecaster.act.StatusWriter;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.crd.v1alpha1.InstalledCrd;
import io.tidecaster.crd.v1alpha1.Instance;
import io.tidecaster.crd.v1alpha1.KubernetesScalerCatalog;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Outlook;
import io.tidecaster.e2e.ControlPlane;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.history.AssemblyRules;
import io.tidecaster.history.LoadHistory;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.MinuteAssembler;
import io.tidecaster.history.SignalTypes;
import io.tidecaster.journal.JournalFormat;
import io.tidecaster.journal.Replay;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a namespace allows, by the controllers of a real control plane. */
class RoomE2E {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");
  private static final KubernetesLimits LIMITS =
      new KubernetesLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10),
          100,
          Duration.ofMinutes(10),
          Duration.ofSeconds(30),
          Duration.ZERO,
          1);

  private static ControlPlane controlPlane;
  private static KubernetesClient client;
  private static KubernetesScalerCatalog catalog;

  /** A minute on at each decision, so that nothing is remembered from the one before. */
  private final AtomicReference<Instant> now = new AtomicReference<>(NINE);

  @BeforeAll
  static void connect() {
    controlPlane = ControlPlane.shared();
    client = controlPlane.client();
    InstalledCrd.in(client);
    catalog = new KubernetesScalerCatalog(client, Optional.empty());
    catalog.start();
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  @Test
  void scalesOutAsFarAsTheQuotaHasRoomAndSaysSo() {
    String namespace = "room-quota";
    Scaler web =
        deploy(
            namespace,
            2,
            """
            apiVersion: v1
            kind: ResourceQuota
            metadata: {name: compute}
            spec: {hard: {requests.cpu: "1", pods: "20"}}
            ---
            apiVersion: v1
            kind: ResourceQuota
            metadata: {name: spare}
            spec: {hard: {pods: "1"}, scopes: [BestEffort]}
            """);
    awaitUsed(namespace, "500m");
    try (Line line = new Line(web, client)) {
      Decision scaled = line.decide(900);
      awaitReady(namespace, 4);
      Decision held = line.decide(900);

      // 2 there are + floor((1 − 0.5) ÷ 0.25); 9 are needed
      assertThat(scaled.desiredReplicas()).isEqualTo(4);
      assertThat(scaled.sentence())
          .contains(
              "there is room for 4, not ",
              "by ResourceQuota compute: requests.cpu 500m of 1 used, 0.25 a replica; raise it");
      assertThat(held.outcome()).isEqualTo(new Outcome.Hold(4, HoldReason.AT_QUOTA));
      assertThat(deployment(namespace).getStatus().getConditions())
          .as("the quota has refused no pod")
          .noneMatch(condition -> condition.getType().equals("ReplicaFailure"));
      awaitLimited(
          web,
          "AtQuota",
          "requests.cpu 1 of 1 used, 0.25 a replica; raise it, or lower maxReplicas");
      awaitEvent(web, "AtQuota");

      client
          .resourceQuotas()
          .inNamespace(namespace)
          .withName("compute")
          .patch("{\"spec\":{\"hard\":{\"requests.cpu\":\"2\"}}}");
      Eventually.that(
          "the new quota counts",
          SOON,
          () ->
              new Quantity("2")
                  .equals(
                      client
                          .resourceQuotas()
                          .inNamespace(namespace)
                          .withName("compute")
                          .get()
                          .getStatus()
                          .getHard()
                          .get("requests.cpu")));
      assertThat(line.decide(900).desiredReplicas()).isEqualTo(8);
      awaitReady(namespace, 8);
    }
  }

  @Test
  void scalesInNoFurtherAtOnceThanTheDisruptionBudgetAllows() {
    String namespace = "room-unavailable";
    Scaler web = deploy(namespace, 6, budget("maxUnavailable: 2"));
    awaitAllowed(namespace, 2);
    try (Line line = new Line(web, client)) {
      Decision first = line.decide(100);
      awaitReady(namespace, 4);
      awaitExpected(namespace, 4);
      Decision second = line.decide(100);

      assertThat(first.desiredReplicas()).isEqualTo(4);
      assertThat(first.sentence())
          .contains("by PodDisruptionBudget web: 6 of 6 healthy, 4 must be, 2 may go");
      assertThat(second.desiredReplicas()).isEqualTo(2);
    }
  }

  @Test
  void holdsAtWhatTheDisruptionBudgetWantsToBeThere() {
    String namespace = "room-available";
    Scaler web = deploy(namespace, 6, budget("minAvailable: 5"));
    awaitAllowed(namespace, 1);
    try (Line line = new Line(web, client)) {
      Decision first = line.decide(100);
      awaitReady(namespace, 5);
      awaitExpected(namespace, 5);
      Decision second = line.decide(100);

      assertThat(first.desiredReplicas()).isEqualTo(5);
      assertThat(second.outcome()).isEqualTo(new Outcome.Hold(5, HoldReason.AT_DISRUPTION_BUDGET));
      awaitLimited(
          web,
          "AtDisruptionBudget",
          "5 stay by PodDisruptionBudget web: 5 of 5 healthy, 5 must be, 0 may go");
    }
  }

  @Test
  void whoMayNotSeeThemScalesAsIfThereWereNone() {
    String namespace = "room-unseen";
    Scaler web = deploy(namespace, 6, budget("minAvailable: 5"));
    awaitAllowed(namespace, 1);
    apply(
        namespace,
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: scaler}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: scaler}
        rules:
          - {apiGroups: [apps], resources: [deployments], verbs: [get]}
          - {apiGroups: [apps], resources: [deployments/scale], verbs: [update]}
          - {apiGroups: [autoscaling], resources: [horizontalpodautoscalers], verbs: [list]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: scaler}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: scaler}
        subjects: [{kind: ServiceAccount, name: scaler, namespace: %s}]
        """
            .formatted(namespace));
    KubernetesClient ours = controlPlane.clientFor(namespace, "scaler");
    KubernetesScaler asThem = new KubernetesScaler(ours, LIMITS, InstantSource.system());
    Eventually.that(
        "the rights are known", SOON, () -> asThem.observe(web) instanceof Observation.Seen);
    try (Line line = new Line(web, ours)) {
      assertThat(line.decide(100).desiredReplicas()).isEqualTo(2);
      awaitReady(namespace, 2);
      line.decide(100);
      awaitCondition(web, "RulesKnown", "Forbidden", "grant list on poddisruptionbudgets");
    }
  }

  /** One scaler as the pipeline has it, without Kafka. */
  private final class Line implements AutoCloseable {
    private final Scaler scaler;
    private final ScalerLine line;
    private final KubernetesScaler replicas;
    private final KubernetesEvents events;
    private final StatusWriter status;
    private final Actuator actuator;

    Line(Scaler scaler, KubernetesClient ours) {
      var meters = new SimpleMeterRegistry();
      this.scaler = scaler;
      this.line =
          new ScalerLine(
              scaler,
              new MinuteAssembler(SignalTypes.of(scaler), AssemblyRules.DEFAULT),
              new LoadHistory(),
              Calendar.EMPTY,
              List.of(),
              Optional.empty());
      this.replicas = new KubernetesScaler(ours, LIMITS, now::get);
      this.events =
          new KubernetesEvents(
              client, LIMITS, catalog, "tidecaster-0", InstantSource.system(), meters);
      this.status = new StatusWriter(client, LIMITS, catalog, InstantSource.system(), meters);
      this.actuator = new Actuator(replicas, List.of(events, status), meters);
    }

    /** Lives through one more minute of this load. */
    Decision decide(double load) {
      Instant at = now.updateAndGet(before -> before.plusSeconds(60));
      line.remember(
          List.of(
              new LoadPoint(
                  at.minusSeconds(60), OptionalDouble.of(load), OptionalDouble.empty(), 1, 0)));
      Observation observed = replicas.observe(scaler);
      Observation.Seen seen = (Observation.Seen) observed;
      Decided decided =
          line.decide(
              new Decider(Decider.Settings.DEFAULT),
              Mode.ENFORCING,
              at,
              Optional.of(seen.fleet()),
              new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "1 min"),
              wanted -> replicas.room(scaler, seen, wanted));
      actuator.apply(scaler, observed, decided.decision(), Outlook.UNKNOWN).ifPresent(line::took);
      assertThat(Replay.of(JournalFormat.write(decided)))
          .isEqualTo(new Replay.Verdict.Equal(decided.decision()));
      return decided.decision();
    }

    @Override
    public void close() {
      events.close();
      status.close();
    }
  }

  private static String budget(String says) {
    return """
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec: {%s, selector: {matchLabels: {app: web}}}
    """
        .formatted(says);
  }

  private static Scaler deploy(String namespace, int replicas, String more) {
    apply(namespace, more);
    apply(
        namespace,
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: %d
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers: [{name: web, image: web, resources: {requests: {cpu: 250m}}}]
        ---
        apiVersion: tidecaster.io/v1alpha1
        kind: PredictiveScaler
        metadata: {name: web}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          mode: Enforcing
          minReplicas: 2
          maxReplicas: 12
          load: {series: {metric: requests_total, type: Counter}}
          objective: {requestsPerReplica: 100}
          behavior:
            scaleUp: {policies: [{type: Pods, value: 100, periodSeconds: 15}]}
            scaleDown: {stabilizationWindowSeconds: 0}
        """
            .formatted(replicas));
    awaitReady(namespace, replicas);
    var id = new ScalerId(namespace, "web");
    return Eventually.get("the scaler is seen", SOON, () -> catalog.find(id), Optional::isPresent)
        .orElseThrow();
  }

  private static void awaitUsed(String namespace, String cpu) {
    Eventually.that(
        "the quota counts the pods",
        SOON,
        () ->
            new Quantity(cpu)
                .equals(
                    client
                        .resourceQuotas()
                        .inNamespace(namespace)
                        .withName("compute")
                        .get()
                        .getStatus()
                        .getUsed()
                        .get("requests.cpu")));
  }

  private static void awaitAllowed(String namespace, int disruptions) {
    Eventually.that(
        "the budget counts the pods",
        SOON,
        () -> {
          var status = existingBudget(namespace).getStatus();
          return status != null
              && Integer.valueOf(disruptions).equals(status.getDisruptionsAllowed());
        });
  }

  private static void awaitExpected(String namespace, int pods) {
    Eventually.that(
        "the budget has counted what is left",
        SOON,
        () -> {
          var status = existingBudget(namespace).getStatus();
          return status.getExpectedPods() == pods && status.getCurrentHealthy() == pods;
        });
  }

  private static PodDisruptionBudget existingBudget(String namespace) {
    return client.policy().v1().podDisruptionBudget().inNamespace(namespace).withName("web").get();
  }

  private static Deployment deployment(String namespace) {
    return client.apps().deployments().inNamespace(namespace).withName("web").get();
  }

  private static void awaitReady(String namespace, int replicas) {
    Eventually.that(
        replicas + " replicas are there and ready",
        SOON,
        () -> {
          var status = deployment(namespace).getStatus();
          return status != null
              && Integer.valueOf(replicas).equals(status.getReadyReplicas())
              && Integer.valueOf(replicas).equals(status.getReplicas());
        });
  }

  private static void awaitLimited(Scaler scaler, String reason, String says) {
    awaitCondition(scaler, "ScalingLimited", reason, says);
  }

  private static void awaitCondition(Scaler scaler, String type, String reason, String says) {
    Eventually.that(
        "the status says " + type + " " + reason,
        SOON,
        () ->
            catalog
                .instance(scaler.id())
                .flatMap(Instance::status)
                .flatMap(status -> status.condition(type))
                .filter(condition -> condition.reason().equals(reason))
                .filter(condition -> condition.message().contains(says))
                .isPresent());
  }

  private static void awaitEvent(Scaler scaler, String reason) {
    Eventually.that(
        "an Event says " + reason,
        SOON,
        () ->
            client
                .events()
                .v1()
                .events()
                .inNamespace(scaler.id().namespace())
                .list()
                .getItems()
                .stream()
                .anyMatch(event -> reason.equals(event.getReason())));
  }

  private static void apply(String namespace, String yaml) {
    String all =
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + namespace + "}\n---\n" + yaml;
    client
        .load(new ByteArrayInputStream(all.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .serverSideApply();
  }
}
