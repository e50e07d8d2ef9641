package io.tidecaster;

import io.tidecaster.act.Actuator;
import io.tidecaster.act.ContainerSizer;
import io.tidecaster.act.SizeObservation;
import io.tidecaster.size.WantedSizes;
import io.tidecaster.workload.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Looks after replicas that start with a boost, between two decisions: start-up takes less than the
 * minute between these may leave of it.
 */
final class BoostCheck {
  private final ContainerSizer sizer;
  private final Actuator actuator;
  private final Duration every;

  BoostCheck(ContainerSizer sizer, Actuator actuator, Duration every) {
    this.sizer = sizer;
    this.actuator = actuator;
    this.every = every;
  }

  /** Gives and takes back what is due; whoever calls it holds the line's lock. */
  void look(ScalerLine line, Mode mode, Instant now) {
    Optional<WantedSizes> wanted = line.boostDue(now);
    if (wanted.isEmpty() || mode != Mode.ENFORCING) {
      return;
    }
    if (sizer.observe(line.scaler()) instanceof SizeObservation.Seen seen) {
      actuator.boost(line.scaler(), mode, seen, wanted.get());
    }
    line.lookAgainAt(now.plus(every));
  }
}
