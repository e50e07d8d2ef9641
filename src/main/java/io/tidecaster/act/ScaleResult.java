package io.tidecaster.act;

/** What became of a scaling. */
public sealed interface ScaleResult {

  /** The workload is asked for the replicas. */
  record Scaled(String newResourceVersion) implements ScaleResult {}

  /** What it was asked for already; nothing was written. */
  record Unchanged() implements ScaleResult {}

  /**
   * Somebody else asks us for the replicas and scales; nothing was written.
   *
   * @param detail for a person: who
   */
  record LeftToKeda(String detail) implements ScaleResult {}

  /** The workload did not become what was decided. */
  sealed interface Refused extends ScaleResult {

    /** For a person: what refused, and what to do. */
    String detail();
  }

  /** The workload has changed since it was decided on; the next decision sees it as it is. */
  record Conflict(String detail) implements Refused {}

  /** The API server, or a policy in it, does not let us. */
  record Forbidden(String detail) implements Refused {}

  /** Somebody else scales this workload; two at one workload would fight. */
  record OwnedByOther(String detail) implements Refused {}

  /** Somebody has undone our last scaling; for a while it is theirs. */
  record UndoneByOther(String detail) implements Refused {}

  /**
   * Anything else; where no answer came, the scaling may have happened, and the next observation
   * tells.
   */
  record Failed(String detail) implements Refused {}

  /** The one word for it: metric label, Event reason, condition reason. */
  default String label() {
    return switch (this) {
      case Scaled result -> "Scaled";
      case Unchanged result -> "Unchanged";
      case LeftToKeda result -> "LeftToKeda";
      case UndoneByOther result -> "UndoneByOther";
      case Conflict result -> "Conflict";
      case Forbidden result -> "Forbidden";
      case OwnedByOther result -> "OwnedByOther";
      case Failed result -> "Failed";
    };
  }
}
