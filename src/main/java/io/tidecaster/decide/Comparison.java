package io.tidecaster.decide;

import java.time.Duration;
import java.time.Instant;

/**
 * Our replicas and those of an HPA in the shadow, on the same load over the same minutes.
 *
 * @param since the start of the first minute counted
 * @param minutes how many minutes with a known load were counted
 */
public record Comparison(Instant since, long minutes, Account ours, Account hpa) {

  /**
   * What one way of scaling cost and risked.
   *
   * @param replicaHours replicas asked for × hours
   * @param violationMinutes minutes whose load was above ready replicas × capacity
   * @param requestsInViolation requests that arrived in these minutes
   * @param requests all requests that arrived
   */
  public record Account(
      double replicaHours, long violationMinutes, double requestsInViolation, double requests) {

    /**
     * Replica-hours, and the price of the minutes in violation: at a service level of 0.95 one of
     * them costs as much as 0.95 ÷ 0.05 = 19 that were served. 100 replica-hours with 1 % of the
     * minutes in violation cost 100 × (1 + 19 × 0.01) = 119.
     *
     * @param minutes that were counted
     */
    public double cost(long minutes, double serviceLevel) {
      double share = minutes > 0 ? (double) violationMinutes / minutes : 0;
      return replicaHours * (1 + serviceLevel / (1 - serviceLevel) * share);
    }

    public static final Account EMPTY = new Account(0, 0, 0, 0);

    /** This account and one more minute. */
    public Account plusMinute(double load, int asked, int ready, Capacity capacity) {
      double requestsOfMinute = load * 60;
      boolean violated = load > ready * capacity.perReplica() * (1 + 1e-9);
      return new Account(
          replicaHours + asked / 60.0,
          violationMinutes + (violated ? 1 : 0),
          requestsInViolation + (violated ? requestsOfMinute : 0),
          requests + requestsOfMinute);
    }
  }

  /**
   * This comparison and the minute that ended at {@code current}, on the replicas that stood
   * through it. A minute without a known load, a capacity or a decision at its start is left out.
   *
   * <p>Ours are the workload's own replicas whoever scaled them: with mode Advisory the fleet as it
   * is, not as it was advised.
   */
  public Comparison plus(Decision previous, Decision current) {
    boolean oneMinute = Duration.between(previous.at(), current.at()).equals(Duration.ofMinutes(1));
    if (!oneMinute
        || current.load().isEmpty()
        || current.capacity().isEmpty()
        || !previous.fleetKnown()
        || !current.fleetKnown()) {
      return this;
    }
    double load = current.load().getAsDouble();
    Capacity capacity = current.capacity().get();
    int ready = Math.min(previous.fleet().readyReplicas(), current.fleet().readyReplicas());
    return plusMinute(
        load, capacity, new Decision.Shadow(current.fleet().specReplicas(), ready), previous.hpa());
  }

  /** This comparison and one more minute of that load. */
  Comparison plusMinute(
      double load, Capacity capacity, Decision.Shadow oursThen, Decision.Shadow hpaThen) {
    return new Comparison(
        since,
        minutes + 1,
        ours.plusMinute(load, oursThen.desiredReplicas(), oursThen.readyReplicas(), capacity),
        hpa.plusMinute(load, hpaThen.desiredReplicas(), hpaThen.readyReplicas(), capacity));
  }

  /** Nothing counted yet. */
  public static Comparison from(Instant since) {
    return new Comparison(since, 0, Account.EMPTY, Account.EMPTY);
  }
}
