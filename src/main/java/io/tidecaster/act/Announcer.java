package io.tidecaster.act;

/** Who tells the cluster; never waits for it, never throws. */
@FunctionalInterface
public interface Announcer {

  void announce(Report report);

  /** A scaler is promoted, or is so no more; who has nothing to say of it says nothing. */
  default void announce(Turn turn) {}

  /** Pods that start were looked after; who has nothing to say of it says nothing. */
  default void announce(Boost boost) {}
}
