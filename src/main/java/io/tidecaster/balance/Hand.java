package io.tidecaster.balance;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidecaster.pace.LearnedWarmUp;
import io.tidecaster.pace.Pace;
import io.tidecaster.pace.PaceMemory;
import io.tidecaster.pace.WarmUps;
import io.tidecaster.workload.Balance;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Tidecaster's hand on the HAProxies of one scaler, all kept in step. */
final class Hand implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Hand.class);

  /** So long a replica that should have gone stays drained; then it is wanted again. */
  private static final Duration BEFORE_SPARED = Duration.ofMinutes(2);

  /** How often what was learned is written down, where it has changed. */
  private static final Duration KEPT_EVERY = Duration.ofMinutes(1);

  private final Scaler scaler;
  private final Balance balance;
  private final ReplicaDirectory directory;
  private final List<ProxyInstance> instances;
  private final MeterRegistry meters;
  private Set<String> leaving = Set.of();
  private Instant spareAt = Instant.MAX;
  private volatile Optional<Instant> unknownSince = Optional.empty();
  private volatile Optional<Instant> disagreeSince = Optional.empty();
  private Instant lookAt = Instant.MIN;
  private final PaceMemory memory;
  private final Shares shares;
  private final ColdReplicas cold = new ColdReplicas();
  private final HandMeters told;
  private volatile Pace pace;
  private volatile Pace kept;
  private Instant keepAt = Instant.MIN;
  private boolean letGo;
  private Optional<Instant> differedAt = Optional.empty();

  Hand(
      Scaler scaler,
      Balance balance,
      ReplicaDirectory directory,
      BalanceLimits limits,
      PaceMemory memory,
      MeterRegistry meters) {
    this.scaler = scaler;
    this.balance = balance;
    this.directory = directory;
    this.memory = memory;
    this.meters = meters;
    this.pace = memory.recall(scaler.id()).orElse(Pace.UNKNOWN);
    this.kept = pace;
    this.shares = new Shares(pace.shares());
    this.told = new HandMeters(scaler.id(), this, meters);
    this.instances =
        balance.instances().stream()
            .map(instance -> new ProxyInstance(scaler.id().toString(), instance, limits, meters))
            .toList();
  }

  Scaler scaler() {
    return scaler;
  }

  Balance balance() {
    return balance;
  }

  /** Whether it is time to look again; if so, the time of the next look is set. */
  synchronized boolean isDue(Instant now, Duration every) {
    if (now.isBefore(lookAt)) {
      return false;
    }
    lookAt = now.plus(every);
    return true;
  }

  long unreachable() {
    return instances.stream().filter(instance -> !instance.isReachable()).count();
  }

  /** What was learned so far; waits for no look. */
  Pace pace() {
    return pace;
  }

  /** How long a ramp lasts now. */
  Duration warmUp() {
    return steered(balance, pace.warmUps()).warmUp();
  }

  /** How long a ramp lasts now and where that is from, for a person. */
  String ramp() {
    Optional<String> learned =
        balance.ramping() == Balance.Ramping.STATED
            ? Optional.empty()
            : pace.warmUps().learned(balance.warmUp()).map(LearnedWarmUp::explanation);
    return balance.warmUp().isZero()
        ? "a new replica gets its full share at once"
        : "a new replica gets its full share after %d s, as %s"
            .formatted(
                Math.round(warmUp().toMillis() / 1000.0),
                learned.map("was learned: "::concat).orElse("is stated"));
  }

  /** With the warm-up that holds: what was learned, where that is wanted and known. */
  static Balance steered(Balance balance, WarmUps warmUps) {
    return balance.ramping() == Balance.Ramping.STATED
        ? balance
        : warmUps
            .learned(balance.warmUp())
            .map(learned -> balance.withWarmUp(learned.duration()))
            .orElse(balance);
  }

  /**
   * What one look at all instances has shown.
   *
   * @param seen by instance; those that did not answer are left out
   */
  record Look(List<Replica> replicas, Map<String, SeenPool> seen) {
    List<SeenPool> pools() {
      return List.copyOf(seen.values());
    }

    /** Requests in flight at a replica, over all instances. */
    int sessions(Replica replica) {
      return seen.values().stream()
          .flatMap(pool -> pool.servers().stream())
          .filter(server -> server.address().equals(Optional.of(replica.address())))
          .mapToInt(SeenServer::sessions)
          .sum();
    }

    /** Whether instances were seen, and none sends it anything new or waits for it. */
    boolean isDrained(Replica replica) {
      return !seen.isEmpty()
          && seen.values().stream()
              .flatMap(pool -> pool.servers().stream())
              .filter(server -> server.address().equals(Optional.of(replica.address())))
              .allMatch(server -> !server.isServing() && server.sessions() == 0);
    }
  }

  /**
   * Looks at every instance and makes it good; empty where the replicas are unknown, or nobody is
   * to look any more.
   */
  synchronized Optional<Look> look(Instant now, Executor workers) {
    if (letGo) {
      return Optional.empty();
    }
    return switch (directory.replicas(scaler)) {
      case ReplicaDirectory.Unknown unknown -> {
        if (unknownSince.isEmpty()) {
          begin(Problem.REPLICAS_UNKNOWN, ": " + unknown.detail());
          unknownSince = Optional.of(now);
        }
        yield Optional.empty();
      }
      case ReplicaDirectory.Known known -> {
        unknownSince = Optional.empty();
        Look look = look(known.replicas(), now, workers);
        learn(look, now);
        compare(look.pools(), now);
        yield Optional.of(look);
      }
    };
  }

  private void learn(Look look, Instant now) {
    if (balance.weights() == Balance.Weights.MEASURED
        && shares.learn(look.replicas(), look.pools(), warmUp(), now)) {
      pace = new Pace(pace.warmUps(), shares.kept());
      LOG.debugf("%s: shares by measured speed %s", scaler.id(), pace.shares());
    }
    if (balance.warmUp().isPositive()) {
      cold.look(look.replicas(), look.seen(), balance.warmUp(), now).forEach(this::learn);
    }
    told.saw(look.pools());
    keep(now);
  }

  private void learn(ColdReplicas.Watched watched) {
    told.watched(watched);
    watched
        .start()
        .ifPresent(start -> {
          pace = new Pace(pace.warmUps().plus(start), pace.shares());
          LOG.infof(
              "%s: %s was warm after %s; ramps last %s",
              scaler.id(), start.replica(), start.warmUp(), warmUp());
        });
  }

  /** Writes down what was learned, seldom, and waits for nothing. */
  private void keep(Instant now) {
    Pace learned = pace;
    if (learned.equals(kept) || now.isBefore(keepAt)) {
      return;
    }
    keepAt = now.plus(KEPT_EVERY);
    var _ =
        memory
            .keep(scaler.id(), learned)
            .whenComplete((_, failure) -> {
              if (failure == null) {
                kept = learned;
              } else {
                LOG.warnf(
                    "%s: what was learned of its replicas is not kept yet, trying again in %s: %s",
                    scaler.id(), KEPT_EVERY, failure.getMessage());
              }
            });
  }

  /** The replica with the share that it has earned. */
  synchronized Replica weighed(Replica replica) {
    return balance.weights() == Balance.Weights.MEASURED
        ? replica.withShare(shares.of(replica))
        : replica;
  }

  private void begin(Problem problem, String detail) {
    meters.counter("tidecaster.balance.problems", "problem", problem.label()).increment();
    LOG.warnf("%s: %s (%s)%s", scaler.id(), problem.sentence(), problem.label(), detail);
  }

  /**
   * Who differs was told, so that the next look should find all alike; that one differs for a look
   * is no trouble, and what another problem explains is none of its own.
   */
  private void compare(List<SeenPool> pools, Instant now) {
    boolean differ =
        instances.stream().allMatch(instance -> instance.troubles().isEmpty())
            && pools.stream().map(Hand::sentTo).distinct().limit(2).count() > 1;
    if (!differ) {
      differedAt = Optional.empty();
      disagreeSince = Optional.empty();
    } else if (differedAt.isEmpty()) {
      differedAt = Optional.of(now);
    } else if (disagreeSince.isEmpty()) {
      disagreeSince = differedAt;
      begin(Problem.INSTANCES_DISAGREE, "");
    }
  }

  private static Set<Optional<Address>> sentTo(SeenPool pool) {
    return pool.servers().stream()
        .filter(server -> server.admin() == SeenServer.Admin.READY && !server.backup())
        .map(SeenServer::address)
        .collect(Collectors.toSet());
  }

  /** All that is wrong as of the last look; waits for none. */
  List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    unknownSince.ifPresent(
        since -> troubles.add(new Trouble("the workload", Problem.REPLICAS_UNKNOWN, since)));
    disagreeSince.ifPresent(
        since -> troubles.add(new Trouble("the instances", Problem.INSTANCES_DISAGREE, since)));
    instances.forEach(instance -> troubles.addAll(instance.troubles()));
    return troubles;
  }

  private Look look(List<Replica> replicas, Instant now, Executor workers) {
    if (!leaving.isEmpty() && now.isAfter(spareAt)) {
      LOG.warnf("%s: %s were to go and did not; they serve again", scaler.id(), leaving);
      spare();
    }
    List<Replica> wanted =
        replicas.stream()
            .map(this::weighed)
            .map(replica -> leaving.contains(replica.name()) ? replica.asLeaving() : replica)
            .toList();
    return new Look(wanted, bringForward(steered(balance, pace.warmUps()), wanted, now, workers));
  }

  private Map<String, SeenPool> bringForward(
      Balance towards, List<Replica> wanted, Instant now, Executor workers) {
    Map<String, CompletableFuture<Optional<SeenPool>>> looks = new LinkedHashMap<>();
    for (ProxyInstance instance : instances) {
      looks.put(
          instance.name(),
          CompletableFuture.supplyAsync(
              () -> instance.bringForward(towards, wanted, now), workers));
    }
    Map<String, SeenPool> seen = new LinkedHashMap<>();
    looks.forEach((name, look) -> look.join().ifPresent(pool -> seen.put(name, pool)));
    return seen;
  }

  /** The last look: whoever was to go serves again, and a cold replica gets its full share. */
  synchronized void letGo(Instant now, Executor workers) {
    letGo = true;
    spare();
    if (directory.replicas(scaler) instanceof ReplicaDirectory.Known known) {
      var _ = bringForward(balance.withoutWeights(), known.replicas(), now, workers);
    }
  }

  /** Chooses who is to go so that this many stay; those with the least to lose. */
  synchronized List<Replica> condemn(int staying, Look look, Instant now) {
    int going = look.replicas().size() - staying;
    if (going <= 0 || staying < 1) {
      return List.of();
    }
    List<Replica> chosen = look.replicas().stream().sorted(order(look)).limit(going).toList();
    Set<String> names = new HashSet<>();
    chosen.forEach(replica -> names.add(replica.name()));
    leaving = Set.copyOf(names);
    spareAt = now.plus(balance.drainWithin()).plus(BEFORE_SPARED);
    directory.condemn(scaler, leaving);
    return chosen;
  }

  /**
   * A StatefulSet gives up its highest ordinals, whatever one wishes. Elsewhere goes who has the
   * fewest requests, and of these the youngest, whose caches are the coldest.
   */
  private Comparator<Replica> order(Look look) {
    if (scaler.target().kind().equals("StatefulSet")) {
      return Comparator.comparingInt((Replica replica) -> ordinal(replica.name())).reversed();
    }
    Map<Replica, Integer> sessions = new HashMap<>();
    look.replicas().forEach(replica -> sessions.put(replica, look.sessions(replica)));
    return Comparator.comparingInt((Replica replica) -> sessions.getOrDefault(replica, 0))
        .thenComparing(Comparator.comparing(Replica::readySince).reversed())
        .thenComparing(Replica::name);
  }

  private static int ordinal(String name) {
    String digits = name.substring(name.lastIndexOf('-') + 1);
    return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
  }

  /** Nobody is to go. */
  synchronized void spare() {
    if (!leaving.isEmpty()) {
      directory.spare(scaler, leaving);
      leaving = Set.of();
      spareAt = Instant.MAX;
    }
  }

  /** Nothing is told of it any more. */
  @Override
  public void close() {
    told.close();
  }
}
