package io.tidecaster.ingest;

import java.io.IOException;

/** A record of a topic that cannot be read; it belongs to the dead letters. */
public final class UnreadableRecordException extends IOException {
  private static final long serialVersionUID = 1L;

  private final DeadLetterReason reason;

  public UnreadableRecordException(DeadLetterReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public DeadLetterReason reason() {
    return reason;
  }
}
