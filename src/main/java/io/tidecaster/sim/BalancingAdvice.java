package io.tidecaster.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What each rule would make of a fleet, the quickest first.
 *
 * <p>Advice alone: a rule stands in the balancer's configuration, and whether sessions must stay on
 * their server is not for a simulation to know.
 */
public record BalancingAdvice(List<Expected> expected) {
  /** Requests of one run, and how often each rule is run, each time with other requests. */
  private static final int REQUESTS = 12_000;

  private static final int RUNS = 5;

  /** Larger fleets are simulated in part, with their part of the load. */
  public static final int MOST_SERVERS = 32;

  /** What is within this of the least is as good: less is not seen in practice. */
  private static final double AS_GOOD = 1.05;

  /**
   * What a rule makes of the fleet.
   *
   * @param saturated whether some server gets more than it bears, so that times grow without end
   *     and the figures are those of the time simulated
   */
  public record Expected(
      BalancingRule rule,
      double p50Seconds,
      double p95Seconds,
      double p99Seconds,
      boolean saturated) {}

  public BalancingAdvice {
    expected = List.copyOf(expected);
    if (expected.isEmpty()) {
      throw new IllegalArgumentException("0 rules; give at least 1");
    }
  }

  /** Simulates every rule; 6 rules × 5 runs × 12,000 requests take some tenths of a second. */
  public static BalancingAdvice on(BalancedFleet fleet, long seed) {
    BalancedFleet simulated = inPart(fleet);
    List<Expected> expected = new ArrayList<>();
    for (BalancingRule rule : BalancingRule.values()) {
      expected.add(expect(simulated, rule, seed));
    }
    expected.sort(
        Comparator.comparing(Expected::saturated).thenComparingDouble(Expected::p95Seconds));
    return new BalancingAdvice(expected);
  }

  private static Expected expect(BalancedFleet fleet, BalancingRule rule, long seed) {
    double[] times = new double[0];
    double growth = 0;
    for (int run = 0; run < RUNS; run++) {
      BalancedFleet hashed = fleet.with(fleet.sources().shuffled(seed + run));
      double[] more = BalancingSimulation.responseSeconds(hashed, rule, REQUESTS, seed + run);
      growth += mean(more, 0.75, 1) / mean(more, 0, 0.25) / RUNS;
      int before = times.length;
      times = Arrays.copyOf(times, before + more.length);
      System.arraycopy(more, 0, times, before, more.length);
    }
    Arrays.sort(times);
    return new Expected(
        rule, quantile(times, 0.5), quantile(times, 0.95), quantile(times, 0.99), growth > GROWS);
  }

  /** The last quarter of a run takes so many times the first where a queue grows without end. */
  private static final double GROWS = 2;

  private static double mean(double[] times, double from, double to) {
    return Arrays.stream(times, (int) (from * times.length), (int) (to * times.length))
        .average()
        .orElse(0);
  }

  /** The quantile of sorted values, by the nearest rank. */
  static double quantile(double[] sorted, double level) {
    return sorted[Math.min(sorted.length - 1, (int) (level * sorted.length))];
  }

  private static BalancedFleet inPart(BalancedFleet fleet) {
    int n = fleet.servers().size();
    if (n <= MOST_SERVERS) {
      return fleet;
    }
    List<BalancedFleet.Server> part = new ArrayList<>();
    for (int i = 0; i < MOST_SERVERS; i++) {
      part.add(fleet.servers().get((int) ((long) i * n / MOST_SERVERS)));
    }
    double all = fleet.servers().stream().mapToDouble(fleet::capacity).sum();
    double some = part.stream().mapToDouble(fleet::capacity).sum();
    return new BalancedFleet(
        part,
        fleet.requestsPerSecond() * some / all,
        fleet.serviceTime(),
        fleet.sources(),
        fleet.churn());
  }

  /** What this rule makes of it. */
  public Expected of(BalancingRule rule) {
    return expected.stream().filter(each -> each.rule() == rule).findFirst().orElseThrow();
  }

  /**
   * The rule to have: the least 95 % quantile. Of those as good, the one that comes first in {@link
   * BalancingRule}, which is the simpler.
   */
  public Expected best() {
    Expected least = expected.getFirst();
    return expected.stream()
        .filter(each -> each.saturated() == least.saturated())
        .filter(each -> each.p95Seconds() <= least.p95Seconds() * AS_GOOD)
        .min(Comparator.comparing(Expected::rule))
        .orElse(least);
  }

  /** Whether a change from this rule to the best is worth it. */
  public boolean isAsGood(BalancingRule rule) {
    Expected now = of(rule);
    return now.saturated() == best().saturated()
        && now.p95Seconds() <= expected.getFirst().p95Seconds() * AS_GOOD;
  }
}
