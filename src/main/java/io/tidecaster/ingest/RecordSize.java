package io.tidecaster.ingest;

/** How much of Kafka's largest record a value may take. */
final class RecordSize {
  /** Left for the key, the headers and the frame of the batch. */
  private static final int RESERVED_BYTES = 16 << 10;

  /** What a producer sends by default, whatever the topics take. */
  private static final int MAX_REQUEST_BYTES = 1 << 20;

  private RecordSize() {}

  static int usable(TopicsConfig topics) {
    return (int) Math.min(topics.maxRecordSize().asLongValue(), MAX_REQUEST_BYTES) - RESERVED_BYTES;
  }
}
