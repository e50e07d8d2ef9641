package io.tidecaster.api;

import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** Knows who may do what. Never blocks the caller, and never fails: who cannot ask says so. */
@FunctionalInterface
public interface Gatekeeper {

  /**
   * Judges a request.
   *
   * @param token the bearer token it carries; empty where it carries none
   */
  Uni<Verdict> judge(Optional<String> token, Attempt attempt);
}
