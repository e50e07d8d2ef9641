package io.tidecaster.ingest;

/** Prometheus did not tell of the past; the message says why and what can be done. */
public final class BackfillException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passing;

  BackfillException(String message, boolean passing) {
    super(message);
    this.passing = passing;
  }

  /** Whether the same question may be answered later; if not, something must be changed first. */
  public boolean isPassing() {
    return passing;
  }
}
