package io.tidecaster.backtest;

import java.io.Serial;

/** A file of the user's that cannot be used; the message says which, where and why in one line. */
final class InvalidInputException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  InvalidInputException(String message) {
    super(message);
  }
}
