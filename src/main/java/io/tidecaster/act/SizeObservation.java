package io.tidecaster.act;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What was seen of the containers that are sized, or why nothing was. */
public sealed interface SizeObservation {

  /** The pods that have the container, at least one, in the order of their names. */
  record Seen(List<Pod> pods) implements SizeObservation {
    public Seen {
      pods = List.copyOf(pods);
      if (pods.isEmpty()) {
        throw new IllegalArgumentException("no pods; unknown is an Unseen");
      }
    }

    /** What the container of the largest requests: the others are on their way to it. */
    public long largestMillis() {
      return pods.stream().mapToLong(Pod::requestMillis).max().orElseThrow();
    }
  }

  /**
   * A pod and its container.
   *
   * @param requestMillis the CPU that its spec requests
   * @param limitMillis the CPU that its spec limits it to
   * @param allocatedMillis what the node has given it
   * @param restarts whether a resize restarts the container, as its resizePolicy says
   * @param pending why the node has not done the last resize
   */
  record Pod(
      String name,
      long requestMillis,
      OptionalLong limitMillis,
      long allocatedMillis,
      boolean restarts,
      Optional<Pending> pending) {}

  /**
   * A resize that waits.
   *
   * @param reason {@code Deferred} or {@code Infeasible}
   * @param message what the node says
   */
  record Pending(String reason, String message) {}

  /**
   * They could not be seen.
   *
   * @param label the one word for it: condition reason
   * @param detail for a person: value, bound and remedy
   */
  record Unseen(String label, String detail) implements SizeObservation {}
}
