package io.tidecaster;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Bounds of the iCalendar feeds that scalers name in {@code spec.calendar.feeds}. */
@ConfigMapping(prefix = "tidecaster.feeds")
interface FeedsConfig {

  /** From one reading of a feed to the next. */
  @WithDefault("15m")
  Duration refresh();

  /** Time that a feed has to answer in, redirects included. */
  @WithDefault("10s")
  Duration within();

  /** Bytes that a feed may have, from 1. */
  @WithDefault("1048576")
  int maxBytes();

  /** Occurrences of a feed that are kept at a time, from 1; those that start last are left out. */
  @WithDefault("200")
  int maxOccurrences();

  /** Hosts that may be asked; where none is named, all but link-local addresses. */
  Optional<List<String>> hosts();
}
