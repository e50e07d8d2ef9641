package io.tidecaster.forecast;

import java.time.Duration;
import java.util.List;

/**
 * Why the median forecast at one time ahead is what it is.
 *
 * @param median the forecast itself
 * @param contributions what moved it away from the last load, strongest first; they add up with it
 *     to the median before blending and calibration
 * @param sentence the same for a person
 */
public record Explanation(
    Duration ahead, double median, List<Contribution> contributions, String sentence) {

  public Explanation {
    contributions = List.copyOf(contributions);
  }

  /**
   * One cause.
   *
   * @param cause for people: {@code the same time on the last days}
   * @param change in the unit of the load
   */
  public record Contribution(String cause, double change) {}
}
