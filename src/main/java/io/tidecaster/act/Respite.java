package io.tidecaster.act;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/** Writing of one kind, given up for a while once it is forbidden, and complained about once. */
final class Respite {
  private static final Logger LOG = Logger.getLogger(Respite.class);

  private final String what;
  private final Duration forbiddenRespite;
  private final InstantSource clock;
  private Instant until = Instant.MIN;
  private String complaint = "";

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
    complaint = "";
  }

  /** Takes note of a refusal, and says it unless that was said already. */
  synchronized void refused(KubernetesClientException e) {
    if (e.getCode() == 401 || e.getCode() == 403) {
      until = clock.instant().plus(forbiddenRespite);
    }
    String code = Integer.toString(e.getCode());
    if (!code.equals(complaint)) {
      complaint = code;
      LOG.warnf("%s cannot be written: %s; scaling goes on without them", what, e.getMessage());
    }
  }
}
