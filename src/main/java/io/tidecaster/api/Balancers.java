package io.tidecaster.api;

import io.tidecaster.workload.Scaler;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What is known of the balancers in front of the scalers, and what is advised. */
public interface Balancers {

  /**
   * How a scaler's balancers stand, and what each algorithm would make of its fleet. Blocks, while
   * HAProxy is asked and the fleet is simulated.
   */
  BalancerReport report(Scaler scaler, Given given);

  /**
   * What a caller knows better than the service, which would have to assume it.
   *
   * @param variation standard deviation of a request's work ÷ its mean
   * @param sources how many send
   * @param skew the exponent by which their shares fall with their rank
   */
  record Given(OptionalDouble variation, OptionalInt sources, OptionalDouble skew) {
    public static final Given NOTHING =
        new Given(OptionalDouble.empty(), OptionalInt.empty(), OptionalDouble.empty());
  }
}
