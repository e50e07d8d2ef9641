package io.tidecaster.sim;

import java.time.Instant;

/** What arrives at a workload. */
public interface Load {

  /** The load at this time, at least 0: requests a second, or any other unit of one's own. */
  double at(Instant time);
}
