package io.tidecaster.api;

import io.smallrye.mutiny.Uni;
import io.tidecaster.workload.Mode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What both modes' PUT have in common. */
final class ModeRequests {
  private static final List<String> LABELS = Arrays.stream(Mode.values()).map(Mode::label).toList();
  private static final String REMEDY = "send {\"mode\":\"Advisory\"}";

  private ModeRequests() {}

  static Mode parse(@Nullable ModeJson body) {
    if (body == null || body.mode() == null) {
      throw new ProblemException(
          Problem.invalidMode(
              null,
              "no mode is given, it must be one of %s; %s"
                  .formatted(String.join(", ", LABELS), REMEDY),
              LABELS));
    }
    try {
      return Mode.parse(body.mode());
    } catch (IllegalArgumentException unknown) {
      throw new ProblemException(
          Problem.invalidMode(body.mode(), unknown.getMessage() + "; " + REMEDY, LABELS), unknown);
    }
  }

  /** The change, or a 503 once it takes longer than this. */
  static Uni<Void> within(Duration timeout, Uni<Void> change) {
    return within(timeout, change, "mode");
  }

  /**
   * The change, or a 503 once it takes longer than this.
   *
   * @param what is changed, for a person
   */
  static Uni<Void> within(Duration timeout, Uni<Void> change, String what) {
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
