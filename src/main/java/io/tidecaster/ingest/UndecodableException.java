package io.tidecaster.ingest;

/** A request whose body is not what its headers say; sending it again will not help. */
final class UndecodableException extends Exception {
  private static final long serialVersionUID = 1L;

  UndecodableException(String message) {
    super(message);
  }
}
