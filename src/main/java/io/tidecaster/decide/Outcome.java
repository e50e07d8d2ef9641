package io.tidecaster.decide;

/** What is to be done. */
public sealed interface Outcome {

  /** Ask for {@code to} replicas instead of {@code from}. */
  record Scale(int from, int to, ScaleReason reason) implements Outcome {
    public Scale {
      if (from == to) {
        throw new IllegalArgumentException("scaling from %d to itself is a hold".formatted(from));
      }
    }
  }

  /** Leave {@code replicas} as they are. */
  record Hold(int replicas, HoldReason reason) implements Outcome {}

  /** The replicas that are asked for afterwards. */
  default int desiredReplicas() {
    return switch (this) {
      case Scale scale -> scale.to();
      case Hold hold -> hold.replicas();
    };
  }

  /**
   * The reason's {@code label()}: one vocabulary for metrics, Events, conditions and the journal.
   */
  default String reasonLabel() {
    return switch (this) {
      case Scale scale -> scale.reason().label();
      case Hold hold -> hold.reason().label();
    };
  }
}
