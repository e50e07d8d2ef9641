package io.tidecaster.sim;

import io.tidecaster.workload.Ramp;
import java.time.Duration;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/// Requests through a balancer to servers with queues, one after the other in the order of their
/// arrival. Whom a rule chooses depends on what is in flight when a request arrives and on nothing
/// later, so no event has to be undone, and the simulation is exact for its model: Poisson
/// arrivals, log-normal work, first come first served at each server.
///
/// The rules choose as HAProxy 2.6 does:
///
/// | rule | |
/// | --- | --- |
/// | round robin | in turn, in proportion to the weights, spread evenly |
/// | weighted round robin | the same, with weights in proportion to capacity |
/// | random | one by chance, in proportion to the weights |
/// | power of two | two by chance, the one with less in flight ÷ weight |
/// | least connections | the least in flight ÷ weight; of equals who was chosen least recently |
/// | source hash | hash of the source, modulo the number of servers; no weights |
///
/// All rules of a seed meet the same requests at the same times, so that a difference is the
/// rule's.
public final class BalancingSimulation {
  /** The first requests meet an empty fleet; this share of them is not counted. */
  private static final double RUN_IN = 0.1;

  private final BalancedFleet fleet;
  private final BalancingRule rule;
  private final RequestStream requests;
  private final SplittableRandom choices;
  private final Queue[] queues;
  private final double[] base;
  private final double[] weights;
  private final double[] turns;
  private final long[] chosen;
  private double now;
  private long served;
  private double nextChurn;
  private int nextToGo;

  private BalancingSimulation(BalancedFleet fleet, BalancingRule rule, long seed) {
    this.fleet = fleet;
    this.rule = rule;
    this.requests = new RequestStream(fleet, seed);
    this.choices = new SplittableRandom(~seed);
    int n = fleet.servers().size();
    this.queues = new Queue[n];
    this.base = new double[n];
    for (int i = 0; i < n; i++) {
      queues[i] = new Queue(fleet.servers().get(i), Double.NEGATIVE_INFINITY);
      base[i] = rule == BalancingRule.STATIC_WEIGHTS ? fleet.capacity(fleet.servers().get(i)) : 1;
    }
    this.weights = base.clone();
    this.turns = new double[n];
    this.chosen = new long[n];
    this.nextChurn =
        fleet.churn().map(churn -> seconds(churn.every())).orElse(Double.POSITIVE_INFINITY);
  }

  /**
   * How long each of so many requests takes from its arrival to its answer, in seconds, in the
   * order of arrival and without those that meet a fleet that is still empty.
   */
  public static double[] responseSeconds(
      BalancedFleet fleet, BalancingRule rule, int requests, long seed) {
    BalancingSimulation simulation = new BalancingSimulation(fleet, rule, seed);
    double[] times = new double[requests];
    for (int i = 0; i < requests; i++) {
      times[i] = simulation.next();
    }
    return Arrays.copyOfRange(times, (int) (requests * RUN_IN), requests);
  }

  /** Lets one more request arrive. */
  private double next() {
    RequestStream.Request request = requests.next();
    now = request.atSeconds();
    turnOver();
    for (Queue queue : queues) {
      queue.finish(now);
    }
    int server = choose(request.source());
    chosen[server] = ++served;
    return queues[server].take(now, request.workSeconds(), this::speed) - now;
  }

  private void turnOver() {
    if (fleet.churn().isEmpty()) {
      return;
    }
    BalancedFleet.Churn churn = fleet.churn().get();
    while (now >= nextChurn) {
      queues[nextToGo] = new Queue(fleet.servers().get(nextToGo), nextChurn);
      nextToGo = (nextToGo + 1) % queues.length;
      nextChurn += seconds(churn.every());
    }
    if (churn.ramped() && rule.isWeighted()) {
      Ramp ramp = new Ramp(churn.warmUp());
      for (int i = 0; i < queues.length; i++) {
        weights[i] = base[i] * ramp.weight(age(queues[i], now)) / Ramp.FULL;
      }
    }
  }

  private static Duration age(Queue queue, double at) {
    double age = Math.min(at - queue.readyAt, 1e9);
    return Duration.ofMillis((long) (age * 1000));
  }

  /** The speed of a server at a time: it grows while it warms up. */
  private double speed(Queue queue, double at) {
    if (fleet.churn().isEmpty()) {
      return queue.server.speed();
    }
    BalancedFleet.Churn churn = fleet.churn().get();
    double warmUp = seconds(churn.warmUp());
    double part = warmUp > 0 ? Math.min(1, (at - queue.readyAt) / warmUp) : 1;
    return queue.server.speed() * (churn.coldSpeed() + (1 - churn.coldSpeed()) * part);
  }

  private int choose(int source) {
    return switch (rule) {
      case ROUND_ROBIN, STATIC_WEIGHTS -> inTurn();
      case RANDOM -> byChance();
      case POWER_OF_TWO -> lessLoaded(byChance(), byChance());
      case LEAST_CONNECTIONS -> leastLoaded();
      case SOURCE_HASH -> source % queues.length;
    };
  }

  private int inTurn() {
    double sum = 0;
    int best = 0;
    for (int i = 0; i < turns.length; i++) {
      turns[i] += weights[i];
      sum += weights[i];
      if (turns[i] > turns[best]) {
        best = i;
      }
    }
    turns[best] -= sum;
    return best;
  }

  private int byChance() {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    double drawn = choices.nextDouble() * sum;
    for (int i = 0; i < weights.length; i++) {
      drawn -= weights[i];
      if (drawn < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }

  private int lessLoaded(int one, int other) {
    return load(one) < load(other) ? one : other;
  }

  private int leastLoaded() {
    int best = 0;
    for (int i = 1; i < queues.length; i++) {
      double difference = load(i) - load(best);
      if (difference < 0 || (difference == 0 && chosen[i] < chosen[best])) {
        best = i;
      }
    }
    return best;
  }

  private double load(int server) {
    return queues[server].inFlight() / weights[server];
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  @FunctionalInterface
  private interface Speed {
    double at(Queue queue, double time);
  }

  /** A server with what it works at; first come, first served. */
  private static final class Queue {
    final BalancedFleet.Server server;
    final double readyAt;

    /** When each worker is free again. */
    private final PriorityQueue<Double> workers = new PriorityQueue<>();

    /** When each request in flight is done. */
    private final PriorityQueue<Double> departures = new PriorityQueue<>();

    Queue(BalancedFleet.Server server, double readyAt) {
      this.server = server;
      this.readyAt = readyAt;
    }

    void finish(double now) {
      Double first = departures.peek();
      while (first != null && first <= now) {
        var _ = departures.poll();
        first = departures.peek();
      }
    }

    int inFlight() {
      return departures.size();
    }

    /** When this request will be done. */
    double take(double now, double work, Speed speed) {
      double start = now;
      if (workers.size() >= server.workers()) {
        Double free = workers.poll();
        start = free == null ? now : Math.max(now, free);
      }
      double done = start + work / speed.at(this, start);
      workers.add(done);
      departures.add(done);
      return done;
    }
  }
}
