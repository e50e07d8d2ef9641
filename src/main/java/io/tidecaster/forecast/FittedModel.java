package io.tidecaster.forecast;

import java.time.Instant;
import java.util.List;

/**
 * What one fit learned; immutable, and a function of the history up to its boundary, the calendar,
 * the grid and the settings alone.
 */
public final class FittedModel {
  private final Instant boundary;
  private final Candidate candidate;
  private final Candidate naive;
  private final List<Evidence> evidence;

  FittedModel(Instant boundary, Candidate candidate, Candidate naive, List<Evidence> evidence) {
    this.boundary = boundary;
    this.candidate = candidate;
    this.naive = naive;
    this.evidence = List.copyOf(evidence);
  }

  /** The end of the history it learned from. */
  public Instant boundary() {
    return boundary;
  }

  /** How the candidates did on origins they were not fitted on, best first. */
  public List<Evidence> evidence() {
    return evidence;
  }

  Candidate candidate() {
    return candidate;
  }

  /** The seasonal naive one, that every forecast is measured against. */
  Candidate naive() {
    return naive;
  }
}
