package io.tidecaster.act;

import io.tidecaster.decide.Fleet;
import java.util.List;
import java.util.Optional;

/** What was seen of a workload in the cluster, or why nothing was. */
public sealed interface Observation {

  /**
   * The workload as it is.
   *
   * @param footprint what one replica takes; empty where it has no pod template
   */
  record Seen(Fleet fleet, Pods pods, Optional<Footprint> footprint) implements Observation {
    /** The workload without its pods. */
    public Seen(Fleet fleet) {
      this(fleet, Pods.UNKNOWN, Optional.empty());
    }
  }

  /**
   * What was seen of the workload's pods.
   *
   * @param leadTime how long they take; empty while too few were seen
   * @param heldBack for a person: what keeps replicas from starting, a quota or full nodes
   * @param unread for a person: which rules of the namespace about pods may not be read
   */
  record Pods(Optional<LearnedLeadTime> leadTime, List<String> heldBack, List<String> unread) {
    public static final Pods UNKNOWN = new Pods(Optional.empty(), List.of());

    public Pods {
      heldBack = List.copyOf(heldBack);
      unread = List.copyOf(unread);
    }

    /** All rules can be read that were looked for. */
    public Pods(Optional<LearnedLeadTime> leadTime, List<String> heldBack) {
      this(leadTime, heldBack, List.of());
    }

    Pods withUnread(List<String> rules) {
      return new Pods(leadTime, heldBack, rules);
    }
  }

  /** The workload could not be read; what it has is unknown, which is not zero. */
  sealed interface Unseen extends Observation {

    /** For a person: what was asked for, and what to do. */
    String detail();

    /** The one word for it: metric label, condition reason. */
    default String label() {
      return switch (this) {
        case NotFound unseen -> "TargetNotFound";
        case Forbidden unseen -> "Forbidden";
        case Unreachable unseen -> "ApiServerUnreachable";
        case NoScaleSubresource unseen -> "NoScaleSubresource";
      };
    }
  }

  /** There is no such object, or no such kind. */
  record NotFound(String detail) implements Unseen {}

  /** The API server does not let us. */
  record Forbidden(String detail) implements Unseen {}

  /** The API server does not answer, or answers with a fault of its own. */
  record Unreachable(String detail) implements Unseen {}

  /** The kind cannot be scaled. */
  record NoScaleSubresource(String detail) implements Unseen {}
}
