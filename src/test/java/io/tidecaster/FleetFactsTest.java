package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.api.BalancerReport.Fact;
import io.tidecaster.api.BalancerReport.Origin;
import io.tidecaster.api.Balancers.Given;
import io.tidecaster.balance.PoolReport.Serving;
import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.ScaleReason;
import io.tidecaster.pace.LearnedWarmUp;
import io.tidecaster.sim.BalancedFleet;
import io.tidecaster.sim.BalancedFleet.Server;
import io.tidecaster.sim.BalancingAdvice;
import io.tidecaster.sim.BalancingAdvice.Expected;
import io.tidecaster.sim.BalancingRule;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.TargetRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FleetFactsTest {
  private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");
  private static final Objective OBJECTIVE = new Objective.RequestsPerReplica(80);
  private static final Scaler SCALER =
      new Scaler(
          new ScalerId("crm", "web"),
          new TargetRef("apps/v1", "Deployment", "web"),
          Mode.ADVISORY,
          new Bounds(1, 10),
          new Source(
              new SeriesSelector("requests_total", SeriesSelector.Type.COUNTER, Map.of()),
              Optional.empty()),
          Optional.empty(),
          OBJECTIVE,
          OBJECTIVE,
          0.95,
          new LeadTime.Learned(),
          Behavior.DEFAULT);

  @Test
  void withoutHaproxyTheReplicasAreTakenToBeAlike() {
    var known = facts(List.of(), decision(0, 120, hold()), decision(60, 40, hold()));
    BalancedFleet fleet = known.fleet().orElseThrow();

    assertThat(fleet.servers()).containsExactly(new Server(4, 1), new Server(4, 1));
    // the busiest minute: 120 ÷ 2 replicas = 60 each
    assertThat(fleet.requestsPerSecond()).isEqualTo(120);
    // 80 at 80 % use are 100 a second; 4 workers: 40 ms
    assertThat(fleet.serviceTime().meanSeconds()).isCloseTo(0.04, within(1e-9));
    assertThat(fleet.churn()).isEmpty();
    assertThat(fact(known, "workers").origin()).isEqualTo(Origin.ASSUMED);
    assertThat(fact(known, "fastestToSlowest").origin()).isEqualTo(Origin.ASSUMED);
  }

  @Test
  void haproxysResponseTimesTellOfSpeedAndWorkers() {
    var known =
        facts(
            List.of(serving("a", 100), serving("b", 50), serving("c", 25)),
            decision(0, 120, hold()));
    BalancedFleet fleet = known.fleet().orElseThrow();

    // harmonic mean 3 ÷ (10 + 20 + 40) = 42.9 ms; 100 a second × 42.9 ms = 4.3 workers
    assertThat(fleet.servers()).extracting(Server::workers).containsExactly(4, 4, 4);
    assertThat(fleet.servers().get(2).speed() / fleet.servers().get(0).speed())
        .isCloseTo(4, within(1e-9));
    // whoever is how quick: three replicas of 100 a second
    assertThat(fleet.servers().stream().mapToDouble(fleet::capacity).sum())
        .isCloseTo(300, within(1e-6));
    assertThat(fact(known, "fastestToSlowest").origin()).isEqualTo(Origin.MEASURED);
  }

  @Test
  void aServerThatHasHardlyServedMakesAllOfThemUnknown() {
    var known =
        facts(
            List.of(serving("a", 100), new Serving("new", 100, Optional.empty(), "warm")),
            decision(0, 120, hold()));
    assertThat(known.fleet().orElseThrow().servers())
        .containsExactly(new Server(4, 1), new Server(4, 1));
  }

  @Test
  void scalingsOutAreTheChurn() {
    var known =
        facts(
            List.of(),
            decision(0, 120, hold()),
            decision(300, 120, new Outcome.Scale(2, 5, ScaleReason.LOAD_ABOVE_CAPACITY)),
            decision(600, 120, new Outcome.Scale(5, 2, ScaleReason.SURPLUS)));
    // 3 replicas in 10 h: one in 200 min, 7.2 a day
    assertThat(fact(known, "coldReplicasPerDay").value()).isCloseTo(7.2, within(1e-9));
    BalancedFleet.Churn churn = known.fleet().orElseThrow().churn().orElseThrow();
    // a warm-up of 1 min each: 1 in 200 of the time
    assertThat((double) churn.every().toMillis() / churn.warmUp().toMillis())
        .isCloseTo(200, within(2.0));
  }

  @Test
  void aWarmUpThatWasMeasuredIsSimulatedInsteadOfTheOneThatIsAssumed() {
    var known =
        FleetFacts.of(
            SCALER,
            List.of(
                decision(0, 120, hold()),
                decision(600, 120, new Outcome.Scale(2, 5, ScaleReason.LOAD_ABOVE_CAPACITY))),
            List.of(),
            false,
            Optional.of(new LearnedWarmUp(Duration.ofSeconds(30), 5, 0.4, "half of the last 5")),
            Given.NOTHING);

    assertThat(fact(known, "warmUpSeconds").value()).isEqualTo(30);
    assertThat(fact(known, "warmUpSeconds").origin()).isEqualTo(Origin.LEARNED);
    assertThat(fact(known, "coldSpeed").origin()).isEqualTo(Origin.LEARNED);
    assertThat(known.fleet().orElseThrow().churn().orElseThrow().coldSpeed()).isEqualTo(0.4);
  }

  @Test
  void moreThanIsBorneIsSimulatedJustBelow() {
    var known = facts(List.of(), decision(0, 1000, hold()));
    // 95 % of 2 × 100
    assertThat(known.fleet().orElseThrow().requestsPerSecond()).isCloseTo(190, within(1e-9));
    assertThat(fact(known, "requestsPerSecond").detail()).contains("more arrived");
  }

  @Test
  void whatIsGivenIsNotAssumed() {
    var given = new Given(OptionalDouble.of(2), OptionalInt.of(7), OptionalDouble.of(0));
    var known =
        FleetFacts.of(
            SCALER, List.of(decision(0, 120, hold())), List.of(), false, Optional.empty(), given);
    assertThat(known.fleet().orElseThrow().serviceTime().variation()).isEqualTo(2);
    assertThat(known.fleet().orElseThrow().sources().shares()).hasSize(7).containsOnly(1.0);
    assertThat(fact(known, "sources").origin()).isEqualTo(Origin.GIVEN);
  }

  @Test
  void withoutADecisionNothingIsMadeUp() {
    assertThat(facts(List.of()).fleet()).isEmpty();
    assertThat(facts(List.of(serving("a", 100))).fleet()).isEmpty();
  }

  @Test
  void theSentenceNamesWhatIsInForce() {
    var advice =
        new BalancingAdvice(
            List.of(
                new Expected(BalancingRule.LEAST_CONNECTIONS, 0.04, 0.25, 0.5, false),
                new Expected(BalancingRule.ROUND_ROBIN, 0.08, 1.41, 2, false)));
    assertThat(BalancerAdvisor.sentence(advice, Optional.of(BalancingRule.ROUND_ROBIN)))
        .startsWith(
            "Least connections: 95 % of requests within 250 ms; round robin, which is in force, 1.4 s.");
    assertThat(BalancerAdvisor.sentence(advice, Optional.of(BalancingRule.LEAST_CONNECTIONS)))
        .isEqualTo(
            "Least connections is in force, and none is expected to do better: 95 % of requests within 250 ms.");
    assertThat(BalancerAdvisor.sentence(advice, Optional.empty()))
        .contains("round robin, the slowest, 1.4 s");
  }

  private static FleetFacts.Known facts(List<Serving> serving, Decision... decisions) {
    return FleetFacts.of(
        SCALER, List.of(decisions), serving, false, Optional.empty(), Given.NOTHING);
  }

  private static Fact fact(FleetFacts.Known known, String name) {
    return known.facts().stream()
        .filter(fact -> fact.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Serving serving(String name, int responseMillis) {
    return new Serving(name, 100, Optional.of(Duration.ofMillis(responseMillis)), "warm");
  }

  private static Outcome hold() {
    return new Outcome.Hold(2, HoldReason.ENOUGH);
  }

  private static Decision decision(int minute, double load, Outcome outcome) {
    return new Decision(
        SCALER.id(),
        NOON.plus(Duration.ofMinutes(minute)),
        Mode.ADVISORY,
        new Fleet(2, 2, OptionalDouble.empty(), ""),
        OptionalDouble.of(load),
        new Decision.ForecastSummary(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.empty()),
        Optional.of(new Capacity(80, Capacity.Origin.STATED)),
        Duration.ofMinutes(3),
        Optional.of(2),
        Optional.empty(),
        List.of(),
        outcome,
        new Decision.Shadow(2, 2),
        "");
  }
}
