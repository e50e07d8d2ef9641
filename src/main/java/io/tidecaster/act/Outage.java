package io.tidecaster.act;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Remembers for a short time that something does not answer, so that not everybody waits; says so
 * once when it begins and once when it is over.
 */
final class Outage {
  private static final Logger LOG = Logger.getLogger(Outage.class);

  private final Duration respite;
  private final InstantSource clock;
  private final AtomicReference<Optional<Seen>> last = new AtomicReference<>(Optional.empty());

  private record Seen(String detail, Instant since, Instant until) {}

  Outage(Duration respite, InstantSource clock) {
    this.respite = respite;
    this.clock = clock;
  }

  /** What went wrong, while it is too early to ask again. */
  Optional<String> stillOut() {
    Instant now = clock.instant();
    return last.get().filter(seen -> now.isBefore(seen.until())).map(Seen::detail);
  }

  void begin(String detail) {
    Instant now = clock.instant();
    var before =
        last.getAndUpdate(known ->
            Optional.of(new Seen(detail, known.map(Seen::since).orElse(now), now.plus(respite))));
    if (before.isEmpty()) {
      LOG.warnf("%s; decisions go on, and nothing is scaled until it answers", detail);
    }
  }

  void end() {
    last.getAndSet(Optional.empty())
        .ifPresent(seen ->
            LOG.infof(
                "the API server answers again after %d s",
                Duration.between(seen.since(), clock.instant()).toSeconds()));
  }
}
