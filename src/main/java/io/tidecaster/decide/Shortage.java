package io.tidecaster.decide;

import io.tidecaster.history.Queueing;
import java.time.Duration;
import java.util.Optional;

/**
 * What the queue of a balancer in front says about the replicas: while requests wait, all that are
 * ready are fully used, so what they served is what they bear, whatever was stated or learned.
 *
 * <p>The mean wait follows from the mean number that waits by Little's law, W = L ÷ λ. With
 * arrivals λ, the queue grown by ΔL in a minute and d requests a second given up, λ − ΔL ÷ 60 s − d
 * were served. The replicas must bear λ, and what waits within the next minute:
 *
 * <pre>{@code
 * least = ready × (λ + L ÷ 60 s) ÷ (λ − ΔL ÷ 60 s − d)
 * }</pre>
 *
 * <p>Example: 480 requests/s arrive at 4 ready replicas, 900 wait on average and 300 did in the
 * minute before: 480 − 600 ÷ 60 = 470 were served, 900 ÷ 480 = 1.9 s is the wait, and 4 × (480 +
 * 15) ÷ 470 = 4.2, so 5 replicas. One more than are ready is the least and twice as many the most
 * that this asks for at a time: it is measured again a minute later.
 *
 * @param least replicas there must be
 * @param detail why, for a person
 */
record Shortage(int least, String detail) {
  private static final double MOST_FACTOR = 2;
  private static final double MINUTE_SECONDS = 60;

  /** A share of attempts that failed by which no replica is known to be missing. */
  private static final double BEARABLE_FAILURES = 0.01;

  /**
   * The shortage of this minute; empty where there is none.
   *
   * @param arrivingPerSecond the load as it arrives at the balancer
   */
  static Optional<Shortage> of(double arrivingPerSecond, Fleet fleet, Pressure pressure) {
    Queueing queueing = pressure.queueing();
    double waiting = queueing.waiting().orElse(0);
    double refused = queueing.refusedPerSecond().orElse(0);
    if (waiting > arrivingPerSecond * seconds(pressure.bearableWait())) {
      double grown = waiting - pressure.waitingBefore().orElse(waiting);
      double served = arrivingPerSecond - Math.max(0, grown) / MINUTE_SECONDS - refused;
      return Optional.of(waits(arrivingPerSecond, waiting, served, fleet));
    }
    double failed = queueing.retriesPerSecond().orElse(0) + refused;
    if (failed > arrivingPerSecond * BEARABLE_FAILURES) {
      return Optional.of(
          new Shortage(
              fleet.specReplicas(),
              "%s of %s attempts/s to reach a replica fail"
                  .formatted(Figures.of(failed), Figures.of(arrivingPerSecond + failed))));
    }
    return Optional.empty();
  }

  /** While requests wait no replica goes, even where some that are asked for are not ready yet. */
  private static Shortage waits(double arriving, double waiting, double served, Fleet fleet) {
    int ready = Math.max(1, fleet.readyReplicas());
    double wanted = arriving + waiting / MINUTE_SECONDS;
    double factor = served * MOST_FACTOR > wanted ? wanted / served : MOST_FACTOR;
    int least = Math.max(ready + 1, (int) Math.ceil(ready * factor - 1e-9));
    String wait =
        arriving > 0 ? "%s s".formatted(Figures.of(waiting / arriving)) : "and none arrive";
    return new Shortage(
        Math.max(fleet.specReplicas(), least),
        "requests wait %s at the balancer, %d ready %s served %s of %s requests/s"
            .formatted(
                wait,
                ready,
                ready == 1 ? "replica" : "replicas",
                Figures.of(Math.max(0, served)),
                Figures.of(arriving)));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
