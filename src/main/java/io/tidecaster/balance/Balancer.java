package io.tidecaster.balance;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidecaster.pace.LearnedWarmUp;
import io.tidecaster.pace.Pace;
import io.tidecaster.pace.PaceMemory;
import io.tidecaster.workload.Balance;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Keeps the balancers of all scalers as they should be: cold replicas get little at first, those
 * that are to go get nothing new. A balancer that is away or hangs delays a scaling by the time to
 * drain, and never stops one.
 */
public final class Balancer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Balancer.class);

  /** How often a drain is looked at. */
  private static final Duration DRAIN_LOOK = Duration.ofMillis(250);

  /** What passes sooner is nobody's trouble: a name not found yet, a reload. */
  static final Duration LASTING = Duration.ofSeconds(30);

  private final ReplicaDirectory directory;
  private final BalanceLimits limits;
  private final PaceMemory memory;
  private final InstantSource clock;
  private final MeterRegistry meters;
  private final Map<ScalerId, Hand> hands = new ConcurrentHashMap<>();
  private final Set<ScalerId> atWork = ConcurrentHashMap.newKeySet();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean closing;

  /**
   * @param memory where what is learned of replicas is kept for whoever goes on
   */
  public Balancer(
      ReplicaDirectory directory,
      BalanceLimits limits,
      PaceMemory memory,
      InstantSource clock,
      MeterRegistry meters) {
    this.directory = directory;
    this.limits = limits;
    this.memory = memory;
    this.clock = clock;
    this.meters = meters;
    Gauge.builder(
            "tidecaster.balance.unreachable",
            hands,
            all -> all.values().stream().mapToLong(Hand::unreachable).sum())
        .description("HAProxy instances that did not answer when they were asked last")
        .register(meters);
  }

  /**
   * Looks at the balancers of these scalers, where it is time to; returns at once.
   *
   * @param enforced the scalers of this replica of Tidecaster whose mode in force is Enforcing
   * @param elsewhere those that are Enforcing, and another replica's: it goes on where this one
   *     was. The balancers of all others are left as if nobody had touched a weight
   */
  public void follow(Collection<Scaler> enforced, Predicate<ScalerId> elsewhere) {
    Set<ScalerId> ids =
        enforced.stream()
            .filter(scaler -> scaler.balance().isPresent())
            .map(Scaler::id)
            .collect(Collectors.toSet());
    Instant now = clock.instant();
    hands.forEach((id, hand) -> {
      if (!ids.contains(id) && hands.remove(id, hand)) {
        hand.close();
        if (!elsewhere.test(id)) {
          workers.execute(() -> hand.letGo(now, workers));
        }
      }
    });
    for (Scaler scaler : enforced) {
      hand(scaler)
          .filter(hand -> hand.isDue(now, limits.every()))
          .filter(hand -> atWork.add(scaler.id()))
          .ifPresent(hand -> workers.execute(() -> look(hand)));
    }
  }

  private void look(Hand hand) {
    try {
      var _ = hand.look(clock.instant(), workers);
    } catch (RuntimeException e) {
      LOG.errorf(e, "%s: its balancer was not looked at", hand.scaler().id());
    } finally {
      atWork.remove(hand.scaler().id());
    }
  }

  /**
   * Drains replicas at the balancers so that this many stay. It is done, never by an exception,
   * when they have finished or their time is over.
   */
  public CompletableFuture<Void> retire(Scaler scaler, int staying) {
    return hand(scaler)
        .map(hand ->
            CompletableFuture.runAsync(() -> drain(hand, staying), workers)
                .exceptionally(e -> {
                  LOG.errorf(e, "%s: scaling in without a drain", scaler.id());
                  count("Failed");
                  return null;
                }))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /**
   * How the balancers of a scaler stand, in whatever mode it is and whoever owns it; they are told
   * nothing. Blocks for as long as the slowest answers, within the timeout.
   */
  public List<PoolReport> inspect(Scaler scaler) {
    if (scaler.balance().isEmpty()) {
      return List.of();
    }
    Pace pace = pace(scaler.id());
    Balance balance = Hand.steered(scaler.balance().get(), pace.warmUps());
    Instant now = clock.instant();
    Optional<List<Replica>> wanted =
        switch (directory.replicas(scaler)) {
          case ReplicaDirectory.Unknown _ -> Optional.empty();
          case ReplicaDirectory.Known known ->
              Optional.of(
                  known.replicas().stream()
                      .map(replica ->
                          replica.withShare(pace.shares().getOrDefault(replica.name(), 1.0)))
                      .toList());
        };
    List<CompletableFuture<PoolReport>> looks =
        balance.instances().stream()
            .map(instance ->
                CompletableFuture.supplyAsync(
                    () -> ProxyInstance.report(instance, balance, wanted, limits.timeout(), now),
                    workers))
            .toList();
    return looks.stream().map(CompletableFuture::join).toList();
  }

  /**
   * How the balancers of a scaler stood at the last look; waits for nothing. Empty where this
   * replica of Tidecaster does not steer them.
   */
  public Optional<Standing> standing(ScalerId id) {
    Instant passing = clock.instant().minus(LASTING);
    return Optional.ofNullable(hands.get(id))
        .map(hand ->
            new Standing(
                hand.troubles().stream()
                    .filter(trouble -> !trouble.since().isAfter(passing))
                    .sorted(
                        Comparator.comparing(Trouble::since)
                            .thenComparing(Trouble::problem)
                            .thenComparing(Trouble::where))
                    .toList(),
                hand.ramp()));
  }

  /** What was learned of a workload's replicas, by whoever steers its balancers. */
  private Pace pace(ScalerId id) {
    return Optional.ofNullable(hands.get(id))
        .map(Hand::pace)
        .or(() -> memory.recall(id))
        .orElse(Pace.UNKNOWN);
  }

  /** What was measured of a workload's warm-up; empty while that is too little. */
  public Optional<LearnedWarmUp> learnedWarmUp(Scaler scaler) {
    return scaler
        .balance()
        .flatMap(balance -> pace(scaler.id()).warmUps().learned(balance.warmUp()));
  }

  /** Completes when nothing is kept any more of a scaler that is gone. */
  public CompletableFuture<Void> forget(ScalerId id) {
    return memory.recall(id).isPresent()
        ? memory.forget(id)
        : CompletableFuture.completedFuture(null);
  }

  /** Whoever was to go stays. */
  public void keep(Scaler scaler) {
    hand(scaler).ifPresent(hand -> workers.execute(hand::spare));
  }

  private void drain(Hand hand, int staying) {
    Instant deadline = clock.instant().plus(hand.balance().drainWithin());
    Optional<Hand.Look> first = hand.look(clock.instant(), workers);
    if (first.isEmpty() || first.get().pools().isEmpty()) {
      count("Unseen");
      return;
    }
    List<Replica> going = hand.condemn(staying, first.get(), clock.instant());
    while (!going.isEmpty() && !closing) {
      Optional<Hand.Look> look = hand.look(clock.instant(), workers);
      if (look.isPresent() && going.stream().allMatch(look.get()::isDrained)) {
        count("Drained");
        return;
      }
      if (!clock.instant().isBefore(deadline) || !pause()) {
        count("Deadline");
        return;
      }
    }
  }

  private void count(String result) {
    meters.counter("tidecaster.balance.drains", "result", result).increment();
  }

  private static boolean pause() {
    try {
      Thread.sleep(DRAIN_LOOK);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The hand on a scaler's balancers; a new one where the scaler has changed. */
  private Optional<Hand> hand(Scaler scaler) {
    Optional<Balance> balance = scaler.balance();
    if (balance.isEmpty() || closing) {
      return Optional.empty();
    }
    return Optional.ofNullable(
        hands.compute(
            scaler.id(),
            (id, hand) -> {
              if (hand != null
                  && hand.balance().equals(balance.get())
                  && hand.scaler().target().equals(scaler.target())) {
                return hand;
              }
              if (hand != null) {
                hand.close();
              }
              return new Hand(scaler, balance.get(), directory, limits, memory, meters);
            }));
  }

  @Override
  public void close() {
    closing = true;
    workers.shutdown();
  }
}
