package io.tidecaster.decide;

/**
 * One rule that changed the number of replicas on its way to the decision.
 *
 * @param detail the rule's own figures for a person: {@code "maxReplicas 10"}
 */
public record Clamp(Rule rule, int before, int after, String detail) {

  /** The rules, in the order in which they are applied. */
  public enum Rule {
    /** What the scaler's own past asks for above or below the service level's quantile. */
    HEADROOM("Headroom"),
    /** No replica is let go that the forecast wants back before that has paid. */
    PAY_BACK("PayBack"),
    /** Replicas that the forecast wants soon after are started with the others. */
    RAMP("Ramp"),
    /** A scaling goes a little further than it must, so that the next rise needs none. */
    RESERVE("Reserve"),
    TOLERANCE("Tolerance"),
    /** A balancer in front sees requests wait, or replicas that cannot be reached. */
    SHORTAGE("Shortage"),
    UNKNOWN_IS_NOT_ZERO("UnknownIsNotZero"),
    STABILIZATION("Stabilization"),
    BEHAVIOR("Behavior"),
    BOUNDS("Bounds"),
    /** Replicas and their size are one decision: what these do not bear, their size does. */
    LEAST_COST("LeastCost"),
    /** A ResourceQuota of the namespace has no room for more. */
    QUOTA("Quota"),
    /** A PodDisruptionBudget lets no more of the replicas go at a time. */
    DISRUPTION_BUDGET("DisruptionBudget");

    private final String label;

    Rule(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }
}
