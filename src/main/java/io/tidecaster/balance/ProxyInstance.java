package io.tidecaster.balance;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidecaster.workload.Balance;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** One HAProxy of a scaler: looked at, brought forward, and told of once when it goes wrong. */
final class ProxyInstance {
  private static final Logger LOG = Logger.getLogger(ProxyInstance.class);

  private final String owner;
  private final RuntimeSocket socket;
  private final BalanceLimits limits;
  private final MeterRegistry meters;
  private volatile Map<Problem, Instant> problems = Map.of();
  private Instant silentUntil = Instant.MIN;

  ProxyInstance(String owner, String instance, BalanceLimits limits, MeterRegistry meters) {
    this.owner = owner;
    this.socket = new RuntimeSocket(instance, limits.timeout());
    this.limits = limits;
    this.meters = meters;
  }

  /** As the resource names it. */
  String name() {
    return socket.instance();
  }

  /**
   * Looks, and tells HAProxy what follows from it.
   *
   * @return what was seen before; empty where it did not answer
   */
  synchronized Optional<SeenPool> bringForward(Balance balance, List<Replica> wanted, Instant now) {
    if (now.isBefore(silentUntil)) {
      return Optional.empty();
    }
    try {
      SeenPool seen = look(socket, balance.backend());
      BackendPlan plan = BackendPlan.of(balance, wanted, seen, now);
      Set<Problem> found = EnumSet.noneOf(Problem.class);
      found.addAll(plan.problems());
      tell(balance.backend(), plan.commands(), found);
      become(found, "", now);
      return Optional.of(seen);
    } catch (RuntimeApiException e) {
      silentUntil = now.plus(limits.outageRespite());
      become(EnumSet.of(Problem.UNREACHABLE), ": " + e.getMessage(), now);
      return Optional.empty();
    }
  }

  /**
   * Looks, and tells HAProxy nothing.
   *
   * @param wanted empty where the replicas are unknown
   */
  static PoolReport report(
      String instance,
      Balance balance,
      Optional<List<Replica>> wanted,
      Duration timeout,
      Instant now) {
    try {
      SeenPool seen = look(new RuntimeSocket(instance, timeout), balance.backend());
      BackendPlan plan =
          wanted
              .map(replicas -> BackendPlan.of(balance, replicas, seen, now))
              .orElseGet(() -> new BackendPlan(List.of(), EnumSet.of(Problem.REPLICAS_UNKNOWN)));
      return new PoolReport(
          instance,
          Optional.of(seen.algorithm()),
          seen.servers().stream()
              .filter(SeenServer::isServing)
              .map(server ->
                  new PoolReport.Serving(
                      server.name(),
                      server.weight(),
                      server.response(),
                      reason(balance, wanted, server, now)))
              .toList(),
          plan.problems(),
          (int) plan.commands().stream().filter(command -> counts(balance, command)).count());
    } catch (RuntimeApiException e) {
      LOG.debugf(e, "HAProxy at %s does not answer", instance);
      return new PoolReport(
          instance, Optional.empty(), List.of(), EnumSet.of(Problem.UNREACHABLE), 0);
    }
  }

  private static String reason(
      Balance balance, Optional<List<Replica>> wanted, SeenServer server, Instant now) {
    if (wanted.isEmpty()) {
      return "the replicas are unknown";
    }
    return wanted.get().stream()
        .filter(replica -> server.address().equals(Optional.of(replica.address())))
        .findFirst()
        .map(replica -> reason(balance, replica, now))
        .orElse("no replica that is ready is there");
  }

  private static String reason(Balance balance, Replica replica, Instant now) {
    Duration age = Duration.between(replica.readySince(), now);
    if (age.compareTo(balance.warmUp()) < 0) {
      return "warms up, %d of %d s"
          .formatted(Math.max(0, age.toSeconds()), balance.warmUp().toSeconds());
    }
    if (balance.weights() == Balance.Weights.EQUAL) {
      return "warm";
    }
    return replica.share() < 1
        ? "warm, %d %% as fast as the fastest".formatted(Math.round(replica.share() * 100))
        : "warm, as fast as any";
  }

  /** Measured weights are known to who does not steer with a delay. */
  private static boolean counts(Balance balance, Command command) {
    return balance.weights() == Balance.Weights.EQUAL || !(command instanceof Command.SetWeight);
  }

  /** Whether it answered when it was asked last. */
  boolean isReachable() {
    return !problems.containsKey(Problem.UNREACHABLE);
  }

  /** What was wrong with it when it was last asked; waits for no answer. */
  List<Trouble> troubles() {
    return problems.entrySet().stream()
        .map(problem ->
            new Trouble("HAProxy at " + socket.instance(), problem.getKey(), problem.getValue()))
        .toList();
  }

  private static SeenPool look(RuntimeSocket socket, String backend) {
    return SeenPool.read(
        socket.ask("show servers state " + backend),
        socket.ask("show stat %s 6 -1".formatted(backend)));
  }

  /** After a refusal, what was to follow for that server is left to the next look. */
  private void tell(String backend, List<Command> commands, Set<Problem> found) {
    Set<String> refused = new HashSet<>();
    for (Command command :
        commands.subList(0, Math.min(commands.size(), limits.commandsAtOnce()))) {
      if (refused.contains(command.server())) {
        continue;
      }
      String answer = socket.ask(command.text(backend));
      boolean done = command.isDone(answer);
      meters
          .counter(
              "tidecaster.balance.commands",
              "command",
              command.label(),
              "result",
              done ? "Done" : "Refused")
          .increment();
      if (!done) {
        refused.add(command.server());
        if (found.add(Problem.REFUSED) && !problems.containsKey(Problem.REFUSED)) {
          LOG.warnf(
              "%s: HAProxy at %s refuses \"%s\": %s",
              owner, socket.instance(), command.text(backend), Words.shown(answer.strip()));
        }
      }
    }
  }

  /** Problems are told and counted when they begin, and told when they end. */
  private void become(Set<Problem> found, String detail, Instant now) {
    Map<Problem, Instant> since = new EnumMap<>(Problem.class);
    for (Problem problem : found) {
      since.put(problem, problems.getOrDefault(problem, now));
      if (!problems.containsKey(problem)) {
        meters.counter("tidecaster.balance.problems", "problem", problem.label()).increment();
        LOG.warnf(
            "%s: HAProxy at %s: %s (%s)%s",
            owner, socket.instance(), problem.sentence(), problem.label(), detail);
      }
    }
    for (Problem problem : problems.keySet()) {
      if (!found.contains(problem)) {
        LOG.infof("%s: HAProxy at %s: no longer %s", owner, socket.instance(), problem.label());
      }
    }
    problems = Collections.unmodifiableMap(since);
  }
}
