package io.tidecaster.workload;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Through what a workload's replicas are changed. */
public enum Actuation {
  /** Through whoever owns the workload; through {@code /scale} where nobody does. */
  AUTO("Auto"),
  /** Through {@code /scale}, and not at all where an HPA owns the workload. */
  SCALE("Scale"),
  /** Through the floor of the HPA that owns the workload, and not at all where none does. */
  HPA_FLOOR("HpaFloor"),
  /** Through KEDA, whose ScaledObject asks us, and not at all where none does. */
  KEDA("Keda");

  /** The metric by which KEDA asks us for replicas. */
  public static final String KEDA_METRIC = "tidecaster-desired-replicas";

  private final String label;

  Actuation(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  /**
   * The one of that label.
   *
   * @throws IllegalArgumentException where there is none
   */
  public static Actuation parse(String label) {
    return Arrays.stream(values())
        .filter(actuation -> actuation.label.equals(label))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "\"%s\" is none of %s"
                    .formatted(
                        label,
                        Arrays.stream(values())
                            .map(Actuation::label)
                            .collect(Collectors.joining(", ")))));
  }
}
