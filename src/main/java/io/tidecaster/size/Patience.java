package io.tidecaster.size;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets replicas come and go only when that was wanted for as long as pays for it.
 *
 * <p>What is lacking meanwhile is borne by size. A replica costs its start-up time without bearing
 * anything; another number of replicas saves so much an hour. Waiting until what would have been
 * saved equals that cost pays at most twice of what a look into the future would (the ski rental
 * problem, Karlin et al. 1988).
 */
public final class Patience {
  private final Duration most;
  private final Deque<Wish> wishes = new ArrayDeque<>();
  private @Nullable Instant since;

  private record Wish(Instant at, int replicas) {}

  /** One that waits no longer than this. */
  public Patience(Duration most) {
    if (!most.isPositive() || most.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "patience %s must be above 0s, at most 24h".formatted(most));
    }
    this.most = most;
  }

  /**
   * How long to wait.
   *
   * @param startUp what a replica is paid for before it bears load
   * @param hourOfReplica its price
   * @param savedAnHour by the other number of replicas; below 0 where it costs more
   */
  public Duration until(Duration startUp, double hourOfReplica, double savedAnHour) {
    double cost = hourOfReplica * startUp.toMillis() / 3_600_000;
    double hours = savedAnHour > 0 ? cost / savedAnHour : Double.POSITIVE_INFINITY;
    return hours * 3_600_000 < most.toMillis()
        ? Duration.ofMillis((long) (hours * 3_600_000))
        : most;
  }

  /** Takes in how many replicas are wanted at this time. */
  public void wish(Instant at, int replicas) {
    since = since == null ? at : since;
    wishes.addLast(new Wish(at, replicas));
    while (!wishes.getFirst().at().isAfter(at.minus(most))) {
      wishes.removeFirst();
    }
  }

  /**
   * The replicas to have: more only if more were wanted all the time, likewise fewer.
   *
   * @param present those there are
   * @param outAfter how long more must have been wanted
   * @param inAfter how long fewer must have been wanted
   */
  public int replicas(Instant now, int present, Duration outAfter, Duration inAfter) {
    int out = extreme(now, present, outAfter, Math::min);
    if (out > present) {
      return out;
    }
    return Math.min(present, extreme(now, present, inAfter, Math::max));
  }

  /** Of the wishes within the window; what was wanted before the first is taken for the present. */
  private int extreme(Instant now, int present, Duration window, IntBinaryOperator choose) {
    Instant oldest = now.minus(window);
    int replicas = wishes.getLast().replicas();
    if (since != null && since.isAfter(oldest)) {
      replicas = choose.applyAsInt(replicas, present);
    }
    for (Wish wish : wishes) {
      if (wish.at().isAfter(oldest)) {
        replicas = choose.applyAsInt(replicas, wish.replicas());
      }
    }
    return replicas;
  }
}
