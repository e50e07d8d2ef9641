package io.tidecaster.balance;

/** HAProxy did not answer, or not as it should. */
public final class RuntimeApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RuntimeApiException(String message) {
    super(message);
  }

  RuntimeApiException(String message, Throwable cause) {
    super(message, cause);
  }
}
