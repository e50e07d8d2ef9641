package io.tidecaster.workload;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How far Tidecaster may go with a workload, from the least to the most. */
public enum Mode {
  /** Nothing is decided; the workload is left as it is. */
  PAUSED("Paused"),
  /** Decisions are made and published, and never applied. */
  ADVISORY("Advisory"),
  /** Decisions are applied. */
  ENFORCING("Enforcing");

  private final String label;

  Mode(String label) {
    this.label = label;
  }

  /** The name in the custom resource and over REST: {@code Advisory}. */
  public String label() {
    return label;
  }

  /** The lesser of both: the installation's mode is a ceiling over each scaler's. */
  public Mode cappedBy(Mode ceiling) {
    return compareTo(ceiling) <= 0 ? this : ceiling;
  }

  /** Reads a {@link #label()}. */
  public static Mode parse(String label) {
    return Arrays.stream(values())
        .filter(mode -> mode.label.equals(label))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "mode \"%s\" is none of %s"
                    .formatted(
                        label,
                        Arrays.stream(values())
                            .map(Mode::label)
                            .collect(Collectors.joining(", ")))));
  }
}
