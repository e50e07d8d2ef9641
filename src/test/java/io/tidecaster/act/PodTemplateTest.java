package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidecaster.size.RolloutInputs;
import io.tidecaster.size.WantedSize;
import io.tidecaster.workload.BesideContainer;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.Vertical;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodTemplateTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final long MIB = 1L << 20;
  private static final String RESTING =
      "status: {observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 2}";

  private static Optional<PodTemplate> template(String kind, String resources, String status) {
    return template(kind, "", resources, status);
  }

  private static Optional<PodTemplate> template(
      String kind, String metadata, String resources, String status) {
    return PodTemplate.of(
        "/apis/apps/v1/namespaces/crm/x/web",
        Yaml.tree(
            """
            apiVersion: apps/v1
            kind: %s
            metadata: {name: web, namespace: crm, uid: u, resourceVersion: "7", generation: 3%s}
            spec:
              replicas: 2
              template: {spec: {containers: [{name: side, resources: {requests: {cpu: 50m, memory: 1Gi}, limits: {cpu: 50m, memory: 1Gi}}}, {name: web, resources: {%s}}]}}
            %s
            """
                .formatted(kind, metadata, resources, status)),
        "web");
  }

  private static Vertical vertical(Vertical.Values values) {
    return new Vertical("web", 100, 4000, values, 0.8, 6);
  }

  private static String applied(PodTemplate template, Vertical.Values values, WantedSize wanted) {
    return template
        .applied(
            List.of(new PodTemplate.Part(vertical(values), template, Optional.of(wanted))), NOON)
        .at("/spec/template/spec/containers")
        .toString()
        .replace('"', '\'');
  }

  @ParameterizedTest
  @CsvSource({
    "Deployment, ROLLOUT",
    "StatefulSet, ROLLOUT",
    "ReplicaSet, NEW_PODS",
    "DaemonSet, ''"
  })
  void knowsWhatAChangeDoesOfEachKind(String kind, String carries) {
    assertThat(template(kind, "requests: {cpu: 500m}", RESTING).map(one -> one.carries().name()))
        .isEqualTo(Optional.of(carries).filter(name -> !name.isEmpty()));
  }

  @Test
  void aContainerWithoutARequestHasNone() {
    assertThat(template("Deployment", "limits: {memory: 1Gi}", RESTING)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 2 | ''
          observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2 | its controller has not seen its last change
          observedGeneration: 3, replicas: 3, updatedReplicas: 2, readyReplicas: 2 | 2 of 2 replicas are of its newest template
          observedGeneration: 3, replicas: 2, updatedReplicas: 1, readyReplicas: 2 | 1 of 2 replicas are of its newest template
          observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 1 | 1 of 2 replicas are ready
          observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 2, currentRevision: a, updateRevision: b | 2 of 2 replicas are of its newest template
          """)
  void seesARolloutThatIsOnItsWay(String status, String busy) {
    PodTemplate template =
        template("Deployment", "requests: {cpu: 500m}", "status: {%s}".formatted(status))
            .orElseThrow();

    assertThat(template.busy().orElse("")).isEqualTo(busy);
  }

  @Test
  void limitsGoInProportionWithTheRequests() {
    PodTemplate template =
        template(
                "Deployment",
                "requests: {cpu: 500m, memory: 256Mi}, limits: {cpu: 1, memory: 512Mi}",
                RESTING)
            .orElseThrow();

    // 500m of 1000m become 800m of 1600m; 256Mi of 512Mi become 300Mi of 600Mi = 629145600
    assertThat(
            applied(
                template,
                Vertical.Values.REQUESTS_AND_LIMITS,
                new WantedSize(800, OptionalLong.of(300 * MIB))))
        .isEqualTo(
            "[{'name':'web','resources':{'limits':{'cpu':'1600m','memory':'629145600'},'requests':{'cpu':'800m','memory':'314572800'}}}]");
    assertThat(applied(template, Vertical.Values.REQUESTS_ONLY, WantedSize.ofCpu(800)))
        .isEqualTo("[{'name':'web','resources':{'requests':{'cpu':'800m'}}}]");
  }

  private static final String MANAGED =
      ", annotations: {tidecaster.io/sized-at: '2026-03-02T11:00:00Z'}, managedFields: [{manager: %s,"
          + " time: '2026-03-02T11:30:00Z', fieldsV1: {f:spec: {f:template: {f:spec: {f:containers:"
          + " {'k:{\"name\":\"web\"}': {f:resources: {f:requests: {f:cpu: {}, f:memory: {}}}}}}}}}}]";

  /** Apply takes away what its manager had and no longer gives. */
  @Test
  void whatIsOursAlreadyIsGivenAgain() {
    PodTemplate template =
        template(
                "Deployment",
                MANAGED.formatted("tidecaster-size"),
                "requests: {cpu: 500m, memory: 256Mi}",
                RESTING)
            .orElseThrow();

    assertThat(applied(template, Vertical.Values.REQUESTS_ONLY, WantedSize.ofCpu(800)))
        .isEqualTo("[{'name':'web','resources':{'requests':{'cpu':'800m','memory':'256Mi'}}}]");
    assertThat(template.writtenAt()).contains(Instant.parse("2026-03-02T11:00:00Z"));
    assertThat(template.undone()).isEmpty();
  }

  @Test
  void whatSomebodyElseHasNowWasUndone() {
    assertThat(
            template(
                    "Deployment",
                    MANAGED.formatted("argocd-controller"),
                    "requests: {cpu: 500m}",
                    RESTING)
                .orElseThrow()
                .undone())
        .contains(
            new RolloutInputs.Undone("argocd-controller", Instant.parse("2026-03-02T11:30:00Z")));
  }

  /** What one container had of ours, and is not decided on, is given again beside the other. */
  @Test
  void oneApplyCarriesAllContainers() {
    var workload =
        Yaml.tree(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              annotations: {tidecaster.io/sized-at: '2026-03-02T11:00:00Z'}
              managedFields:
                - manager: tidecaster-size
                  fieldsV1:
                    f:spec: {f:template: {f:spec: {f:containers: {'k:{"name":"log"}': {f:resources: {f:requests: {f:cpu: {}}}}}}}}
            spec: {template: {spec: {containers: [
              {name: web, resources: {requests: {cpu: 500m}}},
              {name: envoy, resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m}}},
              {name: log, resources: {requests: {cpu: 20m}}},
              {name: cache, resources: {requests: {cpu: 30m}}}]}}}
            """);
    Vertical vertical =
        vertical(Vertical.Values.REQUESTS_ONLY)
            .with(List.of(side("envoy"), side("log"), side("cache")));
    SizeObservation.Seen seen =
        seen(
            workload,
            "web",
            Map.of(
                "envoy", seen(workload, "envoy", Map.of()),
                "log", seen(workload, "log", Map.of()),
                "cache", seen(workload, "cache", Map.of())));
    Map<String, WantedSize> wanted =
        Map.of(
            "web", WantedSize.ofCpu(800), "envoy", new WantedSize(150, OptionalLong.of(80 * MIB)));

    String applied =
        seen.template()
            .orElseThrow()
            .applied(PodTemplate.parts(vertical, seen, wanted), NOON)
            .at("/spec/template/spec/containers")
            .toString()
            .replace('"', '\'');

    // 100m of 200m become 150m of 300m; 80Mi = 83886080; log is ours and stays, cache is not ours
    assertThat(applied)
        .isEqualTo(
            "[{'name':'web','resources':{'requests':{'cpu':'800m'}}},"
                + "{'name':'envoy','resources':{'limits':{'cpu':'300m'},'requests':{'cpu':'150m','memory':'83886080'}}},"
                + "{'name':'log','resources':{'requests':{'cpu':'20m'}}}]");
    assertThat(PodTemplate.told(vertical, wanted))
        .isEqualTo("web 800m CPU, envoy 150m CPU and 80Mi");
  }

  private static SizeObservation.Seen seen(
      JsonNode workload, String container, Map<String, SizeObservation> beside) {
    return new SizeObservation.Seen(
        List.of(
            new SizeObservation.Pod(
                "web-0", 500, OptionalLong.empty(), 500, false, Optional.empty())),
        PodTemplate.of("/apis/apps/v1/namespaces/crm/deployments/web", workload, container),
        beside);
  }

  private static BesideContainer side(String name) {
    return new BesideContainer(
        name,
        10,
        1000,
        Vertical.Values.REQUESTS_AND_LIMITS,
        0.8,
        new Source(
            new SeriesSelector("cpu_total", SeriesSelector.Type.COUNTER, Map.of()),
            Optional.empty()),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void oneContainerThatIsNotGuaranteedMakesThePodBurstable() {
    var workload =
        Yaml.tree(
            """
            apiVersion: apps/v1
            kind: Deployment
            spec: {template: {spec: {containers: [
              {name: web, resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 500m, memory: 1Gi}}},
              {name: envoy, resources: {requests: {cpu: 100m}}}]}}}
            """);

    assertThat(PodTemplate.of("/x", workload, "web").orElseThrow().isGuaranteed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 0.5, memory: 1024Mi} | true
          requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 1, memory: 1024Mi}   | false
          requests: {cpu: 500m, memory: 1Gi}                                     | false
          """)
  void knowsAGuaranteedQualityOfService(String resources, boolean guaranteed) {
    assertThat(template("Deployment", resources, RESTING).orElseThrow().isGuaranteed())
        .isEqualTo(guaranteed);
  }
}
