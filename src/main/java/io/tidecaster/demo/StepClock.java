package io.tidecaster.demo;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The demo's time: it stands until the simulation has played its next step, so nothing that runs
 * beside can get ahead of the load.
 */
public final class StepClock implements InstantSource {
  private volatile Instant now;

  public StepClock(Instant start) {
    this.now = start;
  }

  @Override
  public Instant instant() {
    return now;
  }

  void advanceTo(Instant next) {
    if (next.isBefore(now)) {
      throw new IllegalArgumentException("the clock stands at %s, after %s".formatted(now, next));
    }
    now = next;
  }
}
