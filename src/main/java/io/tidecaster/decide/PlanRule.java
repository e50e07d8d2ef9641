package io.tidecaster.decide;

import io.tidecaster.workload.Behavior;

/** From a load to be borne to a recommendation, with the cost of switching in mind. */
final class PlanRule {
  private PlanRule() {}

  /**
   * Whether {@code current} replicas are to stay: they bear the demand, or exceed it by no more
   * than the tolerance upward, and letting some go would save less than the band.
   */
  static boolean holds(
      int current, double demand, double perReplica, Behavior behavior, Hysteresis hysteresis) {
    double borne = current * perReplica * (1 + 1e-9);
    if (demand > borne) {
      return demand <= borne * (1 + behavior.scaleUp().tolerance());
    }
    double band = Math.max(behavior.scaleDown().tolerance(), hysteresis.scaleInBand());
    return demand * (1 + hysteresis.scaleOutReserve()) >= borne * (1 - band);
  }

  /** Replicas for the demand, with the reserve that spares the next scale-out. */
  static int withReserve(double demand, Capacity capacity, Hysteresis hysteresis) {
    return capacity.replicasFor(demand * (1 + hysteresis.scaleOutReserve()));
  }

  static int recommend(
      int current, double demand, Capacity capacity, Behavior behavior, Hysteresis hysteresis) {
    if (holds(current, demand, capacity.perReplica(), behavior, hysteresis)) {
      return current;
    }
    int wanted = withReserve(demand, capacity, hysteresis);
    boolean scaleIn = demand <= current * capacity.perReplica() * (1 + 1e-9);
    return scaleIn ? Math.min(current, wanted) : Math.max(current, wanted);
  }
}
