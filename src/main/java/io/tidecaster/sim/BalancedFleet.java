package io.tidecaster.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Servers behind a balancer, and what arrives there: a Poisson stream of requests whose times are
 * log-normal.
 *
 * @param requestsPerSecond of all servers together
 * @param churn empty where no server comes or goes
 */
public record BalancedFleet(
    List<Server> servers,
    double requestsPerSecond,
    ServiceTime serviceTime,
    Sources sources,
    Optional<Churn> churn) {

  /**
   * One server; requests that find all its workers busy wait in the order they came.
   *
   * @param workers requests that it works at side by side
   * @param speed 2 where a request takes half the time of speed 1
   */
  public record Server(int workers, double speed) {
    public Server {
      if (workers < 1) {
        throw new IllegalArgumentException("workers %d < 1".formatted(workers));
      }
      requirePositive("speed", speed);
    }
  }

  /**
   * How long a request is worked at on a warm server of speed 1.
   *
   * @param variation standard deviation ÷ mean: 0 where all take the same time, 1 as of the
   *     exponential distribution
   */
  public record ServiceTime(double meanSeconds, double variation) {
    public ServiceTime {
      requirePositive("meanSeconds", meanSeconds);
      if (!(variation >= 0 && variation <= 20)) {
        throw new IllegalArgumentException(
            "variation %s must lie between 0 and 20".formatted(variation));
      }
    }
  }

  /**
   * Who sends. The hash of source {@code i} is {@code i}.
   *
   * @param shares of the requests, in any unit
   */
  public record Sources(List<Double> shares) {
    public Sources {
      shares = List.copyOf(shares);
      if (shares.isEmpty()) {
        throw new IllegalArgumentException("0 sources; name at least 1");
      }
      shares.forEach(share -> requirePositive("share", share));
    }

    /**
     * So many whose shares fall as 1 ÷ rank to the power of {@code skew} (Zipf), the greatest
     * first.
     */
    public static Sources zipf(int count, double skew) {
      List<Double> shares = new ArrayList<>(count);
      for (int rank = 1; rank <= count; rank++) {
        shares.add(Math.pow(rank, -skew));
      }
      return new Sources(shares);
    }

    /** The same in another order: other hashes. */
    Sources shuffled(long seed) {
      List<Double> order = new ArrayList<>(shares);
      Collections.shuffle(order, new Random(seed));
      return new Sources(order);
    }
  }

  /**
   * One server after the other is replaced by a cold one of its kind, which takes its place when it
   * has been drained.
   *
   * @param every between two of them
   * @param warmUp from ready to its full speed, in a line
   * @param coldSpeed of one that is ready just now, as a share of its full speed
   * @param ramped whether the balancer gives it less meanwhile
   */
  public record Churn(Duration every, Duration warmUp, double coldSpeed, boolean ramped) {
    public Churn {
      if (!every.isPositive()) {
        throw new IllegalArgumentException("every %s must be above 0s".formatted(every));
      }
      if (warmUp.isNegative()) {
        throw new IllegalArgumentException("warmUp %s is negative".formatted(warmUp));
      }
      if (!(coldSpeed > 0 && coldSpeed <= 1)) {
        throw new IllegalArgumentException(
            "coldSpeed %s must be above 0 and at most 1".formatted(coldSpeed));
      }
    }
  }

  public BalancedFleet {
    servers = List.copyOf(servers);
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("0 servers; a balancer needs at least 1");
    }
    requirePositive("requestsPerSecond", requestsPerSecond);
  }

  /** Requests a second that a warm server bears when all its workers are busy. */
  public double capacity(Server server) {
    return server.workers() * server.speed() / serviceTime.meanSeconds();
  }

  /** What arrives ÷ what all bear, 1 at full use. */
  public double use() {
    return requestsPerSecond / servers.stream().mapToDouble(this::capacity).sum();
  }

  BalancedFleet with(Sources other) {
    return new BalancedFleet(servers, requestsPerSecond, serviceTime, other, churn);
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException("%s %s must be above 0".formatted(what, value));
    }
  }
}
