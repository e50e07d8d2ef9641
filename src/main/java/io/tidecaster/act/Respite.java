package io.tidecaster.act;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writing of one kind, given up for a while once it is forbidden, and complained about once in that
 * while for each code it is refused with.
 */
final class Respite {
  private static final Logger LOG = Logger.getLogger(Respite.class);

  private final String what;
  private final Duration forbiddenRespite;
  private final InstantSource clock;
  private Instant until = Instant.MIN;
  private final Map<Integer, Instant> complaints = new HashMap<>();

  /**
   * Starts without one.
   *
   * @param what what is written, in the plural, for the log: "Events"
   */
  Respite(String what, Duration forbiddenRespite, InstantSource clock) {
    this.what = what;
    this.forbiddenRespite = forbiddenRespite;
    this.clock = clock;
  }

  /** Whether it is too early to try again. */
  synchronized boolean lasts() {
    return clock.instant().isBefore(until);
  }

  synchronized void written() {
    until = Instant.MIN;
  }

  /** Takes note of a refusal, and says it unless that was said just now. */
  synchronized void refused(KubernetesClientException e) {
    Instant now = clock.instant();
    if (e.getCode() == 401 || e.getCode() == 403) {
      until = now.plus(forbiddenRespite);
    }
    @Nullable Instant said = complaints.get(e.getCode());
    if (said == null || !now.isBefore(said.plus(forbiddenRespite))) {
      complaints.put(e.getCode(), now);
      LOG.warnf("%s cannot be written: %s; scaling goes on without them", what, e.getMessage());
    }
  }
}
