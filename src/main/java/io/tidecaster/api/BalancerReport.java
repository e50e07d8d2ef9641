package io.tidecaster.api;

import io.tidecaster.sim.BalancingAdvice;
import io.tidecaster.sim.BalancingRule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a scaler's balancers stand, and what is advised.
 *
 * @param inForce the algorithm of HAProxy, where one answers with one that is known
 * @param warmUp empty where no HAProxy is named
 * @param advice empty where too little is known of the fleet to simulate it
 * @param sentence the advice for a person, or why there is none
 */
public record BalancerReport(
    List<Instance> instances,
    Optional<BalancingRule> inForce,
    Optional<WarmUp> warmUp,
    List<Fact> facts,
    Optional<BalancingAdvice> advice,
    String sentence) {

  public BalancerReport {
    instances = List.copyOf(instances);
    facts = List.copyOf(facts);
  }

  /**
   * One HAProxy.
   *
   * @param servers that take requests
   * @param outstanding commands that would make its backend as it should be
   */
  public record Instance(
      String address,
      boolean reachable,
      List<Server> servers,
      int outstanding,
      List<Trouble> problems) {}

  /**
   * A server that takes requests.
   *
   * @param weight what it gets in proportion to the others
   * @param response mean time until its answer begins; empty where it has hardly had requests
   * @param reason why it has this weight, for a person
   */
  public record Server(String name, int weight, Optional<Duration> response, String reason) {}

  /**
   * How long the weight of a new replica rises.
   *
   * @param sentence where that is from, for a person
   */
  public record WarmUp(Duration duration, Origin origin, String sentence) {}

  /** What keeps a backend from being as it should. */
  public record Trouble(String problem, String sentence) {}

  /** What the simulation was told of the fleet. */
  public record Fact(String name, double value, String unit, Origin origin, String detail) {}

  /** Where a fact is from. */
  public enum Origin {
    MEASURED("Measured"),
    LEARNED("Learned"),
    CONFIGURED("Configured"),
    GIVEN("Given"),
    ASSUMED("Assumed");

    private final String label;

    Origin(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }
}
