package io.tidecaster.api;

/** Whether a request may do what it is about to do. */
public sealed interface Verdict {

  /** It may. */
  record Allowed(String user) implements Verdict {}

  /** It does not show who asks. */
  record Unauthenticated(String detail) implements Verdict {}

  /** It is known who asks, and that one may not. */
  record Forbidden(String user, String detail) implements Verdict {}

  /** Who would know cannot be asked now; nothing is allowed meanwhile. */
  record Unavailable(String detail) implements Verdict {}

  /** The one word for it: metric label. */
  default String label() {
    return switch (this) {
      case Allowed verdict -> "Allowed";
      case Unauthenticated verdict -> "Unauthenticated";
      case Forbidden verdict -> "Forbidden";
      case Unavailable verdict -> "Unavailable";
    };
  }
}
