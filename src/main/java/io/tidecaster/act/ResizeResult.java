package io.tidecaster.act;

/** What became of a resize. */
public sealed interface ResizeResult {

  /** So many pods were asked to be resized, and so many are left for the next minutes. */
  record Resized(int pods, int left) implements ResizeResult {}

  /** All pods are what they should be; nothing was written. */
  record AsDecided() implements ResizeResult {}

  /**
   * Pods that start were given their boost, or pods that have started gave it back.
   *
   * @param given so many pods have it from now on
   * @param boostMillis the CPU that the largest of them requests while it starts
   * @param takenBack so many pods have it no more
   * @param sizeMillis the CPU that they request without it
   */
  record Boosted(int given, long boostMillis, int takenBack, long sizeMillis)
      implements ResizeResult {}

  /** The template of the workload was given another size. */
  record TemplateChanged(String to) implements ResizeResult {}

  /** The pods did not become what was decided. */
  sealed interface Held extends ResizeResult {

    /** For a person: what holds it, and what to do. */
    String detail();
  }

  /** The node has no room at the moment; it tries again by itself. */
  record Deferred(String detail) implements Held {}

  /** The node can never do it; the pod was given back what it had. */
  record Infeasible(String detail) implements Held {}

  /** The API server, or a policy in it, refuses: a QoS class, a LimitRange, a missing right. */
  record Refused(String detail) implements Held {}

  /** Their requests are at their limits, which are left alone, and more is wanted. */
  record AtLimit(String detail) implements Held {}

  /**
   * A pod that starts has no boost: the API server refuses it, or its node has no room.
   *
   * @param again whether that was found out before, and nothing is tried for a while
   */
  record BoostRefused(String detail, boolean again) implements Held {}

  /** Somebody set the template to another size than ours, and it is left to them for a while. */
  record UndoneByOther(String detail) implements Held {}

  /** No answer came. */
  record Failed(String detail) implements Held {}

  /** The one word for it: metric label, Event reason, condition reason. */
  default String label() {
    return switch (this) {
      case Resized _ -> "Resized";
      case AsDecided _ -> "AsDecided";
      case Boosted boosted -> boosted.given() > 0 ? "Boosted" : "BoostTakenBack";
      case BoostRefused _ -> "BoostRefused";
      case TemplateChanged _ -> "TemplateChanged";
      case UndoneByOther _ -> "UndoneByOther";
      case Deferred _ -> "Deferred";
      case Infeasible _ -> "Infeasible";
      case AtLimit _ -> "AtLimit";
      case Refused _ -> "ResizeRefused";
      case Failed _ -> "ResizeFailed";
    };
  }
}
