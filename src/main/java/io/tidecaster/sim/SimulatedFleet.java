package io.tidecaster.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * A fleet of equal replicas that share a load evenly. New ones bear load after their start-up time
 * and are paid for from their start; of those to go the youngest go first, at once, as a ReplicaSet
 * removes them.
 */
public final class SimulatedFleet {
  private final Settings settings;
  private final Deque<Batch> batches = new ArrayDeque<>();
  private Instant now;
  private int asked;
  private long started;
  private Account account = Account.EMPTY;

  /**
   * What a replica is like.
   *
   * @param capacity load that one replica bears at full use
   * @param violationUse the use above which its users feel it, 0.8 for 80 %
   * @param startup from its start until it bears load
   */
  public record Settings(double capacity, double violationUse, Duration startup, Cpu cpu) {
    public Settings {
      if (!(capacity > 0 && Double.isFinite(capacity))) {
        throw new IllegalArgumentException("capacity %s must be above 0".formatted(capacity));
      }
      if (!(violationUse > 0 && violationUse <= 1)) {
        throw new IllegalArgumentException(
            "violationUse %s must be above 0 and at most 1".formatted(violationUse));
      }
      if (startup.isNegative()) {
        throw new IllegalArgumentException("startup %s is negative".formatted(startup));
      }
    }
  }

  /**
   * CPU of a replica.
   *
   * @param idleCores used from its start on, whatever the load
   * @param secondsPerRequest used for one unit of load
   * @param warmUpCores used on top from its start until {@code warmUp} after it became ready
   */
  public record Cpu(
      double idleCores, double secondsPerRequest, double warmUpCores, Duration warmUp) {
    public static final Cpu NONE = new Cpu(0, 0, 0, Duration.ZERO);
  }

  /**
   * A replica and its counters, which grow from its start.
   *
   * @param number counts the replicas of this fleet from 0
   * @param requests requests that arrived at it
   * @param cpuSeconds CPU that it used, in core seconds
   */
  public record Replica(
      long number, Instant startedAt, boolean ready, double requests, double cpuSeconds) {}

  /**
   * What the fleet cost and risked.
   *
   * @param requestsOverCapacity those that came above full use and could not be served in time
   * @param scalings how many times the number of replicas changed
   */
  public record Account(
      double seconds,
      double replicaSeconds,
      double violationSeconds,
      double requests,
      double requestsInViolation,
      double requestsOverCapacity,
      int scalings) {

    public static final Account EMPTY = new Account(0, 0, 0, 0, 0, 0, 0);

    public double replicaHours() {
      return replicaSeconds / 3600;
    }

    /** The share of requests that arrived while replicas were used too much, 0.01 for 1 %. */
    public double violationShare() {
      return requests > 0 ? requestsInViolation / requests : 0;
    }

    public double scalingsPerDay() {
      return seconds > 0 ? scalings * 86_400 / seconds : 0;
    }
  }

  /** Replicas of the same age: all that happened to one of them happened to all. */
  private static final class Batch {
    final long firstNumber;
    final Instant startedAt;
    final Instant readyAt;
    int count;
    double requestsEach;
    double cpuSecondsEach;

    Batch(long firstNumber, Instant startedAt, Instant readyAt, int count) {
      this.firstNumber = firstNumber;
      this.startedAt = startedAt;
      this.readyAt = readyAt;
      this.count = count;
    }

    boolean ready(Instant now) {
      return !readyAt.isAfter(now);
    }
  }

  /** A fleet that begins with {@code replicas} ready ones. */
  public SimulatedFleet(Settings settings, int replicas, Instant now) {
    this.settings = settings;
    this.now = now;
    this.asked = replicas;
    Instant warm = now.minus(settings.cpu().warmUp());
    add(replicas, warm.minus(settings.startup()), warm);
  }

  /** Asks for so many replicas from now on. */
  public void scale(int replicas) {
    if (replicas < 0) {
      throw new IllegalArgumentException("replicas %d < 0".formatted(replicas));
    }
    if (replicas == asked) {
      return;
    }
    if (replicas > asked) {
      add(replicas - asked, now, now.plus(settings.startup()));
    } else {
      remove(asked - replicas);
    }
    asked = replicas;
    Account a = account;
    account =
        new Account(
            a.seconds(),
            a.replicaSeconds(),
            a.violationSeconds(),
            a.requests(),
            a.requestsInViolation(),
            a.requestsOverCapacity(),
            a.scalings() + 1);
  }

  /** Lets this load arrive for {@code step} from now, and moves now to its end. */
  public void advance(double load, Duration step) {
    double seconds = step.toMillis() / 1000.0;
    int ready = ready();
    double perReplica = ready > 0 ? load / ready : 0;
    double served = Math.min(perReplica, settings.capacity());
    Cpu cpu = settings.cpu();
    for (Batch batch : batches) {
      double cores = cpu.idleCores();
      if (now.isBefore(batch.readyAt.plus(cpu.warmUp()))) {
        cores += cpu.warmUpCores();
      }
      if (batch.ready(now)) {
        batch.requestsEach += perReplica * seconds;
        cores += served * cpu.secondsPerRequest();
      }
      batch.cpuSecondsEach += cores * seconds;
    }
    boolean violated = load > ready * settings.capacity() * settings.violationUse();
    double lost = Math.max(0, load - ready * settings.capacity());
    Account a = account;
    account =
        new Account(
            a.seconds() + seconds,
            a.replicaSeconds() + asked * seconds,
            a.violationSeconds() + (violated ? seconds : 0),
            a.requests() + load * seconds,
            a.requestsInViolation() + (violated ? load * seconds : 0),
            a.requestsOverCapacity() + lost * seconds,
            a.scalings());
    now = now.plus(step);
  }

  public Instant now() {
    return now;
  }

  /** Replicas asked for; each is there, ready or starting. */
  public int asked() {
    return asked;
  }

  /** Replicas that bear load. */
  public int ready() {
    int ready = 0;
    for (Batch batch : batches) {
      if (batch.ready(now)) {
        ready += batch.count;
      }
    }
    return ready;
  }

  public Account account() {
    return account;
  }

  /** Forgets what was counted so far, and goes on. */
  public void resetAccount() {
    account = Account.EMPTY;
  }

  /** Every replica, the oldest first. */
  public List<Replica> replicas() {
    List<Replica> replicas = new ArrayList<>(asked);
    for (Batch batch : batches) {
      for (int i = 0; i < batch.count; i++) {
        replicas.add(
            new Replica(
                batch.firstNumber + i,
                batch.startedAt,
                batch.ready(now),
                batch.requestsEach,
                batch.cpuSecondsEach));
      }
    }
    return replicas;
  }

  private void add(int count, Instant startedAt, Instant readyAt) {
    batches.addLast(new Batch(started, startedAt, readyAt, count));
    started += count;
  }

  private void remove(int count) {
    int left = count;
    Iterator<Batch> youngestFirst = batches.descendingIterator();
    while (left > 0 && youngestFirst.hasNext()) {
      Batch batch = youngestFirst.next();
      int cut = Math.min(left, batch.count);
      batch.count -= cut;
      left -= cut;
      if (batch.count == 0) {
        youngestFirst.remove();
      }
    }
  }
}
