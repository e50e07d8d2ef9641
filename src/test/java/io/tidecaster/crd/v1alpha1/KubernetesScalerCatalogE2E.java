package io.tidecaster.crd.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tidecaster.e2e.ControlPlane;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With a control plane of its own, for its API server is stopped and its CRD removed. */
class KubernetesScalerCatalogE2E {
  private static final Duration SOON = Duration.ofSeconds(90);

  private static ControlPlane controlPlane;
  private static KubernetesClient client;

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<KubernetesScalerCatalog> started = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() {
    controlPlane = ControlPlane.start();
    client = controlPlane.client();
  }

  @AfterAll
  static void stop() {
    controlPlane.close();
  }

  @AfterEach
  void closeAll() {
    started.forEach(KubernetesScalerCatalog::close);
  }

  @Test
  void hearsWhatIsCreatedChangedAndDeleted() {
    InstalledCrd.in(client);
    var catalog = catalog("heard");
    apply("heard", scaler("web", 5));
    awaitTold("heard/web max 5");
    assertThat(catalog.instance(new ScalerId("heard", "web")))
        .hasValueSatisfying(instance -> {
          assertThat(instance.uid()).isNotEmpty();
          assertThat(instance.generation()).isEqualTo(1);
          assertThat(instance.status()).isEmpty();
        });

    apply("heard", scaler("web", 9));
    awaitTold("heard/web max 9");

    delete("heard", "web");
    awaitTold("heard/web gone");
    assertThat(catalog.scalers()).isEmpty();
    assertThat(catalog.instance(new ScalerId("heard", "web"))).isEmpty();
  }

  @Test
  void offersOnlyTheNamespaceItIsFor() {
    InstalledCrd.in(client);
    catalog("mine");
    apply("theirs", scaler("web", 5));
    apply("mine", scaler("web", 5));
    awaitTold("mine/web max 5");

    assertThat(told).containsExactly("mine/web max 5");
  }

  @Test
  void doesNotOfferWhatCannotBeFollowedAndOffersTheRest() {
    InstalledCrd.in(client);
    var catalog = catalog("nonsense");
    List<String> rejected = new CopyOnWriteArrayList<>();
    catalog.onRejection((id, reading) -> rejected.add(id + ": " + reading.sentence()));
    apply("nonsense", scaler("good", 5));
    apply("nonsense", scaler("bad", 5));
    awaitTold("nonsense/bad max 5");
    apply("nonsense", scaler("bad", 5).replace("requests_total", "\"\u2003\""));
    awaitTold("nonsense/bad gone");

    Eventually.that("the rejection is told", SOON, () -> !rejected.isEmpty());
    assertThat(rejected)
        .containsExactly(
            "nonsense/bad: spec.load.series: series.metric is empty; name the Prometheus metric");
    assertThat(catalog.rejections()).containsOnlyKeys(new ScalerId("nonsense", "bad"));
    assertThat(catalog.scalers())
        .extracting(Scaler::id)
        .containsExactly(new ScalerId("nonsense", "good"));

    apply("nonsense", scaler("bad", 7));
    awaitTold("nonsense/bad max 7");
    assertThat(catalog.rejections()).isEmpty();
  }

  @Test
  void comesBackAfterTheApiServerAndTheDefinitionWereAway() {
    InstalledCrd.in(client);
    removeCrd();
    var catalog = catalog("away");
    Eventually.always(
        "nothing is offered before there is a definition",
        Duration.ofSeconds(2),
        () -> catalog.scalers().isEmpty() && !catalog.isWatching());
    InstalledCrd.in(client);
    apply("away", scaler("first", 5));
    awaitTold("away/first max 5");
    assertThat(catalog.hasSynced()).isTrue();

    controlPlane.stopApiServer();
    assertThat(catalog.find(new ScalerId("away", "first")))
        .as("what was known stands while the API server is away")
        .isPresent();
    controlPlane.startApiServer();
    apply("away", scaler("second", 5));
    awaitTold("away/second max 5");
    assertThat(catalog.scalers()).hasSize(2);
    assertThat(told).doesNotContain("away/first gone");
  }

  @Test
  void aDefinitionEditedToNonsenseSpoilsNoScalerThatIsKnownAndPasses() {
    InstalledCrd.in(client);
    var catalog = catalog("edited");
    apply("edited", scaler("first", 5));
    apply("edited", scaler("second", 5));
    awaitTold("edited/first max 5");
    awaitTold("edited/second max 5");

    editDefinition("/spec/versions/0/schema/openAPIV3Schema", ANYTHING);
    Eventually.that(
        "the API server takes anything",
        SOON,
        () -> {
          patch("edited", "second", "{\"spec\":{\"maxReplicas\":\"many\",\"load\":7}}");
          return catalog.rejections().containsKey(new ScalerId("edited", "second"));
        });
    editDefinition("/spec/versions/0/served", "false");
    Eventually.that(
        "the version is served no more",
        SOON,
        () -> client.raw("/apis/tidecaster.io/v1alpha1/predictivescalers") == null);
    assertThat(catalog.find(new ScalerId("edited", "first"))).isPresent();
    assertThat(told).doesNotContain("edited/first gone");

    removeCrd();
    InstalledCrd.in(client);
    apply("edited", scaler("first", 8));
    awaitTold("edited/first max 8");
    assertThat(catalog.rejections()).isEmpty();
  }

  private static final String ANYTHING =
      "{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}";

  private static void editDefinition(String path, String value) {
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("predictivescalers.tidecaster.io")
        .patch(
            PatchContext.of(PatchType.JSON),
            "[{\"op\":\"replace\",\"path\":\"%s\",\"value\":%s}]".formatted(path, value));
  }

  private static void patch(String namespace, String name, String mergePatch) {
    try {
      client
          .genericKubernetesResources(KubernetesScalerCatalog.RESOURCE)
          .inNamespace(namespace)
          .withName(name)
          .patch(PatchContext.of(PatchType.JSON_MERGE), mergePatch);
    } catch (KubernetesClientException notYet) {
      assertThat(notYet.getCode()).isEqualTo(422);
    }
  }

  private KubernetesScalerCatalog catalog(String namespace) {
    var catalog = new KubernetesScalerCatalog(client, Optional.of(namespace));
    started.add(catalog);
    catalog.onChange((id, now) ->
        told.add(id + now.map(scaler -> " max " + scaler.bounds().maxReplicas()).orElse(" gone")));
    catalog.start();
    return catalog;
  }

  private void awaitTold(String what) {
    Eventually.that(what + " is told", SOON, () -> told.contains(what));
  }

  private static void removeCrd() {
    var crd =
        client
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withName("predictivescalers.tidecaster.io");
    crd.delete();
    Eventually.that(
        "the definition is gone",
        SOON,
        () ->
            crd.get() == null
                && client.raw("/apis/tidecaster.io/v1alpha1/predictivescalers") == null);
  }

  private static String scaler(String name, int maxReplicas) {
    return """
    apiVersion: tidecaster.io/v1alpha1
    kind: PredictiveScaler
    metadata: {name: %s}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: target}
      maxReplicas: %d
      load: {series: {metric: requests_total, type: Counter}}
      objective: {requestsPerReplica: 120}
    """
        .formatted(name, maxReplicas);
  }

  private static void apply(String namespace, String yaml) {
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .serverSideApply();
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .serverSideApply();
  }

  private static void delete(String namespace, String name) {
    client
        .genericKubernetesResources(KubernetesScalerCatalog.RESOURCE)
        .inNamespace(namespace)
        .withName(name)
        .delete();
  }
}
