package io.tidecaster.ingest;

/** Why a record could not be used; as a header of the dead letter and as a label of its meter. */
public enum DeadLetterReason {
  /** The bytes are not of the form that the topic holds. */
  UNDECODABLE("Undecodable"),
  /** Written by a version that this one does not know. */
  UNKNOWN_VERSION("UnknownVersion"),
  /** The form is right, and a value in it cannot be. */
  INVALID_VALUE("InvalidValue"),
  /** The record's key is not the name of a scaler. */
  INVALID_KEY("InvalidKey");

  private final String label;

  DeadLetterReason(String label) {
    this.label = label;
  }

  /** The name in headers and meters: {@code UnknownVersion}. */
  public String label() {
    return label;
  }
}
