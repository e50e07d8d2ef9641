package io.tidecaster.forecast;

import java.time.Instant;
import java.util.List;

/**
 * What one fit learned; immutable, and a function of the history up to its boundary, the calendar,
 * the grid and the settings alone.
 */
public final class FittedModel {
  private final Instant boundary;
  private final int boundaryStep;
  private final Blend blend;
  private final Candidate naive;
  private final Steps steps;
  private final Live live;
  private final List<Evidence> evidence;

  FittedModel(
      Instant boundary,
      int boundaryStep,
      Blend blend,
      Candidate naive,
      Steps steps,
      Live live,
      List<Evidence> evidence) {
    this.boundary = boundary;
    this.boundaryStep = boundaryStep;
    this.blend = blend;
    this.naive = naive;
    this.steps = steps;
    this.live = live;
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

  /** The number of the step that starts at the boundary. */
  int boundaryStep() {
    return boundaryStep;
  }

  Blend blend() {
    return blend;
  }

  /** The seasonal naive one, that every forecast is measured against. */
  Candidate naive() {
    return naive;
  }

  Steps steps() {
    return steps;
  }

  /** What was learned from the forecasts of the held-out time; to be copied, never changed. */
  Live live() {
    return live;
  }
}
