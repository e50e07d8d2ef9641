package io.tidecaster.balance;

import java.util.List;

/**
 * How the balancers of a scaler stand.
 *
 * @param troubles what has kept them from being as they should for a while, the oldest first
 * @param ramp how long the weight of a new replica rises and where that is from, for a person
 */
public record Standing(List<Trouble> troubles, String ramp) {
  public Standing {
    troubles = List.copyOf(troubles);
  }
}
