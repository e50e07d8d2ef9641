package io.tidecaster.decide;

import java.util.Optional;

/**
 * The largest load until a replica that is asked for now bears load and the next decision is made.
 *
 * @param load quantile {@code headroom.level()} of it, times {@code headroom.factor()}
 * @param hysteresis the one that goes with this headroom; empty until a day could be replayed
 */
public record Peak(double load, Headroom headroom, Optional<Hysteresis> hysteresis) {

  public Peak {
    if (!(load >= 0 && Double.isFinite(load))) {
      throw new IllegalArgumentException("peak %s must be at least 0".formatted(load));
    }
  }
}
