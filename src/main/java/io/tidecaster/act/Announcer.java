package io.tidecaster.act;

/** Who tells the cluster; never waits for it, never throws. */
@FunctionalInterface
public interface Announcer {

  void announce(Report report);
}
