package io.tidecaster.decide;

import java.util.Optional;

/** What a replica bears, or the reason why that is not known yet. */
public sealed interface CapacityEstimate {

  /**
   * It is known.
   *
   * @param law what it was learned by; empty where it is stated or provisional
   */
  record Known(Capacity capacity, Optional<UtilizationLaw> law) implements CapacityEstimate {}

  /**
   * It is not known.
   *
   * @param detail value, bound and remedy for a person
   */
  record Unknown(String detail) implements CapacityEstimate {}

  /** The capacity, if it is known. */
  default Optional<Capacity> asOptional() {
    return switch (this) {
      case Known known -> Optional.of(known.capacity());
      case Unknown unknown -> Optional.empty();
    };
  }
}
