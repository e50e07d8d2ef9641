package io.tidecaster.sim;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What arrives at a fleet: the same requests for the same fleet and seed, whoever balances them.
 */
public final class RequestStream {
  private final BalancedFleet fleet;
  private final SplittableRandom random;
  private final double[] shares;
  private double now;

  /**
   * One request.
   *
   * @param atSeconds when it arrives, from the beginning of the stream
   * @param workSeconds how long a warm server of speed 1 works at it
   * @param source who sends it
   */
  public record Request(double atSeconds, double workSeconds, int source) {}

  public RequestStream(BalancedFleet fleet, long seed) {
    this.fleet = fleet;
    this.random = new SplittableRandom(seed);
    this.shares = cumulated(fleet.sources());
  }

  /** The next one. */
  public Request next() {
    now += -Math.log(1 - random.nextDouble()) / fleet.requestsPerSecond();
    return new Request(now, work(), index(shares, random.nextDouble()));
  }

  /** Log-normal, by Box and Muller (1958). */
  private double work() {
    double u = 1 - random.nextDouble();
    double v = random.nextDouble();
    double normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    double variation = fleet.serviceTime().variation();
    double variance = Math.log(1 + variation * variation);
    return fleet.serviceTime().meanSeconds()
        * Math.exp(Math.sqrt(variance) * normal - variance / 2);
  }

  private static double[] cumulated(BalancedFleet.Sources sources) {
    double sum = sources.shares().stream().mapToDouble(Double::doubleValue).sum();
    double[] shares = new double[sources.shares().size()];
    double upTo = 0;
    for (int i = 0; i < shares.length; i++) {
      upTo += sources.shares().get(i) / sum;
      shares[i] = upTo;
    }
    return shares;
  }

  private static int index(double[] cumulated, double drawn) {
    int found = Arrays.binarySearch(cumulated, drawn);
    return Math.min(cumulated.length - 1, found < 0 ? -found - 1 : found + 1);
  }
}
