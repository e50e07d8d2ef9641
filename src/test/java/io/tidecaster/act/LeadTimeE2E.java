package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidecaster.e2e.ControlPlane;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.workload.Scaler;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How long real pods of a real control plane take; {@code -De2e.slowest-start=180} tries three
 * minutes. All of them start at once, so that the tests wait for the slowest alone.
 */
class LeadTimeE2E {
  private static final String NAMESPACE = "lead-time";
  private static final int SLOWEST_SECONDS = Integer.getInteger("e2e.slowest-start", 60);
  private static final Duration PATIENCE = Duration.ofSeconds(SLOWEST_SECONDS + 90L);

  private static KubernetesScaler scaler;

  @BeforeAll
  static void startAll() {
    KubernetesClient client = ControlPlane.shared().client();
    scaler = new KubernetesScaler(client, Given.LIMITS, InstantSource.system());
    load(client, NAMESPACE, "");
    load(
        client,
        "lead-time-quota",
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: two}
        spec: {hard: {pods: "2"}}
        """);
    starts()
        .forEach(seconds -> load(client, NAMESPACE, deployment("web-" + seconds, seconds, "100m")));
    load(client, NAMESPACE, deployment("rolling", 0, "100m"));
    load(client, NAMESPACE, deployment("giant", 0, "64"));
    load(client, "lead-time-quota", deployment("web", 0, "100m"));
  }

  static IntStream starts() {
    return IntStream.of(30, SLOWEST_SECONDS);
  }

  @ParameterizedTest
  @MethodSource("starts")
  void learnsHowLongAReplicaTakes(int seconds) {
    Scaler web = Given.deployment(NAMESPACE, "web-" + seconds);

    LearnedLeadTime learned =
        Eventually.get(
                "the lead time is learned",
                PATIENCE,
                () -> pods(web).leadTime(),
                known -> known.filter(lead -> lead.startUps() == 4).isPresent())
            .orElseThrow();

    assertThat((double) learned.estimate().duration().toSeconds())
        .as(learned.explanation())
        .isCloseTo(seconds, within(0.1 * seconds));
  }

  /** Surge pods beside the old ones, one after the other, none missing at any time. */
  @Test
  void aRolloutTeachesItsOwnStartUpsAndCountsNoReplicaTwice() {
    Scaler web = Given.deployment(NAMESPACE, "rolling");
    Eventually.that(
        "the old ones are known",
        PATIENCE,
        () -> pods(web).leadTime().filter(lead -> lead.startUps() == 4).isPresent());
    KubernetesClient client = ControlPlane.shared().client();
    client
        .apps()
        .deployments()
        .inNamespace(NAMESPACE)
        .withName("rolling")
        .patch(
            "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"tidecaster.io/ready-after\":\"6s\"}}}}}");

    LearnedLeadTime learned =
        Eventually.get(
                "the new ones are known",
                PATIENCE,
                () -> {
                  var seen = (Observation.Seen) scaler.observe(web);
                  assertThat(seen.fleet().specReplicas()).isEqualTo(4);
                  assertThat(seen.fleet().readyReplicas()).isEqualTo(4);
                  return seen.pods().leadTime();
                },
                known -> known.filter(lead -> lead.startUps() == 8).isPresent())
            .orElseThrow();

    // 4 at once and 4 of 6 s: ⌈0.9 × 8⌉ = the 8th shortest
    assertThat(learned.estimate().duration().toSeconds())
        .as(learned.explanation())
        .isBetween(5L, 9L);
  }

  @Test
  void aPodWithoutRoomIsNoSlowStart() {
    Scaler giant = Given.deployment(NAMESPACE, "giant");

    List<String> heldBack =
        Eventually.get(
            "the pods are seen to wait",
            PATIENCE,
            () -> pods(giant).heldBack(),
            all -> all.size() == 4);

    assertThat(heldBack.getFirst()).contains("has no node", "Insufficient cpu");
    assertThat(pods(giant).leadTime()).isEmpty();
  }

  @Test
  void aQuotaIsNamed() {
    Scaler web = Given.deployment("lead-time-quota", "web");

    assertThat(
            Eventually.get(
                "the quota is seen", PATIENCE, () -> pods(web).heldBack(), all -> !all.isEmpty()))
        .singleElement()
        .asString()
        .contains("exceeded quota: two");
  }

  private static Observation.Pods pods(Scaler of) {
    return ((Observation.Seen) scaler.observe(of)).pods();
  }

  private static String deployment(String name, int readyAfterSeconds, String cpu) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %s}
    spec:
      replicas: 4
      strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
      selector: {matchLabels: {app: %s}}
      template:
        metadata:
          labels: {app: %s}
          annotations: {tidecaster.io/ready-after: %ds}
        spec:
          containers:
            - name: web
              image: web
              resources: {requests: {cpu: %s}}
    """
        .formatted(name, name, name, readyAfterSeconds, cpu);
  }

  private static void load(KubernetesClient client, String namespace, String yaml) {
    String all =
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + namespace + "}\n---\n" + yaml;
    client
        .load(new ByteArrayInputStream(all.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .serverSideApply();
  }
}
