package io.tidecaster.api;

import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** Answers to a request that ends with a record on Kafka. */
final class KafkaWrites {
  private KafkaWrites() {}

  /**
   * The change, or a 503 once it takes longer than this.
   *
   * @param what is changed, for a person
   */
  static <T> Uni<T> within(Duration timeout, Uni<T> change, String what) {
    return change
        .ifNoItem()
        .after(timeout)
        .failWith(() ->
            new ProblemException(
                Problem.unavailable(
                    "the %s was not on Kafka within %d s and may still get there; look at it"
                            .formatted(what, timeout.toSeconds())
                        + " again, and at /q/health/ready")));
  }
}
