package io.tidecaster.api;

import io.tidecaster.workload.Mode;
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
}
