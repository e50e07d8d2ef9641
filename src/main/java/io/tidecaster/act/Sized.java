package io.tidecaster.act;

import io.tidecaster.size.SizeDecision;
import java.util.Optional;

/**
 * What was seen of the containers, what was decided on them, and what has become of that.
 *
 * @param decision empty where they could not be seen
 * @param result empty where nothing was tried: in Advisory
 */
public record Sized(
    SizeObservation observed, Optional<SizeDecision> decision, Optional<ResizeResult> result) {

  /** Before anything was tried. */
  public Sized(SizeObservation observed, Optional<SizeDecision> decision) {
    this(observed, decision, Optional.empty());
  }

  Sized became(ResizeResult outcome) {
    return new Sized(observed, decision, Optional.of(outcome));
  }
}
