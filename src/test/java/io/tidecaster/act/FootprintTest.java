package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FootprintTest {

  private static Footprint of(String pod) {
    return Footprint.of(
            Yaml.tree(
                """
                spec:
                  template:
                    metadata: {labels: {app: web, tier: api}}
                    spec: %s
                status: {replicas: 5}
                """
                    .formatted(pod)))
        .orElseThrow();
  }

  @Test
  void sumsItsContainers() {
    Footprint footprint =
        of(
            """
            {containers: [
              {name: app, resources: {requests: {cpu: 250m, memory: 1Gi}, limits: {cpu: "1"}}},
              {name: proxy, resources: {requests: {cpu: "0.1", memory: 512Mi}, limits: {cpu: 500m}}}]}
            """);

    // 1 Gi + 512 Mi = 1.5 · 2^30; nothing limits the memory
    assertThat(footprint.takes())
        .usingComparatorForType(BigDecimal::compareTo, BigDecimal.class)
        .usingRecursiveComparison()
        .isEqualTo(
            Map.of(
                "requests.cpu", new BigDecimal("0.35"),
                "limits.cpu", new BigDecimal("1.5"),
                "requests.memory", new BigDecimal("1610612736")));
    assertThat(footprint.pods()).isEqualTo(5);
    assertThat(footprint.labels()).isEqualTo(Map.of("app", "web", "tier", "api"));
    assertThat(footprint.bestEffort()).isFalse();
    assertThat(footprint.priorityClass()).isEmpty();
  }

  @Test
  void anInitContainerCountsWhereItTakesMoreThanAllTheOthers() {
    Footprint footprint =
        of(
            """
            {initContainers: [
               {name: mesh, restartPolicy: Always, resources: {requests: {cpu: 100m}}},
               {name: load, resources: {requests: {cpu: "2"}}}],
             containers: [{name: app, resources: {requests: {cpu: 250m}}}]}
            """);

    // max(100m + 2, 100m + 250m)
    assertThat(footprint.takes().get("requests.cpu")).isEqualByComparingTo("2.1");
  }

  @Test
  void aLimitAloneIsARequestAndThePodsOwnFigureWins() {
    assertThat(
            of("{containers: [{name: app, resources: {limits: {cpu: 500m}}}]}")
                .takes()
                .get("requests.cpu"))
        .isEqualByComparingTo("0.5");
    assertThat(
            of("{resources: {requests: {cpu: 3}}, containers: [{name: app}]}")
                .takes()
                .get("requests.cpu"))
        .isEqualByComparingTo("3");
  }

  @Test
  void whatAContainerDoesNotStateIsNotKnown() {
    Footprint footprint =
        of(
            """
            {containers: [
              {name: app, resources: {requests: {cpu: 250m, example.com/gpu: 1}}},
              {name: proxy}]}
            """);

    assertThat(footprint.takes()).doesNotContainKeys("requests.cpu", "limits.cpu");
    assertThat(footprint.takes().get("requests.example.com/gpu"))
        .as("of a device no container has unless it says so")
        .isEqualByComparingTo("1");
  }

  @Test
  void aPodThatStatesNothingIsBestEffort() {
    Footprint footprint =
        of("{priorityClassName: high, activeDeadlineSeconds: 60, containers: [{name: app}]}");

    assertThat(footprint.bestEffort()).isTrue();
    assertThat(footprint.terminating()).isTrue();
    assertThat(footprint.priorityClass()).contains("high");
    assertThat(footprint.takes()).isEmpty();
  }

  @Test
  void whatIsNoQuantityIsNotKnownAndWithoutATemplateNothingIs() {
    assertThat(of("{containers: [{name: app, resources: {requests: {cpu: much}}}]}").takes())
        .isEmpty();
    assertThat(Footprint.of(Yaml.tree("spec: {size: 3}"))).isEqualTo(Optional.empty());
  }
}
