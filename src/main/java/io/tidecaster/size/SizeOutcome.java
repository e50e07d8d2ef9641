package io.tidecaster.size;

/** What is to be done with the CPU of a container. */
public sealed interface SizeOutcome {

  /** Give it {@code toMillis} instead of {@code fromMillis}. */
  record Resize(long fromMillis, long toMillis, ResizeReason reason) implements SizeOutcome {
    public Resize {
      if (fromMillis == toMillis) {
        throw new IllegalArgumentException("resizing %dm to itself".formatted(fromMillis));
      }
    }
  }

  /** Leave it as it is. */
  record Keep(long millis, KeepReason reason) implements SizeOutcome {}

  /** The CPU that is asked for afterwards. */
  default long desiredMillis() {
    return switch (this) {
      case Resize resize -> resize.toMillis();
      case Keep keep -> keep.millis();
    };
  }

  /** The reason's {@code label()}. */
  default String reasonLabel() {
    return switch (this) {
      case Resize resize -> resize.reason().label();
      case Keep keep -> keep.reason().label();
    };
  }
}
