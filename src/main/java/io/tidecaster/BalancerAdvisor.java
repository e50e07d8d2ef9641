package io.tidecaster;

import io.tidecaster.api.BalancerReport;
import io.tidecaster.api.Balancers;
import io.tidecaster.api.Problem;
import io.tidecaster.api.ProblemException;
import io.tidecaster.balance.Balancer;
import io.tidecaster.balance.PoolReport;
import io.tidecaster.decide.Decision;
import io.tidecaster.journal.Journal;
import io.tidecaster.journal.ModeSwitch;
import io.tidecaster.pace.LearnedWarmUp;
import io.tidecaster.pace.WarmUps;
import io.tidecaster.sim.BalancingAdvice;
import io.tidecaster.sim.BalancingAdvice.Expected;
import io.tidecaster.sim.BalancingRule;
import io.tidecaster.workload.Balance;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Looks at the balancers, and simulates what each algorithm would make of the fleet. Whoever asks
 * gets the same answer for a while; one fleet is simulated at a time.
 */
final class BalancerAdvisor implements Balancers {
  private static final Duration LOOKED_BACK = Duration.ofDays(1);

  /** A decision a minute for a day. */
  private static final int MOST_DECISIONS = 1440;

  /** So long by the wall clock an answer holds. */
  private static final Duration KEPT = Duration.ofSeconds(15);

  private static final int MOST_KEPT = 200;

  /** Longest time that one waits for those before. */
  private static final Duration WAIT = Duration.ofSeconds(5);

  /** The same fleet gets the same advice. */
  private static final long SEED = 1;

  private final Balancer balancer;
  private final Journal journal;
  private final ModeSwitch modes;
  private final InstantSource clock;
  private final ReentrantLock turn = new ReentrantLock();
  private final Map<Question, Answer> answers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, Answer> eldest) {
          return size() > MOST_KEPT;
        }
      };

  private record Question(Scaler scaler, Given given) {}

  private record Answer(BalancerReport report, long atNanos) {}

  BalancerAdvisor(Balancer balancer, Journal journal, ModeSwitch modes, InstantSource clock) {
    this.balancer = balancer;
    this.journal = journal;
    this.modes = modes;
    this.clock = clock;
  }

  @Override
  public BalancerReport report(Scaler scaler, Given given) {
    try {
      if (!turn.tryLock(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ProblemException(
            Problem.unavailable(
                "others have asked for advice for more than 5s before; ask again later"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(Problem.unavailable("the service is stopping"), e);
    }
    try {
      return remembered(scaler, given);
    } finally {
      turn.unlock();
    }
  }

  private BalancerReport remembered(Scaler scaler, Given given) {
    Question question = new Question(scaler, given);
    Answer known = answers.get(question);
    if (known != null && System.nanoTime() - known.atNanos() < KEPT.toNanos()) {
      return known.report();
    }
    BalancerReport report = look(scaler, given);
    answers.remove(question);
    answers.put(question, new Answer(report, System.nanoTime()));
    return report;
  }

  private BalancerReport look(Scaler scaler, Given given) {
    List<PoolReport> pools = balancer.inspect(scaler);
    Optional<LearnedWarmUp> learned = balancer.learnedWarmUp(scaler);
    Instant now = clock.instant();
    List<Decision> lastDay =
        journal.between(scaler.id(), now.minus(LOOKED_BACK), Instant.MAX, MOST_DECISIONS);
    boolean ramped = scaler.balance().isPresent() && modes.inForce(scaler) == Mode.ENFORCING;
    FleetFacts.Known known =
        FleetFacts.of(
            scaler,
            lastDay,
            pools.stream()
                .map(PoolReport::serving)
                .filter(serving -> !serving.isEmpty())
                .findFirst()
                .orElse(List.of()),
            ramped,
            learned,
            given);
    Optional<BalancingAdvice> advice = known.fleet().map(fleet -> BalancingAdvice.on(fleet, SEED));
    Optional<BalancingRule> inForce =
        pools.stream()
            .flatMap(pool -> pool.algorithm().stream())
            .findFirst()
            .flatMap(BalancerAdvisor::rule);
    return new BalancerReport(
        pools.stream().map(BalancerAdvisor::instance).toList(),
        inForce,
        scaler.balance().map(balance -> warmUp(balance, learned)),
        known.facts(),
        advice,
        advice
            .map(expected -> sentence(expected, inForce))
            .orElse(
                "The load or the capacity of a replica is not known yet; wait for a decision."));
  }

  /** What holds, and what was measured, though it may not be wanted. */
  static BalancerReport.WarmUp warmUp(Balance balance, Optional<LearnedWarmUp> learned) {
    return learned
        .map(measured ->
            balance.ramping() == Balance.Ramping.LEARNED
                ? new BalancerReport.WarmUp(
                    measured.duration(), BalancerReport.Origin.LEARNED, measured.explanation())
                : new BalancerReport.WarmUp(
                    balance.warmUp(),
                    BalancerReport.Origin.CONFIGURED,
                    "ramp: Stated says so; " + measured.explanation()))
        .orElseGet(() ->
            new BalancerReport.WarmUp(
                balance.warmUp(),
                BalancerReport.Origin.CONFIGURED,
                balance.warmUp().isZero()
                    ? "no ramp is wanted"
                    : "fewer than %d starts were measured".formatted(WarmUps.LEAST)));
  }

  /**
   * HAProxy says {@code random}, up to 2.6 {@code unknown}, for one draw and for two, which is its
   * default.
   */
  static Optional<BalancingRule> rule(String algorithm) {
    return switch (algorithm) {
      case "roundrobin", "static-rr" -> Optional.of(BalancingRule.ROUND_ROBIN);
      case "random", "unknown" -> Optional.of(BalancingRule.POWER_OF_TWO);
      case "leastconn" -> Optional.of(BalancingRule.LEAST_CONNECTIONS);
      case "source" -> Optional.of(BalancingRule.SOURCE_HASH);
      default -> Optional.empty();
    };
  }

  private static BalancerReport.Instance instance(PoolReport pool) {
    return new BalancerReport.Instance(
        pool.instance(),
        pool.algorithm().isPresent(),
        pool.serving().stream()
            .map(server ->
                new BalancerReport.Server(
                    server.name(), server.weight(), server.response(), server.reason()))
            .toList(),
        pool.outstanding(),
        pool.problems().stream()
            .sorted()
            .map(problem -> new BalancerReport.Trouble(problem.label(), problem.sentence()))
            .toList());
  }

  /** The advice for a person. */
  static String sentence(BalancingAdvice advice, Optional<BalancingRule> inForce) {
    Expected best = advice.best();
    if (inForce.isPresent() && advice.isAsGood(inForce.get())) {
      Expected now = advice.of(inForce.get());
      return "%s is in force, and none is expected to do better: 95 %% of requests within %s."
          .formatted(capitalized(now.rule().words()), FleetFacts.time(now.p95Seconds()));
    }
    Expected other = inForce.map(advice::of).orElse(advice.expected().getLast());
    return "%s: 95 %% of requests within %s; %s%s, %s. It stands in HAProxy's configuration and is not switched by Tidecaster."
        .formatted(
            capitalized(best.rule().words()),
            FleetFacts.time(best.p95Seconds()),
            other.rule().words(),
            inForce.isPresent() ? ", which is in force" : ", the slowest",
            other.saturated()
                ? "would leave a replica with more than it bears"
                : FleetFacts.time(other.p95Seconds()));
  }

  private static String capitalized(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
