package io.tidecaster.act;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Room;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the ResourceQuotas and PodDisruptionBudgets of a namespace mean for a workload. */
final class NamespaceRules {
  private NamespaceRules() {}

  /**
   * The most replicas that the quotas have room for: those there are and the pods that still fit
   * into the tightest quota. One whose scopes do not match the pods does not count, nor does what
   * the controller has not counted yet, or the template does not state.
   */
  static Optional<Room.Limit> most(Footprint footprint, JsonNode quotas) {
    Optional<Room.Limit> most = Optional.empty();
    for (JsonNode quota : quotas) {
      if (!concerns(quota.path("spec"), footprint)) {
        continue;
      }
      for (Map.Entry<String, JsonNode> hard : quota.at("/status/hard").properties()) {
        Optional<Room.Limit> limit = limit(footprint, quota, hard.getKey());
        if (limit.isPresent()
            && (most.isEmpty() || limit.get().replicas() < most.get().replicas())) {
          most = limit;
        }
      }
    }
    return most;
  }

  private static Optional<Room.Limit> limit(Footprint footprint, JsonNode quota, String resource) {
    JsonNode hardText = quota.at("/status/hard").path(resource);
    JsonNode usedText = quota.at("/status/used").path(resource);
    Optional<BigDecimal> hard = Footprint.amount(hardText);
    Optional<BigDecimal> used = Footprint.amount(usedText);
    Optional<BigDecimal> each = each(footprint, resource);
    if (hard.isEmpty() || used.isEmpty() || each.isEmpty() || each.get().signum() <= 0) {
      return Optional.empty();
    }
    BigDecimal left = hard.get().subtract(used.get()).max(BigDecimal.ZERO);
    BigDecimal more = left.divide(each.get(), 0, RoundingMode.FLOOR);
    int replicas = BigDecimal.valueOf(footprint.pods()).add(more).min(INT_MAX).intValue();
    return Optional.of(
        new Room.Limit(
            replicas,
            "ResourceQuota %s: %s %s of %s used, %s a replica"
                .formatted(
                    quota.at("/metadata/name").asText(),
                    resource,
                    usedText.asText(),
                    hardText.asText(),
                    each.get().stripTrailingZeros().toPlainString())));
  }

  private static final BigDecimal INT_MAX = BigDecimal.valueOf(Integer.MAX_VALUE);

  private static Optional<BigDecimal> each(Footprint footprint, String resource) {
    return switch (resource) {
      case "pods", "count/pods" -> Optional.of(BigDecimal.ONE);
      case "cpu", "memory", "ephemeral-storage" ->
          Optional.ofNullable(footprint.takes().get("requests." + resource));
      default -> Optional.ofNullable(footprint.takes().get(resource));
    };
  }

  /** Whether all of its scopes match; one that is not known here does not. */
  private static boolean concerns(JsonNode spec, Footprint footprint) {
    for (JsonNode scope : spec.path("scopes")) {
      if (!matches(scope.asText(), "Exists", Set.of(), footprint)) {
        return false;
      }
    }
    for (JsonNode scope : spec.at("/scopeSelector/matchExpressions")) {
      if (!matches(
          scope.path("scopeName").asText(),
          scope.path("operator").asText(),
          texts(scope.path("values")),
          footprint)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(
      String scope, String operator, Set<String> values, Footprint footprint) {
    return switch (scope) {
      case "Terminating" -> footprint.terminating();
      case "NotTerminating" -> !footprint.terminating();
      case "BestEffort" -> footprint.bestEffort();
      case "NotBestEffort" -> !footprint.bestEffort();
      case "PriorityClass" -> holds(operator, values, footprint.priorityClass());
      default -> false;
    };
  }

  /**
   * The least replicas that the disruption budgets of these pods let stay at once: those there are,
   * less what the tightest allows to be disrupted. The controller counts that, whether the budget
   * is stated as minAvailable or maxUnavailable, a number or a percentage, for this workload or
   * several; one it has not looked at since it was changed allows nothing yet.
   */
  static Optional<Room.Limit> least(Footprint footprint, Fleet fleet, JsonNode budgets) {
    Optional<Room.Limit> least = Optional.empty();
    for (JsonNode budget : budgets) {
      if (!selects(budget.at("/spec/selector"), footprint.labels())) {
        continue;
      }
      Room.Limit limit = limit(budget, fleet);
      if (least.isEmpty() || limit.replicas() > least.get().replicas()) {
        least = Optional.of(limit);
      }
    }
    return least;
  }

  private static Room.Limit limit(JsonNode budget, Fleet fleet) {
    JsonNode status = budget.path("status");
    boolean counted =
        status.path("observedGeneration").asLong(0) >= budget.at("/metadata/generation").asLong(1);
    int allowed = counted ? Math.max(0, status.path("disruptionsAllowed").asInt(0)) : 0;
    String name = "PodDisruptionBudget " + budget.at("/metadata/name").asText();
    return new Room.Limit(
        Math.max(0, fleet.specReplicas() - allowed),
        counted
            ? "%s: %d of %d healthy, %d must be, %d may go"
                .formatted(
                    name,
                    status.path("currentHealthy").asInt(0),
                    status.path("expectedPods").asInt(0),
                    status.path("desiredHealthy").asInt(0),
                    allowed)
            : name + ": not counted yet");
  }

  /** As a label selector is meant: an empty one selects all, none at all selects nothing. */
  static boolean selects(JsonNode selector, Map<String, String> labels) {
    if (!selector.isObject()) {
      return false;
    }
    for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
      if (!label.getValue().asText().equals(labels.get(label.getKey()))) {
        return false;
      }
    }
    for (JsonNode expression : selector.path("matchExpressions")) {
      if (!holds(
          expression.path("operator").asText(),
          texts(expression.path("values")),
          Optional.ofNullable(labels.get(expression.path("key").asText())))) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(String operator, Set<String> values, Optional<String> value) {
    return switch (operator) {
      case "In" -> value.filter(values::contains).isPresent();
      case "NotIn" -> value.filter(values::contains).isEmpty();
      case "Exists" -> value.isPresent();
      case "DoesNotExist" -> value.isEmpty();
      default -> false;
    };
  }

  private static Set<String> texts(JsonNode values) {
    Set<String> texts = new HashSet<>();
    values.forEach(value -> texts.add(value.asText()));
    return texts;
  }
}
