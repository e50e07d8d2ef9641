package io.tidecaster;

import io.tidecaster.api.BalancerReport.Fact;
import io.tidecaster.api.BalancerReport.Origin;
import io.tidecaster.api.Balancers;
import io.tidecaster.balance.PoolReport;
import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Outcome;
import io.tidecaster.pace.LearnedWarmUp;
import io.tidecaster.sim.BalancedFleet;
import io.tidecaster.sim.BalancedFleet.Churn;
import io.tidecaster.sim.BalancedFleet.Server;
import io.tidecaster.sim.BalancedFleet.ServiceTime;
import io.tidecaster.sim.BalancedFleet.Sources;
import io.tidecaster.workload.Balance;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is known of a fleet, put together for a simulation of its balancer, each fact with where it
 * is from. What nobody measures is assumed and said to be.
 */
final class FleetFacts {
  /** What one replica bears under an objective in requests is taken to be so much of its all. */
  private static final double OBJECTIVE_USE = 0.8;

  /** Nearer to full use every queue is long, whatever the algorithm. */
  private static final double MOST_USE = 0.95;

  private static final int ASSUMED_WORKERS = 4;
  private static final int MOST_WORKERS = 1_000;
  private static final double ASSUMED_VARIATION = 1;
  private static final int ASSUMED_SOURCES = 200;
  private static final double ASSUMED_SKEW = 1;
  private static final double ASSUMED_COLD_SPEED = 0.25;

  /** Requests of one run that the simulation makes; churn is brought into its time. */
  private static final int RUN = 10_000;

  private static final int REPLACED_IN_A_RUN = 3;

  private final List<Fact> facts = new ArrayList<>();

  private FleetFacts() {}

  /** A fleet, with the facts it is made of; empty where the load or the capacity is unknown. */
  record Known(Optional<BalancedFleet> fleet, List<Fact> facts) {}

  /**
   * Puts together what is known.
   *
   * @param lastDay the decisions of the last day, in any order
   * @param serving servers that HAProxy has, empty where none is known
   * @param ramped whether Tidecaster gives cold replicas less
   * @param learned how replicas were measured to warm up
   */
  static Known of(
      Scaler scaler,
      List<Decision> lastDay,
      List<PoolReport.Serving> serving,
      boolean ramped,
      Optional<LearnedWarmUp> learned,
      Balancers.Given given) {
    FleetFacts facts = new FleetFacts();
    Optional<BalancedFleet> fleet = facts.put(scaler, lastDay, serving, ramped, learned, given);
    return new Known(fleet, List.copyOf(facts.facts));
  }

  private Optional<BalancedFleet> put(
      Scaler scaler,
      List<Decision> lastDay,
      List<PoolReport.Serving> serving,
      boolean ramped,
      Optional<LearnedWarmUp> learned,
      Balancers.Given given) {
    Optional<Decision> last =
        lastDay.stream().filter(Decision::fleetKnown).max(Comparator.comparing(Decision::at));
    int replicas =
        serving.isEmpty() ? last.map(d -> d.fleet().readyReplicas()).orElse(0) : serving.size();
    OptionalDouble each = busiest(lastDay);
    Optional<Capacity> capacity = last.flatMap(Decision::capacity);
    if (replicas == 0 || each.isEmpty() || capacity.isEmpty()) {
      return Optional.empty();
    }
    tell(
        "replicas",
        replicas,
        "",
        Origin.MEASURED,
        serving.isEmpty() ? "ready at the last decision" : "servers that HAProxy sends to");
    double full = fullCapacity(scaler.objective(), capacity.get());
    int workers = workers(serving, full);
    ServiceTime serviceTime = serviceTime(workers, full, given);
    List<Server> servers = servers(serving, replicas, workers);
    double load = Math.min(each.getAsDouble(), full * MOST_USE) * replicas;
    tell(
        "requestsPerSecond",
        load,
        "1/s",
        Origin.MEASURED,
        each.getAsDouble() > full * MOST_USE
            ? "95 % of what the replicas bear; at the busiest minute of the last day more arrived"
            : "a replica's load in the busiest minute of the last day, for the replicas of now");
    Sources sources = sources(given);
    Optional<Churn> churn = churn(scaler.balance(), lastDay, load, ramped, learned);
    return Optional.of(new BalancedFleet(servers, load, serviceTime, sources, churn));
  }

  private static OptionalDouble busiest(List<Decision> lastDay) {
    return lastDay.stream()
        .filter(decision -> decision.load().isPresent() && decision.fleet().readyReplicas() > 0)
        .mapToDouble(d -> d.load().getAsDouble() / d.fleet().readyReplicas())
        .filter(load -> load > 0)
        .max();
  }

  private double fullCapacity(Objective objective, Capacity capacity) {
    double use =
        switch (objective) {
          case Objective.TargetUtilization target -> Math.min(1, target.ratio());
          case Objective.RequestsPerReplica _, Objective.Latency _ -> OBJECTIVE_USE;
        };
    double full = capacity.perReplica() / use;
    tell(
        "capacityPerReplica",
        full,
        "1/s",
        capacity.origin() == Capacity.Origin.STATED ? Origin.CONFIGURED : Origin.LEARNED,
        objective instanceof Objective.TargetUtilization
            ? "at full use of the CPU request, from the capacity at the target"
            : "at full use; that the objective is 80 % of it is assumed");
    return full;
  }

  private int workers(List<PoolReport.Serving> serving, double full) {
    OptionalDouble response = response(serving);
    if (response.isEmpty()) {
      tell(
          "workers",
          ASSUMED_WORKERS,
          "",
          Origin.ASSUMED,
          "requests that a replica works at side by side; HAProxy's response times would tell");
      return ASSUMED_WORKERS;
    }
    long busy = Math.round(full * response.getAsDouble());
    int workers = Math.clamp(busy, 1, MOST_WORKERS);
    tell(
        "workers",
        workers,
        "",
        Origin.MEASURED,
        "capacity × HAProxy's mean response time (Little's law)");
    return workers;
  }

