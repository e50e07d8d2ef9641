package io.tidecaster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The chart, installed by a real Helm on a real control plane into a namespace that admits only
 * what is restricted; then used, upgraded, rolled back and removed, in this order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChartE2E {
  private static final Path PAGE = Path.of("docs/kubernetes.md");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Duration SOON = Duration.ofMinutes(2);

  /** Group and resource of all that Tidecaster could have to do with, or must not. */
  private static final List<String> RESOURCES =
      List.of(
          "tidecaster.io/predictivescalers",
          "tidecaster.io/predictivescalers/status",
          "apps/deployments",
          "apps/deployments/scale",
          "apps/statefulsets",
          "apps/statefulsets/scale",
          "apps/replicasets",
          "apps/replicasets/scale",
          "apps/daemonsets",
          "autoscaling/horizontalpodautoscalers",
          "events.k8s.io/events",
          "policy/poddisruptionbudgets",
          "coordination.k8s.io/leases",
          "rbac.authorization.k8s.io/clusterroles",
          "apiextensions.k8s.io/customresourcedefinitions",
          "authentication.k8s.io/tokenreviews",
          "authorization.k8s.io/subjectaccessreviews",
          "/pods",
          "/pods/resize",
          "/pods/eviction",
          "/pods/exec",
          "/nodes",
          "/namespaces",
          "/services",
          "/endpoints",
          "/configmaps",
          "/secrets",
          "/serviceaccounts",
          "/serviceaccounts/token",
          "/events",
          "/resourcequotas");

  private static final List<String> VERBS =
      List.of("get", "list", "watch", "create", "update", "patch", "delete");

  /** What an advisor may write at most: words about a workload, never the workload. */
  private static final Set<String> WORDS =
      Set.of(
          "patch tidecaster.io/predictivescalers/status",
          "create events.k8s.io/events",
          "update events.k8s.io/events",
          "create authentication.k8s.io/tokenreviews",
          "create authorization.k8s.io/subjectaccessreviews");

  private static final String SCALER =
      "/apis/tidecaster.io/v1alpha1/namespaces/crm/predictivescalers/crm-deployment";

  /**
   * What the service leaves in the cluster while it holds a floor of 5 over the user's own of 2.
   */
  private static final String HELD =
      "{\"metadata\":{\"finalizers\":[\"tidecaster.io/hpa-floor\"]}}";

  private static final HorizontalPodAutoscaler HELD_FLOOR =
      new HorizontalPodAutoscalerBuilder()
          .withNewMetadata()
          .withNamespace("crm")
          .withName("crm")
          .addToAnnotations("tidecaster.io/floor-of", "crm/crm-deployment")
          .addToAnnotations("tidecaster.io/own-floor", "2")
          .addToAnnotations("tidecaster.io/floor", "5")
          .endMetadata()
          .withNewSpec()
          .withMinReplicas(5)
          .withMaxReplicas(10)
          .withNewScaleTargetRef("apps/v1", "Deployment", "crm-deployment")
          .endSpec()
          .build();

  @TempDir private static Path scratch;

  private static ControlPlane controlPlane;
  private static KubernetesClient client;

  @BeforeAll
  static void start() throws IOException {
    controlPlane = ControlPlane.start();
    client = controlPlane.client();
    try (Stream<Path> manifests = Files.list(Tools.find().customResources())) {
      for (Path manifest : manifests.toList()) {
        apply(Files.readString(manifest));
      }
    }
    for (String name : List.of("tc", "crm", "other", "monitoring")) {
      client
          .resource(
              new NamespaceBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                  .endMetadata()
                  .build())
          .create();
    }
  }

  @AfterAll
  static void stop() {
    controlPlane.close();
  }

  // ---------------------------------------------------------------- what it renders

  @ParameterizedTest
  @Order(1)
  @ValueSource(strings = {"values.yaml", "values-edge.yaml", "values-demo.yaml"})
  void everyFileOfValuesPassesTheLint(String values) {
    var words = new ArrayList<>(List.of("lint", "--strict", Helm.CHART.toString()));
    words.add("--values=" + Helm.CHART.resolve(values));
    if (values.equals("values.yaml")) {
      words.add("--set=kafka.bootstrapServers=kafka:9092");
    }

    assertThat(Helm.run(words).succeeded()).contains("0 chart(s) failed");
  }

  /** Everything at once, as strictly as the API server can say it, with the operator's own CRDs. */
  @ParameterizedTest
  @Order(2)
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          all     | --set=kafka.bootstrapServers=k:9093,kafka.tls.enabled=true,kafka.tls.caSecret=ca,kafka.tls.userSecret=user,kafka.sasl.mechanism=SCRAM-SHA-512,kafka.sasl.secret=sasl,prometheus.url=http://p:9090,prometheus.auth.type=Basic,prometheus.auth.secret=p,serviceMonitor.enabled=true,alerts.enabled=true,dashboards.enabled=true,mode=Enforcing,adapter.topic=metrics
          bearer  | --set=kafka.bootstrapServers=k:9092,prometheus.url=http://p:9090,prometheus.auth.type=Bearer,prometheus.auth.secret=p,scope=Namespace,watchNamespace=crm,networkPolicy.prometheusFrom=null
          edge    | --values=charts/tidecaster/values-edge.yaml
          """)
  void theApiServerTakesEachStrictly(String name, String values) throws IOException {
    assertTakenStrictly(name, values);
  }

  private static void assertTakenStrictly(String name, String values) throws IOException {
    String yaml =
        Helm.run("template", "tc", Helm.CHART.toString(), "--namespace=tc", values).succeeded();
    Path file = Files.writeString(scratch.resolve(name + ".yaml"), yaml);

    String said = kubectl("apply", "--dry-run=server", "--validate=strict", "--filename=" + file);

    assertThat(said.lines())
        .hasSameSizeAs(Helm.resources(yaml))
        .allMatch(line -> line.endsWith(" (server dry run)"));
  }

  /** The operator's own definition of a Prometheus takes what docs/prometheus.md says to write. */
  @Test
  @Order(2)
  void theOperatorsPrometheusTakesTheDocumentedRemoteWrite() throws IOException {
    Path file =
        Files.writeString(
            scratch.resolve("prometheus-operator.yaml"),
            DocumentedYaml.of(Path.of("docs/prometheus.md"), "prometheus.yaml"));

    assertThat(kubectl("apply", "--dry-run=server", "--validate=strict", "--filename=" + file))
        .isEqualTo("prometheus.monitoring.coreos.com/k8s created (server dry run)");
  }

  @ParameterizedTest
  @Order(3)
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mode=Fast                                             | mode
          kafka.partitions=0                                    | partitions
          kafka.bootstrapServers=nohost                         | bootstrapServers
          volume=11                                             | volume
          replicas=1                                            | name Kafka's brokers, host:port, or set broker.enabled
          broker.enabled=true                                   | replicas 2 with broker.enabled
          kafka.bootstrapServers=k:9092,kafka.sasl.mechanism=PLAIN      | kafka.sasl.mechanism PLAIN without kafka.sasl.secret
          kafka.bootstrapServers=k:9092,prometheus.auth.type=Basic      | prometheus.auth.type Basic without prometheus.auth.secret
          kafka.bootstrapServers=k:9092,watchNamespace=crm              | watchNamespace crm with scope Cluster
          kafka.bootstrapServers=k:9092,kafka.strimzi.enabled=true      | kafka.strimzi.enabled without kafka.strimzi.cluster
          """)
  void valuesThatCannotWorkAreRefused(String set, String named) {
    Helm.Outcome outcome = Helm.run("template", "tc", Helm.CHART.toString(), "--set", set);

    assertThat(outcome.status()).isNotZero();
    assertThat(outcome.text()).contains(named);
  }

  @ParameterizedTest
  @Order(4)
  @CsvSource({"Enforcing,true,true", "Enforcing,false,false", "Advisory,true,false"})
  void templatesAreWrittenOnlyWhereThatIsAskedForAndEnforced(
      String mode, boolean asked, boolean granted) {
    List<JsonNode> rendered =
        Helm.template(
            "--set=kafka.bootstrapServers=k:9092",
            "--set=mode=%s,rbac.template=%s".formatted(mode, asked));

    assertThat(rendered)
        .filteredOn(one -> one.at("/rules/0/verbs/0").asText().equals("patch"))
        .filteredOn(one -> one.at("/rules/0/resources/0").asText().equals("deployments"))
        .hasSize(granted ? 1 : 0);
  }

  @Test
  @Order(4)
  void withoutPeersNobodyIsLetIn() {
    JsonNode policy =
        only(
            "NetworkPolicy",
            Helm.template(
                "--set=kafka.bootstrapServers=k:9092", "--set=networkPolicy.prometheusFrom=null"));

    // the pod of helm test alone
    assertThat(policy.at("/spec/ingress")).hasSize(1);
    assertThat(policy.at("/spec/ingress/0/from")).hasSize(1);
    assertThat(policy.at("/spec/egress/1/ports").findValuesAsText("port"))
        .containsExactly("443", "6443", "9092", "9093");
  }

  // ---------------------------------------------------------------- installed

  @Test
  @Order(10)
  void installsWithPodsThatTheRestrictedLevelAdmits() {
    String notes = helm("install", "--set=replicas=2", "--wait", "--timeout=2m").succeeded();

    assertThat(notes).contains("in mode Advisory", "http://tc-tidecaster.tc:8080/api/v1/write");
    List<Pod> pods = client.pods().inNamespace("tc").list().getItems();
    assertThat(pods).hasSize(2);
    Eventually.that(
        "the custom resource is served",
        SOON,
        () -> client.raw("/apis/tidecaster.io/v1alpha1/predictivescalers") != null);
    assertThat(client.policy().v1().podDisruptionBudget().inNamespace("tc").list().getItems())
        .singleElement()
        .satisfies(
            budget -> assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1));
  }

  @Test
  @Order(11)
  void anAdvisorMayDoWhatTheDocsSayAndWritesNothingButWords() throws IOException {
    Set<String> may = probe("crm");

    assertThat(may).isEqualTo(documented("rbac-advisory.yaml"));
    assertThat(may).filteredOn(right -> !right.matches("(get|list|watch) .*")).isSubsetOf(WORDS);
  }

  @Test
  @Order(12)
  void enforcingAddsWhatTheDocsSayAndNoMore() throws IOException {
    helm("upgrade", "--set=mode=Enforcing", "--wait", "--timeout=2m").succeeded();

    Set<String> expected = documented("rbac-advisory.yaml");
    expected.addAll(documented("rbac-enforcing.yaml"));
    assertThat(probe("crm"))
        .isEqualTo(expected)
        .contains("update apps/deployments/scale")
        .doesNotContain("patch apps/deployments");
  }

  @Test
  @Order(13)
  void oneNamespaceMeansThatNamespaceAlone() throws IOException {
    helm(
            "upgrade",
            "--set=scope=Namespace,watchNamespace=crm",
            "--no-hooks",
            "--wait",
            "--timeout=2m")
        .succeeded();

    assertThat(probe("crm")).containsAll(documented("rbac-advisory.yaml"));
    // who someone is has no namespace
    assertThat(probe("other"))
        .isSubsetOf(
            "create authentication.k8s.io/tokenreviews",
            "create authorization.k8s.io/subjectaccessreviews");
  }

  @Test
  @Order(14)
  void anUpgradeAndARollbackKeepTheScalers() {
    apply(DocumentedYaml.of(PAGE, "scaler.yaml"));
    String uid = scalerUid();

    String notes = helm("upgrade", "--wait", "--timeout=2m").succeeded();
    assertThat(notes).contains("is upgraded").doesNotContain("ATTENTION");
    assertThat(scalerUid()).isEqualTo(uid);
    Helm.run("rollback", "tc", "1", "--namespace=tc", kubeconfig(), "--wait").succeeded();
    assertThat(scalerUid()).isEqualTo(uid);
    assertThat(client.apps().deployments().inNamespace("tc").withName("tc-tidecaster").isReady())
        .isTrue();
  }

  @Test
  @Order(15)
  void theNotesTellWhereTheDefinitionIsAnotherOne() {
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("predictivescalers.tidecaster.io")
        .edit(definition -> {
          definition
              .getSpec()
              .getVersions()
              .getFirst()
              .getSchema()
              .getOpenAPIV3Schema()
              .setDescription("Of another release.");
          return definition;
        });
    assertThat(helm("upgrade").succeeded()).contains("ATTENTION");

    Path shown = scratch.resolve("crd.yaml");
    try {
      Files.writeString(shown, Helm.run("show", "crds", Helm.CHART.toString()).succeeded());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    kubectl("apply", "--server-side", "--force-conflicts", "--filename=" + shown);
    assertThat(helm("upgrade").succeeded()).doesNotContain("ATTENTION");
  }

  @Test
  @Order(16)
  void whoMayActNoMoreGivesTheFloorsBack() {
    helm("upgrade", "--set=mode=Enforcing", "--wait", "--timeout=2m").succeeded();

    assertThat(helm("upgrade", "--dry-run=server").succeeded())
        .contains("helm.sh/hook: post-upgrade", "name: tc-tidecaster-release")
        .doesNotContain("helm.sh/hook: post-delete");
  }

  /** The simulated kubelet runs no program: the test runs the Job's, with the Job's own account. */
  @Test
  @Order(17)
  void aRemovalGivesTheFloorsBackAndLeavesTheScalers() {
    String uid = scalerUid();
    client.resource(HELD_FLOOR).create();
    kubectl("patch", "psc", "crm-deployment", "--namespace=crm", "--type=merge", "--patch=" + HELD);
    try (ChildProcess uninstall =
        ChildProcess.start(
            "helm",
            List.of(
                Tools.find().helm().toString(),
                "uninstall",
                "tc",
                "--namespace=tc",
                kubeconfig()))) {
      Pod release =
          Eventually.get(
                  "the Job's pod",
                  SOON,
                  () ->
                      client
                          .pods()
                          .inNamespace("tc")
                          .withLabel("app.kubernetes.io/name", "tidecaster-release")
                          .list()
                          .getItems(),
                  pods -> !pods.isEmpty())
              .getFirst();
      assertThat(client.rbac().clusterRoles().withName("tc-tidecaster-enforcing").get()).isNull();
      try (ServiceProcess program =
          ServiceProcess.named("release")
              .environment(
                  "KUBECONFIG",
                  controlPlane.kubeconfigFor("tc", "tc-tidecaster-release").toString())
              .arguments(
                  release.getSpec().getContainers().getFirst().getArgs().toArray(String[]::new))
              .startWithoutWaiting()) {
        assertThat(program.awaitExit(SOON)).as(program.log()).isZero();
        assertThat(program.log()).contains("given back: 1, still held: 0");
      }
      // kwok writes the status too, so that a conflict is asked again
      Eventually.answers(
          "the pod has ended",
          SOON,
          () ->
              client
                  .pods()
                  .inNamespace("tc")
                  .withName(release.getMetadata().getName())
                  .editStatus(pod -> {
                    pod.getStatus().setPhase("Succeeded");
                    return pod;
                  }));
      assertThat(uninstall.ended(SOON)).isTrue();
      assertThat(uninstall.exitStatus()).isZero();
    }

    assertThat(client.resource(HELD_FLOOR).get().getSpec().getMinReplicas()).isEqualTo(2);
    assertThat(scalerUid()).isEqualTo(uid);
    assertThat(client.rbac().clusterRoles().list().getItems())
        .noneMatch(role -> role.getMetadata().getName().startsWith("tc-tidecaster"));
    Eventually.that(
        "the pods go", SOON, () -> client.pods().inNamespace("tc").list().getItems().isEmpty());
  }

  @Test
  @Order(18)
  void theDemoBringsACrmBehindHaproxyThatIsForecast() throws IOException {
    String values = "--values=" + Helm.CHART.resolve("values-demo.yaml");
    assertTakenStrictly("demo", values);

    Helm.run(
            "install",
            "tc",
            Helm.CHART.toString(),
            "--namespace=tc",
            kubeconfig(),
            values,
            "--wait",
            "--timeout=2m")
        .succeeded();

    assertThat(client.pods().inNamespace("tc").list().getItems())
        .extracting(pod -> pod.getMetadata().getLabels().get("app"))
        .contains("crm", "crm-haproxy", "crm-prometheus", "crm-load");
    Map<String, String> files =
        client.configMaps().inNamespace("tc").withName("crm-demo").get().getData();
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(
          scratch.resolve(file.getKey()),
          file.getValue().replace("/etc/prometheus", scratch.toString()));
    }
    succeed(Tools.find().haproxy(), "-c", "-f", scratch.resolve("haproxy.cfg").toString());
    succeed(
        Tools.find().promtool(), "check", "config", scratch.resolve("prometheus.yml").toString());
    succeed(Path.of("/bin/sh"), "-n", scratch.resolve("load.sh").toString());
  }

  // ---------------------------------------------------------------- words

  private static Helm.Outcome helm(String verb, String... more) {
    var words =
        new ArrayList<>(
            List.of(
                verb,
                "tc",
                Helm.CHART.toString(),
                "--namespace=tc",
                kubeconfig(),
                "--set=kafka.bootstrapServers=kafka:9092"));
    words.addAll(List.of(more));
    return Helm.run(words);
  }

  private static String kubeconfig() {
    return "--kubeconfig=" + controlPlane.kubeconfig();
  }

  private static String kubectl(String... words) {
    var command = new ArrayList<>(List.of(kubeconfig(), "--request-timeout=60s"));
    command.addAll(List.of(words));
    return succeed(Tools.find().controlPlane("kubectl"), command.toArray(String[]::new));
  }

  private static String succeed(Path program, String... words) {
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(words));
    try (ChildProcess process = ChildProcess.start(program.getFileName().toString(), command)) {
      assertThat(process.ended(SOON)).isTrue();
      String said = Files.readString(process.log());
      assertThat(process.exitStatus()).as(said).isZero();
      return said.strip();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * All that the installation's service account may do there, as {@code "get apps/deployments"}.
   */
  private static Set<String> probe(String namespace) {
    KubernetesClient account = controlPlane.clientFor("tc", "tc-tidecaster");
    Set<String> may = new TreeSet<>();
    for (String resource : RESOURCES) {
      String[] parts = resource.split("/", 3);
      for (String verb : VERBS) {
        var review =
            new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withNamespace(namespace)
                .withGroup(parts[0])
                .withResource(parts[1])
                .withSubresource(parts.length == 3 ? parts[2] : "")
                .withVerb(verb)
                .endResourceAttributes()
                .endSpec()
                .build();
        if (account
            .authorization()
            .v1()
            .selfSubjectAccessReview()
            .create(review)
            .getStatus()
            .getAllowed()) {
          may.add(verb + " " + resource);
        }
      }
    }
    return may;
  }

  /** The rules of a ClusterRole of docs/kubernetes.md, spelled out. */
  private static Set<String> documented(String name) throws IOException {
    Set<String> rights = new TreeSet<>();
    for (JsonNode resource : Helm.resources(DocumentedYaml.of(PAGE, name))) {
      for (JsonNode rule : resource.path("rules")) {
        for (JsonNode group : rule.path("apiGroups")) {
          for (JsonNode kind : rule.path("resources")) {
            for (JsonNode verb : rule.path("verbs")) {
              rights.add(verb.asText() + " " + group.asText() + "/" + kind.asText());
            }
          }
        }
      }
    }
    assertThat(rights)
        .as("each is probed")
        .allMatch(right -> RESOURCES.contains(right.substring(right.indexOf(' ') + 1)));
    return rights;
  }

  private static String scalerUid() {
    try {
      return YAML.readTree(client.raw(SCALER)).at("/metadata/uid").asText();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode only(String kind, List<JsonNode> resources) {
    List<JsonNode> found =
        resources.stream().filter(resource -> resource.path("kind").asText().equals(kind)).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static void apply(String yaml) {
    client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).create();
  }
}
