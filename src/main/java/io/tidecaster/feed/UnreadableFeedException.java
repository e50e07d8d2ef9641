package io.tidecaster.feed;

import java.io.Serial;

/** A feed that cannot be used; the message says why, and what to do. */
final class UnreadableFeedException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  UnreadableFeedException(String message) {
    super(message);
  }

  UnreadableFeedException(String message, Throwable cause) {
    super(message, cause);
  }
}