  /** The work is such that all workers together bear the capacity. */
  private ServiceTime serviceTime(int workers, double full, Balancers.Given given) {
    double work = workers / full;
    tell("workSeconds", work, "s", Origin.LEARNED, "workers ÷ capacity");
    double variation = given.variation().orElse(ASSUMED_VARIATION);
    tell(
        "variation",
        variation,
        "",
        given.variation().isPresent() ? Origin.GIVEN : Origin.ASSUMED,
        "standard deviation of the work ÷ its mean; nothing measures it");
    return new ServiceTime(work, variation);
  }

  /** The harmonic mean, so that the speeds average 1; empty unless every server has one. */
  private static OptionalDouble response(List<PoolReport.Serving> serving) {
    if (serving.isEmpty() || serving.stream().anyMatch(server -> server.response().isEmpty())) {
      return OptionalDouble.empty();
    }
    double speeds =
        serving.stream()
            .flatMap(server -> server.response().stream())
            .mapToDouble(response -> 1e9 / response.toNanos())
            .sum();
    return OptionalDouble.of(serving.size() / speeds);
  }

  private List<Server> servers(List<PoolReport.Serving> serving, int replicas, int workers) {
    OptionalDouble mean = response(serving);
    if (mean.isEmpty()) {
      tell("fastestToSlowest", 1, "", Origin.ASSUMED, "that all replicas are alike");
      return Collections.nCopies(replicas, new Server(workers, 1));
    }
    List<Double> speeds =
        serving.stream()
            .flatMap(server -> server.response().stream())
            .map(response -> mean.getAsDouble() * 1e9 / response.toNanos())
            .toList();
    tell(
        "fastestToSlowest",
        Collections.max(speeds) / Collections.min(speeds),
        "",
        Origin.MEASURED,
        "HAProxy's mean response times of the servers, their queues included");
    return speeds.stream().map(speed -> new Server(workers, speed)).toList();
  }

  private Sources sources(Balancers.Given given) {
    int count = given.sources().orElse(ASSUMED_SOURCES);
    double skew = given.skew().orElse(ASSUMED_SKEW);
    tell(
        "sources",
        count,
        "",
        given.sources().isPresent() ? Origin.GIVEN : Origin.ASSUMED,
        "addresses that send; behind another proxy there may be one");
    tell(
        "skew",
        skew,
        "",
        given.skew().isPresent() ? Origin.GIVEN : Origin.ASSUMED,
        "their shares fall as 1 ÷ rank to the power of this");
    return Sources.zipf(count, skew);
  }

  /**
   * New replicas come as often as on the last day. A run takes minutes, so that both the time
   * between two and their warm-up are shortened alike, and the share of cold ones stays.
   */
  private Optional<Churn> churn(
      Optional<Balance> balance,
      List<Decision> lastDay,
      double load,
      boolean ramped,
      Optional<LearnedWarmUp> learned) {
    int started =
        lastDay.stream()
            .map(Decision::outcome)
            .mapToInt(outcome ->
                outcome instanceof Outcome.Scale scale ? Math.max(0, scale.to() - scale.from()) : 0)
            .sum();
    Duration seen = span(lastDay);
    if (started == 0 || !seen.isPositive()) {
      tell("coldReplicasPerDay", 0, "1/d", Origin.MEASURED, "no scaling out on the last day");
      return Optional.empty();
    }
    double everySeconds = (double) seen.toSeconds() / started;
    Duration warmUp =
        learned
            .map(LearnedWarmUp::duration)
            .or(() -> balance.map(Balance::warmUp))
            .orElse(Duration.ofMinutes(1));
    double coldSpeed = learned.map(LearnedWarmUp::coldSpeed).orElse(ASSUMED_COLD_SPEED);
    tell(
        "coldReplicasPerDay",
        86_400 / everySeconds,
        "1/d",
        Origin.MEASURED,
        "started by decisions of the last day");
    tell(
        "warmUpSeconds",
        (double) warmUp.toSeconds(),
        "s",
        learned.isPresent()
            ? Origin.LEARNED
            : balance.isPresent() ? Origin.CONFIGURED : Origin.ASSUMED,
        "from ready to full speed");
    tell(
        "coldSpeed",
        coldSpeed,
        "",
        learned.isPresent() ? Origin.LEARNED : Origin.ASSUMED,
        "of a replica just ready, as a share of its speed when warm");
    double run = RUN / load;
    double shorter = Math.min(1, run / REPLACED_IN_A_RUN / everySeconds);
    return Optional.of(
        new Churn(
            Duration.ofMillis(Math.max(1, (long) (everySeconds * shorter * 1000))),
            Duration.ofMillis((long) (warmUp.toMillis() * shorter)),
            coldSpeed,
            ramped));
  }

  private static Duration span(List<Decision> decisions) {
    Optional<Instant> first = decisions.stream().map(Decision::at).min(Comparator.naturalOrder());
    Optional<Instant> last = decisions.stream().map(Decision::at).max(Comparator.naturalOrder());
    return first.isEmpty() || last.isEmpty()
        ? Duration.ZERO
        : Duration.between(first.get(), last.get());
  }

  private void tell(String name, double value, String unit, Origin origin, String detail) {
    facts.add(new Fact(name, value, unit, origin, detail));
  }

  /** Milliseconds below a second, else seconds. */
  static String time(double seconds) {
    return seconds < 1
        ? "%d ms".formatted(Math.round(seconds * 1000))
        : String.format(Locale.ROOT, "%.1f s", seconds);
  }
}
