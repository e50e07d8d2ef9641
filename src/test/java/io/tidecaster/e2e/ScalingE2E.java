package io.tidecaster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tidecaster.crd.v1alpha1.InstalledCrd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * One morning of a CRM, whole: the service and its broker as processes of their own, a real control
 * plane, and a real Prometheus that has seen the same ramp on each of the last nine days. The tests
 * are the steps of that morning, in their order.
 *
 * <p>What is applied to the cluster is what docs/kubernetes.md tells a user to apply.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ScalingE2E {
  private static final Path PAGE = Path.of("docs/kubernetes.md");
  private static final Path SEED = Path.of("src/test/resources/e2e/crm-deployment.yaml");
  private static final YAMLMapper YAML = new YAMLMapper();

  /** For what takes seconds, on a machine that is busy otherwise. */
  private static final Duration SOON = Duration.ofMinutes(2);

  private static final Duration STARTS_WITHIN = Duration.ofMinutes(5);

  /** A minute until the next one is over, its late samples, and the decision itself. */
  private static final Duration NEXT_DECISION = Duration.ofMinutes(3);

  private static final String USER = "system:serviceaccount:tidecaster:tidecaster";
  private static final String SCALERS =
      "/apis/tidecaster.io/v1alpha1/namespaces/crm/predictivescalers";

  /** Replicas of the seed, for which the quiet load is just right: 50 ÷ 20 = 2.5. */
  private static final int SEED_REPLICAS = 3;

  private static final double LOW = 50;
  private static final double HIGH = 200;
  private static final double REQUESTS_PER_REPLICA = 20;

  /** From the first sample: two minutes to know, two to decide and write, one as lead time. */
  private static final Duration UNTIL_RAMP = Duration.ofMinutes(6);

  /** What a replica takes to be ready is 20 s, see the seed. */
  private static final Duration LEAD_TIME = Duration.ofMinutes(1);

  @TempDir private static Path scratch;

  private static final Deque<AutoCloseable> opened = new ArrayDeque<>();

  private static ControlPlane controlPlane;
  private static KubernetesClient client;
  private static ServiceProcess service;

  /** The token of one who has tidecaster-edit, and of one who has only tidecaster-view. */
  private static String operator;

  private static String visitor;
  private static PrometheusServer prometheus;
  private static DailyRamp load;

  @BeforeAll
  static void startTheMorning() {
    controlPlane = open(ControlPlane.start());
    client = controlPlane.client();
    InstalledCrd.in(client);
    apply(DocumentedYaml.of(PAGE, "rbac-advisory.yaml"));
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName("crm").endMetadata().build())
        .create();
    apply(read(SEED));
    apply(DocumentedYaml.of(PAGE, "rbac-people.yaml"));
    apply(people());
    operator = controlPlane.tokenFor("crm", "operator");
    visitor = controlPlane.tokenFor("crm", "visitor");
    int prometheusPort = Loopback.freePort();
    service = startService(startBroker(), Loopback.http(prometheusPort));
    Eventually.that(
        "the CRM is up", SOON, () -> crm().get().getStatus().getReadyReplicas() == SEED_REPLICAS);
    Instant now = Instant.now();
    load = new DailyRamp(now.plus(UNTIL_RAMP).truncatedTo(ChronoUnit.SECONDS), LOW, HIGH);
    prometheus = startPrometheus(prometheusPort, service, load, now);
    startFleet(prometheus, load);
    createScaler(scaler());
  }

  @AfterAll
  static void end() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  private static int startBroker() {
    int port = Loopback.freePort();
    ServiceProcess broker =
        open(
            ServiceProcess.named("scaling-broker")
                .jvm("-Xmx256m")
                .arguments(
                    "broker",
                    "--data",
                    scratch.resolve("kafka").toString(),
                    "--port",
                    Integer.toString(port))
                .startWithoutWaiting());
    Eventually.that(
        "the broker is ready",
        STARTS_WITHIN,
        () -> {
          if (!broker.alive()) {
            throw new Eventually.Hopeless(broker.log());
          }
          return broker.log().contains("broker ready at ");
        });
    return port;
  }

  private static ServiceProcess startService(int kafkaPort, URI prometheusUrl) {
    Path kubeconfig = controlPlane.kubeconfigFor("tidecaster", "tidecaster");
    return open(
        ServiceProcess.named("scaling-service")
            .jvm("-Xmx512m")
            .environment("KUBECONFIG", kubeconfig.toString())
            .arguments(
                "serve",
                "--kafka",
                Loopback.HOST + ":" + kafkaPort,
                "--prometheus",
                prometheusUrl.toString(),
                "--mode",
                "Enforcing")
            .readiness("/q/health/ready", STARTS_WITHIN)
            .start());
  }

  /** One that holds nine days of the same ramp, and sends on what it scrapes. */
  private static PrometheusServer startPrometheus(
      int port, ServiceProcess receiver, DailyRamp ramp, Instant now) {
    Path history =
        ramp.writeHistory(
            scratch.resolve("history.txt"),
            Duration.ofDays(9),
            now,
            "namespace=\"crm\",app=\"crm\",pod=\"before\"");
    return open(
        PrometheusServer.start(
            new PrometheusServer.Settings(
                Duration.ofSeconds(5),
                Map.of("cluster", "e2e"),
                List.of(receiver.url().resolve("/api/v1/write")),
                history),
            port));
  }

  private static void startFleet(PrometheusServer scraper, DailyRamp ramp) {
    Instant start = Instant.now();
    CrmFleet fleet =
        open(new CrmFleet(scraper.targetsDirectory(), "crm", "crm", CrmFleet.Cost.TYPICAL));
    fleet.load(sinceStart -> ramp.at(start.plus(sinceStart)));
    fleet.follow(client, Map.of("app", "crm"));
  }

  // ---------------------------------------------------------------- the steps

  @Test
  @Order(1)
  void advisesMoreReplicasBeforeTheRampAndWritesNothing() {
    JsonNode advice =
        Eventually.get(
            "more replicas are advised",
            until(load.at()),
            () -> get("/api/v1/scalers/crm/crm-deployment/recommendation"),
            answer -> answer.path("desiredReplicas").asInt() > SEED_REPLICAS);

    assertThat(advice.path("modeInForce").asText()).isEqualTo("Advisory");
    assertThat(advice.path("currentReplicas").asInt()).isEqualTo(SEED_REPLICAS);
    assertThat(advice.path("reason").asText()).isEqualTo("ForecastAboveCapacity");
    assertThat(advice.path("sentence").asText())
        .startsWith("Advising to scale crm/crm-deployment from 3 to ");
    assertThat(loadNow()).as("the load is still low").isLessThan(1.2 * LOW);
    Eventually.that(
        "the status says so too",
        SOON,
        () -> status("crm-deployment").path("desiredReplicas").asInt() > SEED_REPLICAS);
    assertThat(condition("crm-deployment", "ScalingActive").path("reason").asText())
        .isEqualTo("Advisory");
    assertThat(workloadWrites()).as("the status is all that was written").isEmpty();
    assertThat(crm().get().getSpec().getReplicas()).isEqualTo(SEED_REPLICAS);
    assertThat(managers()).doesNotContain("tidecaster");
  }

  @Test
  @Order(2)
  void nobodySwitchesWhoMayNot() {
    URI mode = service.url().resolve("/api/v1/scalers/crm/crm-deployment/mode");
    String enforcing = "{\"mode\":\"Enforcing\"}";

    assertThat(Http.put(mode, enforcing).statusCode()).isEqualTo(401);
    assertThat(Http.put(mode, enforcing, "forged").statusCode()).isEqualTo(401);
    assertThat(Http.put(mode, enforcing, visitor).statusCode()).isEqualTo(403);
    assertThat(Http.get(mode, visitor).statusCode()).isEqualTo(200);
    assertThat(
            Http.put(service.url().resolve("/api/v1/mode"), "{\"mode\":\"Paused\"}", operator)
                .statusCode())
        .as("the installation's mode is a right of its own")
        .isEqualTo(403);
  }

  @Test
  @Order(3)
  void onceEnforcingItScalesALeadTimeBeforeTheRamp() {
    apply(DocumentedYaml.of(PAGE, "rbac-enforcing.yaml"));
    Eventually.that("the role is in force", SOON, ScalingE2E::mayScale);
    assertThat(switchTo("Enforcing").path("modeInForce").asText()).isEqualTo("Enforcing");

    int replicas =
        Eventually.get(
            "the Deployment is scaled",
            until(load.at()),
            () -> crm().get().getSpec().getReplicas(),
            count -> count > SEED_REPLICAS);
    assertThat(Instant.now()).as("a lead time ahead").isBefore(load.at().minus(LEAD_TIME));
    assertThat(loadNow()).as("the load is still low").isLessThan(1.2 * LOW);

    assertThat(workloadWrites())
        .isNotEmpty()
        .allMatch("update deployments/scale crm/crm-deployment 200"::equals);
    assertThat(crm().get().getMetadata().getManagedFields())
        .filteredOn(entry -> entry.getManager().equals("tidecaster"))
        .singleElement()
        .returns("scale", ManagedFieldsEntry::getSubresource);
    JsonNode event =
        Eventually.get(
            "the Event is told",
            SOON,
            () -> resource("/apis/events.k8s.io/v1/namespaces/crm/events"),
            list -> list.toString().contains("ForecastAboveCapacity"));
    assertThat(event.toString())
        .contains("Scaling crm/crm-deployment from 3 to " + replicas + ": the forecast for ");
    Eventually.that(
        "the status says so too",
        SOON,
        () ->
            status("crm-deployment").path("desiredReplicas").asInt() >= replicas
                && List.of("Ready", "AbleToScale", "ScalingActive").stream()
                    .allMatch(type ->
                        condition("crm-deployment", type).path("status").asText().equals("True")));
  }

  @Test
  @Order(4)
  void theReplicasAreReadyWhenTheLoadComes() {
    Eventually.that(
        "the first new replicas are ready",
        until(load.at()),
        () -> crm().get().getStatus().getReadyReplicas() > SEED_REPLICAS);

    Eventually.always(
        "the ready replicas bear the load",
        until(load.at().plusSeconds(45)),
        () ->
            crm().get().getStatus().getReadyReplicas() * REQUESTS_PER_REPLICA
                >= load.at(Instant.now()));

    // 45 s into a ramp of 75 requests/s a minute: 50 + 56 = 106, three replicas would bear 60
    Eventually.that(
        "the load has come", SOON, () -> loadNow() > SEED_REPLICAS * REQUESTS_PER_REPLICA);
  }

  @Test
  @Order(5)
  void backInAdvisoryItWritesNoMore() {
    assertThat(switchTo("Advisory").path("modeInForce").asText()).isEqualTo("Advisory");
    Instant switched = Instant.now();
    List<String> before = workloadWrites();
    int replicas = crm().get().getSpec().getReplicas();

    patchScaler("{\"spec\":{\"minReplicas\":14}}");
    JsonNode decision =
        Eventually.get(
            "the bound alone asks for more",
            NEXT_DECISION,
            () -> get("/api/v1/scalers/crm/crm-deployment/decisions?limit=1").at("/items/0"),
            newest -> newest.path("desiredReplicas").asInt() >= 14);

    assertThat(decision.path("mode").asText()).isEqualTo("Advisory");
    assertThat(Instant.parse(decision.path("at").asText())).isAfter(switched.minusSeconds(60));
    Eventually.that(
        "the status shows it",
        SOON,
        () -> status("crm-deployment").path("desiredReplicas").asInt() >= 14);
    assertThat(workloadWrites()).isEqualTo(before);
    assertThat(crm().get().getSpec().getReplicas()).isEqualTo(replicas);
  }

  @Test
  @Order(6)
  void aScalerThatCannotBeFollowedSaysWhyInItsStatus() {
    ObjectNode nameless = named(scaler(), "nameless");
    ((ObjectNode) nameless.at("/spec/scaleTargetRef")).put("kind", " ");
    createScaler(nameless);
    ObjectNode aimless = named(scaler(), "aimless");
    ((ObjectNode) aimless.at("/spec/scaleTargetRef")).put("name", "gone");
    createScaler(aimless);

    JsonNode invalid =
        Eventually.get(
            "the rejected spec has its condition",
            SOON,
            () -> condition("nameless", "Ready"),
            ready -> ready.path("status").asText().equals("False"));
    assertThat(invalid.path("reason").asText()).isEqualTo("InvalidSpec");
    assertThat(invalid.path("message").asText()).contains("must name apiVersion, kind and name");
    JsonNode unseen =
        Eventually.get(
            "the missing target has its condition",
            NEXT_DECISION,
            () -> condition("aimless", "Ready"),
            ready -> ready.path("status").asText().equals("False"));
    assertThat(unseen.path("reason").asText()).isEqualTo("TargetNotFound");
  }

  @Test
  @Order(7)
  void tellsAllOfItOverRest() {
    JsonNode listed = get("/api/v1/scalers").at("/items");
    assertThat(listed.findValuesAsText("name")).contains("crm-deployment");
    JsonNode scaler = get("/api/v1/scalers/crm/crm-deployment");
    assertThat(scaler.path("mode").asText()).isEqualTo("Advisory");
    assertThat(scaler.path("currentReplicas").asInt())
        .isEqualTo(crm().get().getSpec().getReplicas());
    JsonNode forecast = get("/api/v1/scalers/crm/crm-deployment/forecast");
    assertThat(forecast.path("stepSeconds").asInt()).isEqualTo(60);
    assertThat(forecast.at("/quantiles/0.95")).hasSize(60);
    // The quiet is over for hours: the median half an hour ahead knows of the ramp.
    assertThat(forecast.at("/quantiles/0.5").path(30).asDouble()).isBetween(2 * LOW, 1.2 * HIGH);
    JsonNode decisions = get("/api/v1/scalers/crm/crm-deployment/decisions").at("/items");
    assertThat(decisions.findValuesAsText("mode")).contains("Advisory", "Enforcing");
    assertThat(get("/api/v1/mode").path("mode").asText()).isEqualTo("Enforcing");

    HttpResponse<String> unknown =
        Http.get(service.url().resolve("/api/v1/scalers/crm/nobody"), operator);
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(Http.json(unknown).path("type").asText())
        .isEqualTo("urn:tidecaster:problem:unknown-scaler");

    assertThat(get("/q/health/ready").path("status").asText()).isEqualTo("UP");
    assertThat(Http.get(service.url().resolve("/q/metrics")).body())
        .contains("tidecaster_decisions_total{")
        .contains("tidecaster_scalers_owned 2.0") // crm-deployment and aimless
        .contains("tidecaster_scalings_total{result=\"Scaled\"}")
        .contains("tidecaster_replicas_desired{");
  }

  @Test
  @Order(8)
  void theConsoleShowsTheScalerWithoutAnError() {
    try (Browser browser = Browser.start()) {
      browser.open(service.url().resolve("/#token=" + operator));
      browser.open(service.url().resolve("/#crm/crm-deployment"));

      Eventually.that(
          "the console is live",
          SOON,
          () ->
              browser.text("#target").equals("Deployment crm-deployment")
                  && browser.exists("#connection[data-state=live]")
                  && browser.text("#decision .sentence").contains("crm/crm-deployment")
                  && browser.exists("#load-chart canvas"));

      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  @Test
  @Order(9)
  void anApiServerThatIsAwayForAMinuteIsWaitedFor() {
    switchTo("Enforcing");
    Eventually.that(
        "it scales to its minimum", NEXT_DECISION, () -> crm().get().getSpec().getReplicas() >= 14);
    List<String> before = workloadWrites();
    Instant away = Instant.now();
    controlPlane.stopApiServer();
    controlPlane.compactEtcd();

    Eventually.that(
        "it decides on, and says that the workload is unknown",
        NEXT_DECISION,
        () -> reasonInForce("crm-deployment", "TargetUnknown"));
    Eventually.that("a minute has passed", SOON, () -> Instant.now().isAfter(away.plusSeconds(60)));
    controlPlane.startApiServer();
    Instant back = Instant.now();
    createScaler(named(scaler(), "later"));

    Eventually.that(
        "it follows what is new, and the watch went on from before the compaction",
        NEXT_DECISION,
        () -> status("later").has("mode"));
    Eventually.that(
        "it decides on the workload again",
        NEXT_DECISION,
        () ->
            Instant.parse(status("crm-deployment").at("/lastDecision/time").asText())
                    .isAfter(back.minusSeconds(60))
                && condition("crm-deployment", "Ready").path("status").asText().equals("True"));
    assertThat(workloadWrites())
        .as("nothing was scaled on what was known before")
        .isEqualTo(before);
    assertThat(service.log().split("decisions go on, and nothing is scaled", -1)).hasSize(2);
    assertThat(service.log()).contains("the API server answers again after ");
  }

  /** Whether that is the reason of the last decision, by the metrics, which need no token. */
  private static boolean reasonInForce(String scaler, String reason) {
    return Http.get(service.url().resolve("/q/metrics"))
        .body()
        .lines()
        .filter(line -> line.startsWith("tidecaster_decision_reason{"))
        .filter(line -> line.contains("scaler=\"" + scaler + "\""))
        .anyMatch(
            line -> line.contains("reason=\"" + reason + "\"") && line.trim().endsWith(" 1.0"));
  }

  // ---------------------------------------------------------------- the cluster

  private static String people() {
    return """
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: operator, namespace: crm}
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: visitor, namespace: crm}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: crm-view}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tidecaster-view}
    subjects:
      - {kind: ServiceAccount, name: operator, namespace: crm}
      - {kind: ServiceAccount, name: visitor, namespace: crm}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: crm-edit, namespace: crm}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tidecaster-edit}
    subjects: [{kind: ServiceAccount, name: operator, namespace: crm}]
    """;
  }

  private static RollableScalableResource<Deployment> crm() {
    return client.apps().deployments().inNamespace("crm").withName("crm-deployment");
  }

  private static List<String> managers() {
    return crm().get().getMetadata().getManagedFields().stream()
        .map(ManagedFieldsEntry::getManager)
        .toList();
  }

  /** What the service wrote besides its own Events and statuses, or tried to. */
  private static List<String> workloadWrites() {
    return controlPlane.writesBy(USER).stream()
        .filter(write -> !write.startsWith("patch predictivescalers/status "))
        .filter(write -> !write.contains(" events "))
        .filter(write -> !write.contains("reviews "))
        .toList();
  }

  private static boolean mayScale() {
    var review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(USER)
            .withNewResourceAttributes()
            .withNamespace("crm")
            .withGroup("apps")
            .withResource("deployments")
            .withSubresource("scale")
            .withVerb("update")
            .endResourceAttributes()
            .endSpec()
            .build();
    return client
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(review)
        .getStatus()
        .getAllowed();
  }

  private static void apply(String yaml) {
    client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).create();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode scaler() {
    return (ObjectNode) yaml(DocumentedYaml.of(PAGE, "scaler.yaml"));
  }

  private static ObjectNode named(ObjectNode scaler, String name) {
    ((ObjectNode) scaler.path("metadata")).put("name", name);
    return scaler;
  }

  private static void createScaler(ObjectNode scaler) {
    client.raw(SCALERS + "?fieldValidation=Strict", "POST", scaler.toString());
  }

  private static void patchScaler(String mergePatch) {
    client
        .genericKubernetesResources("tidecaster.io/v1alpha1", "PredictiveScaler")
        .inNamespace("crm")
        .withName("crm-deployment")
        .patch(PatchContext.of(PatchType.JSON_MERGE), mergePatch);
  }

  private static JsonNode status(String scaler) {
    return resource(SCALERS + "/" + scaler).path("status");
  }

  private static JsonNode condition(String scaler, String type) {
    for (JsonNode condition : status(scaler).path("conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition;
      }
    }
    throw new AssertionError(scaler + " has no condition " + type);
  }

  private static JsonNode resource(String path) {
    return yaml(Objects.requireNonNull(client.raw(path), path));
  }

  private static JsonNode yaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---------------------------------------------------------------- the service

  private static JsonNode get(String path) {
    HttpResponse<String> answer = Http.get(service.url().resolve(path), operator);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Http.json(answer);
  }

  private static JsonNode switchTo(String mode) {
    HttpResponse<String> answer =
        Http.put(
            service.url().resolve("/api/v1/scalers/crm/crm-deployment/mode"),
            "{\"mode\":\"" + mode + "\"}",
            operator);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Http.json(answer);
  }

  /** Requests per second, as Prometheus sees them arrive. */
  private static double loadNow() {
    return prometheus
        .query("sum(rate(http_server_requests_seconds_count{app=\"crm\"}[20s]))")
        .getFirst()
        .value();
  }

  private static Duration until(Instant time) {
    Duration left = Duration.between(Instant.now(), time);
    assertThat(left).as("time left until " + time).isPositive();
    return left;
  }

  private static <T extends AutoCloseable> T open(T thing) {
    opened.push(thing);
    return thing;
  }
}
