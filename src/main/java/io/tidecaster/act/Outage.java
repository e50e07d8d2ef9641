package io.tidecaster.act;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Remembers for a short time that something does not answer, so that not everybody waits. */
final class Outage {
  private final Duration respite;
  private final InstantSource clock;
  private final AtomicReference<Optional<Seen>> last = new AtomicReference<>(Optional.empty());

  private record Seen(String detail, Instant until) {}

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
    last.set(Optional.of(new Seen(detail, clock.instant().plus(respite))));
  }

  void end() {
    last.set(Optional.empty());
  }
}
