package io.tidecaster.api;

import io.tidecaster.sim.BalancingAdvice;
import io.tidecaster.sim.BalancingAdvice.Expected;
import io.tidecaster.sim.BalancingRule;
import io.tidecaster.workload.Scaler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Knows one fleet, and of the reports' nothing. */
@Alternative
@ApplicationScoped
public class FakeBalancers implements Balancers {

  @Override
  public BalancerReport report(Scaler scaler, Given given) {
    if (scaler.id().equals(Examples.REPORTS)) {
      return new BalancerReport(
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          "Wait for a decision.");
    }
    return new BalancerReport(
        List.of(
            new BalancerReport.Instance(
                "haproxy-0:9999",
                true,
                List.of(
                    new BalancerReport.Server(
                        "slot1", 100, Optional.of(Duration.ofMillis(21)), "warm, as fast as any"),
                    new BalancerReport.Server(
                        "slot2",
                        50,
                        Optional.of(Duration.ofMillis(42)),
                        "warm, 50 % as fast as the fastest"),
                    new BalancerReport.Server(
                        "slot3", 10, Optional.empty(), "warms up, 4 of 42 s")),
                0,
                List.of()),
            new BalancerReport.Instance(
                "haproxy-1:9999",
                false,
                List.of(),
                0,
                List.of(new BalancerReport.Trouble("Unreachable", "HAProxy does not answer")))),
        Optional.of(BalancingRule.ROUND_ROBIN),
        Optional.of(
            new BalancerReport.WarmUp(
                Duration.ofSeconds(42),
                BalancerReport.Origin.LEARNED,
                "half of the last 12 starts were warm within 42 s")),
        List.of(
            new BalancerReport.Fact(
                "variation",
                given.variation().orElse(1),
                "",
                given.variation().isPresent()
                    ? BalancerReport.Origin.GIVEN
                    : BalancerReport.Origin.ASSUMED,
                "standard deviation of the work ÷ its mean")),
        Optional.of(
            new BalancingAdvice(
                List.of(
                    new Expected(BalancingRule.LEAST_CONNECTIONS, 0.04, 0.25, 0.47, false),
                    new Expected(BalancingRule.ROUND_ROBIN, 0.08, 0.41, 0.9, false),
                    new Expected(BalancingRule.SOURCE_HASH, 0.1, 87, 101, true)))),
        "Least connections: 95 % of requests within 250 ms; round robin, which is in force, 410 ms.");
  }
}
