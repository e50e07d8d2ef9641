package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidecaster.balance.Problem;
import io.tidecaster.balance.Standing;
import io.tidecaster.balance.Trouble;
import io.tidecaster.crd.v1alpha1.InstalledCrd;
import io.tidecaster.crd.v1alpha1.Instance;
import io.tidecaster.crd.v1alpha1.KubernetesScalerCatalog;
import io.tidecaster.crd.v1alpha1.PredictiveScalerStatus;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Outlook;
import io.tidecaster.e2e.ControlPlane;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a user sees of decisions with kubectl, from a real API server. */
class AnnouncingE2E {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String NAMESPACE = "announcing";

  private static ControlPlane controlPlane;
  private static KubernetesClient client;
  private static KubernetesScalerCatalog catalog;

  private final MeterRegistry meters = new SimpleMeterRegistry();

  @BeforeAll
  static void connect() {
    controlPlane = ControlPlane.shared();
    client = controlPlane.client();
    InstalledCrd.in(client);
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    catalog = new KubernetesScalerCatalog(client, Optional.of(NAMESPACE));
    catalog.start();
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  @Test
  void showsADecisionInTheStatus() {
    Scaler web = create("status");
    try (var writer = statusWriter(client)) {
      writer.announce(decided(web, Mode.ADVISORY, 2, Given.scale(2, 5), Optional.empty()));
      PredictiveScalerStatus status = awaitDesired(web.id(), 5);

      assertThat(status.currentReplicas()).isEqualTo(2);
      assertThat(status.observedGeneration()).isEqualTo(1);
      assertThat(status.lastDecision())
          .isEqualTo(
              new PredictiveScalerStatus.LastDecision(
                  "2026-03-02T08:00:00Z",
                  "ForecastAboveCapacity",
                  "ForecastAboveCapacity for a person"));
      assertThat(conditions(status))
          .containsExactly(
              "Ready=True DecisionMade",
              "AbleToScale=True ReadyForNewScale",
              "ScalingActive=False Advisory",
              "ScalingLimited=False DesiredWithinRange");
    }
  }

  @Test
  void writesTheStatusOnlyWhenItChanges() {
    Scaler web = create("unchanged");
    try (var writer = statusWriter(client)) {
      writer.announce(
          decided(web, Mode.ENFORCING, 2, Given.hold(2, HoldReason.ENOUGH), Optional.empty()));
      awaitDesired(web.id(), 2);
      for (int minute = 0; minute < 5; minute++) {
        writer.announce(
            decided(
                web,
                Mode.ENFORCING,
                2,
                Given.hold(2, HoldReason.WITHIN_TOLERANCE),
                Optional.empty()));
      }
      String transition = transitionOfReady(web.id());
      writer.announce(decided(web, Mode.ENFORCING, 2, Given.scale(2, 3), Optional.empty()));
      awaitDesired(web.id(), 3);

      assertThat(meters.counter("tidecaster.status.writes", "result", "written").count())
          .isEqualTo(2);
      assertThat(transitionOfReady(web.id()))
          .as("a condition that stays as it is keeps its time")
          .isEqualTo(transition);
    }
  }

  @Test
  void showsAScalingAndARefusalAsEventsAboutTheResource() {
    Scaler web = create("events");
    try (var events = events(client)) {
      events.announce(
          decided(
              web, Mode.ENFORCING, 2, Given.scale(2, 5), Optional.of(new ScaleResult.Scaled("8"))));
      for (int minute = 0; minute < 5; minute++) {
        events.announce(
            decided(
                web,
                Mode.ENFORCING,
                5,
                Given.scale(5, 6 + minute),
                Optional.of(new ScaleResult.Forbidden("no right to"))));
      }
      List<JsonNode> seen =
          Eventually.get(
              "the events are written",
              SOON,
              () -> eventsAbout(web.id()),
              list -> list.size() == 2 && list.get(1).at("/series/count").asInt() == 4);

      assertThat(seen.get(0).path("reason").asText()).isEqualTo("ForecastAboveCapacity");
      assertThat(seen.get(0).path("type").asText()).isEqualTo("Normal");
      assertThat(seen.get(0).path("note").asText()).isEqualTo("ForecastAboveCapacity for a person");
      assertThat(seen.get(0).at("/regarding/uid").asText())
          .isEqualTo(catalog.instance(web.id()).map(Instance::uid).orElseThrow());
      assertThat(seen.get(0).at("/related/name").asText()).isEqualTo("events");
      assertThat(seen.get(1).path("reason").asText()).isEqualTo("Forbidden");
      assertThat(seen.get(1).path("type").asText()).isEqualTo("Warning");
      // six occurrences: two Events, and the second's count at 2 and at 4; the 3rd and 5th wait
      assertThat(written("written") + written("series")).isEqualTo(4);
      assertThat(written("counted")).isEqualTo(2);
    }
  }

  @Test
  void tellsOfBoostsInOneSeriesForEachThatIsGivenTakenBackAndRefused() {
    Scaler web = create("boosted");
    try (var events = events(client)) {
      for (int time = 0; time < 4; time++) {
        events.announce(new Boost(web, new ResizeResult.Boosted(2, 1200, 1, 600)));
      }
      events.announce(new Boost(web, new ResizeResult.AsDecided()));
      events.announce(
          new Boost(web, new ResizeResult.BoostRefused("pod web-1 is not resized", false)));

      List<JsonNode> seen =
          Eventually.get(
              "the events are written",
              SOON,
              () -> eventsAbout(web.id()),
              list -> list.size() == 3 && list.get(1).at("/series/count").asInt() == 4);

      assertThat(seen)
          .extracting(event ->
              "%s %s %s: %s"
                  .formatted(
                      event.path("type").asText(),
                      event.path("reason").asText(),
                      event.at("/series/count").asInt(1),
                      event.path("note").asText()))
          .containsExactly(
              "Normal Boosted 4: Resizing 2 pods to 1200m CPU while starting, back to 600m once started.",
              "Normal BoostTakenBack 4: Resizing 1 pod back to 600m CPU, as started or over time.",
              "Warning BoostRefused 1: pod web-1 is not resized");
    }
  }

  @Test
  void tellsATroubleOfTheBalancerWhenItBegins() {
    Scaler web = create("balanced");
    Trouble away = new Trouble("HAProxy at 10.0.0.5:9999", Problem.UNREACHABLE, Given.AT);
    Trouble full = new Trouble("HAProxy at 10.0.0.6:9999", Problem.NO_SLOT, Given.AT);
    try (var events = events(client);
        var writer = statusWriter(client)) {
      for (List<Trouble> troubles :
          List.of(
              List.of(away),
              List.of(away),
              List.of(away, full),
              List.of(full),
              List.<Trouble>of())) {
        events.announce(troubled(web, troubles));
      }
      writer.announce(troubled(web, List.of(away)));

      List<JsonNode> seen =
          Eventually.get(
              "the events are written",
              SOON,
              () -> eventsAbout(web.id()),
              list -> list.size() == 2 && written("written") == 2);
      assertThat(seen)
          .extracting(event -> event.path("type").asText() + " " + event.path("reason").asText())
          .containsExactly("Warning Unreachable", "Warning NoSlot");
      assertThat(seen.getFirst().path("note").asText())
          .isEqualTo("HAProxy at 10.0.0.5:9999: HAProxy does not answer");
      assertThat(conditions(awaitDesired(web.id(), 2))).contains("Balanced=False Unreachable");
    }
  }

  private static Report troubled(Scaler scaler, List<Trouble> troubles) {
    return new Report.Decided(
        scaler,
        Given.decision(scaler.id(), Mode.ENFORCING, 2, Given.hold(2, HoldReason.ENOUGH)),
        Optional.empty(),
        Observation.Pods.UNKNOWN,
        Outlook.UNKNOWN,
        Optional.empty(),
        Optional.of(new Standing(troubles, "")));
  }

  @Test
  void isQuietWhereItMayNotWrite() {
    Scaler web = create("quiet");
    client
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: mute}
                """
                    .getBytes(StandardCharsets.UTF_8)))
        .inNamespace(NAMESPACE)
        .serverSideApply();
    var mute = controlPlane.clientFor(NAMESPACE, "mute");
    try (var writer = statusWriter(mute);
        var events = events(mute)) {
      for (int i = 3; i < 9; i++) {
        var report =
            decided(
                web,
                Mode.ENFORCING,
                2,
                Given.scale(2, i),
                Optional.of(new ScaleResult.Forbidden("no right to")));
        writer.announce(report);
        events.announce(report);
      }
      String user = "system:serviceaccount:" + NAMESPACE + ":mute";
      Eventually.that("both have tried", SOON, () -> controlPlane.writesBy(user).size() >= 2);
      Eventually.always(
          "neither tries again",
          Duration.ofSeconds(1),
          () -> controlPlane.writesBy(user).size() == 2);
    }
  }

  private StatusWriter statusWriter(KubernetesClient by) {
    return new StatusWriter(by, Given.LIMITS, catalog, InstantSource.system(), meters);
  }

  private KubernetesEvents events(KubernetesClient by) {
    return new KubernetesEvents(
        by, Given.LIMITS, catalog, "tidecaster-0", InstantSource.system(), meters);
  }

  private double written(String result) {
    return meters.counter("tidecaster.events", "result", result).count();
  }

  private static Report decided(
      Scaler scaler, Mode mode, int replicas, Outcome outcome, Optional<ScaleResult> result) {
    return new Report.Decided(scaler, Given.decision(scaler.id(), mode, replicas, outcome), result);
  }

  private static Scaler create(String name) {
    client
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: tidecaster.io/v1alpha1
                kind: PredictiveScaler
                metadata: {name: %s}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}
                  maxReplicas: 10
                  load: {series: {metric: requests_total, type: Counter}}
                  objective: {requestsPerReplica: 100}
                """
                    .formatted(name, name)
                    .getBytes(StandardCharsets.UTF_8)))
        .inNamespace(NAMESPACE)
        .serverSideApply();
    var id = new ScalerId(NAMESPACE, name);
    return Eventually.get("the scaler is seen", SOON, () -> catalog.find(id), Optional::isPresent)
        .orElseThrow();
  }

  private static PredictiveScalerStatus awaitDesired(ScalerId id, int desired) {
    return Eventually.get(
            "the status shows " + desired,
            SOON,
            () -> catalog.instance(id).flatMap(Instance::status),
            status ->
                status
                    .filter(s -> Integer.valueOf(desired).equals(s.desiredReplicas()))
                    .isPresent())
        .orElseThrow();
  }

  private static String transitionOfReady(ScalerId id) {
    return catalog
        .instance(id)
        .flatMap(Instance::status)
        .flatMap(status -> status.condition("Ready"))
        .orElseThrow()
        .lastTransitionTime();
  }

  private static List<String> conditions(PredictiveScalerStatus status) {
    return status.conditions().stream()
        .map(c -> "%s=%s %s".formatted(c.type(), c.status(), c.reason()))
        .toList();
  }

  /** Oldest first. */
  private static List<JsonNode> eventsAbout(ScalerId id) throws Exception {
    String answer =
        client.raw("/apis/events.k8s.io/v1/namespaces/" + id.namespace() + "/events", "GET", null);
    List<JsonNode> events = new ArrayList<>();
    for (JsonNode event : new ObjectMapper().readTree(answer).path("items")) {
      if (event.at("/regarding/name").asText().equals(id.name())) {
        events.add(event);
      }
    }
    events.sort(Comparator.comparing(event -> event.path("eventTime").asText()));
    return events;
  }
}
