package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidecaster.decide.Room;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamespaceRulesTest {
  /** 3 replicas of 250m and 1 Gi, limited to 500m. */
  private static final Footprint WEB =
      new Footprint(
          3,
          Map.of("app", "web", "tier", "api"),
          Map.of(
              "requests.cpu", new BigDecimal("0.25"),
              "limits.cpu", new BigDecimal("0.5"),
              "requests.memory", new BigDecimal("1073741824")),
          false,
          false,
          Optional.of("high"));

  @Nested
  class Quotas {

    private static JsonNode quotas(String spec, String hard, String used) {
      return Yaml.tree(
          """
          - metadata: {name: compute}
            spec: {%s}
            status: {hard: {%s}, used: {%s}}
          """
              .formatted(spec, hard, used));
    }

    private static Optional<Integer> most(String spec, String hard, String used) {
      return NamespaceRules.most(WEB, quotas(spec, hard, used)).map(Room.Limit::replicas);
    }

    @ParameterizedTest(name = "{0} {2} of {1} used: room for {3}")
    @CsvSource({
      // 3 there are + floor((2 − 1.1) ÷ 0.25) = 3
      "requests.cpu, 2, 1100m, 6",
      "cpu, 2, 1100m, 6",
      "limits.cpu, 2, 1500m, 4",
      "requests.memory, 6Gi, 3Gi, 6",
      "memory, 6Gi, 3Gi, 6",
      "pods, 10, 3, 10",
      "count/pods, 10, 8, 5",
      // somebody lowered it below what is used
      "pods, 2, 3, 3"
    })
    void hasRoomForWhatIsThereAndWhatStillFits(String what, String hard, String used, int most) {
      assertThat(most("", what + ": " + hard, what + ": " + used)).contains(most);
    }

    @Test
    void theTightestCountsAndIsNamedWithItsFigures() {
      JsonNode quotas =
          Yaml.tree(
              """
              - metadata: {name: compute}
                status: {hard: {requests.cpu: "2", pods: "9"}, used: {requests.cpu: 1800m, pods: "4"}}
              - metadata: {name: objects}
                status: {hard: {pods: "5", services: "1"}, used: {pods: "4", services: "1"}}
              """);

      // floor(0.2 ÷ 0.25) = 0 more by the CPU, 5 by the pods of the one, 1 by those of the other
      assertThat(NamespaceRules.most(WEB, quotas))
          .contains(
              new Room.Limit(
                  3, "ResourceQuota compute: requests.cpu 1800m of 2 used, 0.25 a replica"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "scopes: [BestEffort]",
          "scopes: [Terminating]",
          "scopes: [NotTerminating, BestEffort]",
          "scopes: [CrossNamespacePodAffinity]",
          "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [low]}]}",
          "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: NotIn, values: [high]}]}",
          "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: DoesNotExist}]}"
        })
    void ofOtherPodsItSaysNothing(String scopes) {
      assertThat(most(scopes, "pods: 3", "pods: 3")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "scopes: [NotBestEffort]",
          "scopes: [NotTerminating, NotBestEffort]",
          "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}",
          "scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: Exists}]}"
        })
    void ofThesePodsItDoes(String scopes) {
      assertThat(most(scopes, "pods: 4", "pods: 3")).contains(4);
    }

    @Test
    void whatIsNotCountedYetOrNotStatedLimitsNothing() {
      assertThat(most("", "pods: 3", "")).isEmpty();
      assertThat(most("", "limits.memory: 1Gi", "limits.memory: 1Gi")).isEmpty();
      assertThat(most("", "requests.storage: 1Gi", "requests.storage: 1Gi")).isEmpty();
      assertThat(most("", "", "")).isEmpty();
    }
  }

  @Nested
  class DisruptionBudgets {

    private static Optional<Room.Limit> least(String budgets) {
      return NamespaceRules.least(WEB, Given.fleet(6), Yaml.tree(budgets));
    }

    @Test
    void letsAsManyGoAsTheControllerSays() {
      assertThat(
              least(
                  """
                  - metadata: {name: web, generation: 2}
                    spec: {maxUnavailable: 25%, selector: {matchLabels: {app: web}}}
                    status: {observedGeneration: 2, disruptionsAllowed: 2, currentHealthy: 6, desiredHealthy: 4, expectedPods: 6}
                  """))
          .contains(
              new Room.Limit(4, "PodDisruptionBudget web: 6 of 6 healthy, 4 must be, 2 may go"));
    }

    @Test
    void theStrictestOfThosePodsCounts() {
      assertThat(
              least(
                      """
                      - metadata: {name: all}
                        spec: {selector: {}}
                        status: {observedGeneration: 1, disruptionsAllowed: 1}
                      - metadata: {name: api}
                        spec: {selector: {matchExpressions: [{key: tier, operator: In, values: [api]}]}}
                        status: {observedGeneration: 1, disruptionsAllowed: 3}
                      - metadata: {name: other}
                        spec: {selector: {matchLabels: {app: mail}}}
                        status: {observedGeneration: 1, disruptionsAllowed: 0}
                      - metadata: {name: none}
                        spec: {}
                        status: {observedGeneration: 1, disruptionsAllowed: 0}
                      """)
                  .map(Room.Limit::replicas))
          .contains(5);
    }

    @Test
    void oneThatIsNotCountedYetLetsNoneGo() {
      assertThat(
              least(
                  """
                  - metadata: {name: web, generation: 3}
                    spec: {selector: {matchLabels: {app: web}}}
                    status: {observedGeneration: 2, disruptionsAllowed: 2}
                  """))
          .contains(new Room.Limit(6, "PodDisruptionBudget web: not counted yet"));
    }

    @Test
    void withoutAnyAllMayGo() {
      assertThat(least("[]")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{matchLabels: {app: web}} | true",
          "{matchLabels: {app: web, tier: batch}} | false",
          "{matchExpressions: [{key: tier, operator: Exists}]} | true",
          "{matchExpressions: [{key: canary, operator: DoesNotExist}]} | true",
          "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]} | false",
          "{matchExpressions: [{key: app, operator: Sometimes}]} | false",
          "{} | true"
        })
    void selectsAsALabelSelectorDoes(String selector, boolean selects) {
      assertThat(NamespaceRules.selects(Yaml.tree(selector), WEB.labels())).isEqualTo(selects);
    }
  }
}
