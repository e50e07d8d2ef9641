package io.tidecaster;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Bounds of the events that are announced. */
@ConfigMapping(prefix = "tidecaster.events")
interface EventsConfig {

  /** Events that are kept at a time, from 1; more are refused. */
  @WithDefault("1000")
  int maxEvents();

  /** How long after its end an event is kept: for as long as a forecast may learn from it. */
  @WithDefault("42d")
  Duration keptAfterEnd();
}
