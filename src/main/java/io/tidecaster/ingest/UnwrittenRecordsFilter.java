package io.tidecaster.ingest;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Keeps from the log what the channels tell of each record that could not be written, with a stack
 * trace: in an outage that is thousands, and {@link RemoteWriteReceiver} tells once that there is
 * one.
 */
@LoggingFilter(name = "unwritten-records")
public final class UnwrittenRecordsFilter implements Filter {
  private static final String CHANNELS = "io.smallrye.reactive.messaging.kafka";

  @Override
  public boolean isLoggable(LogRecord entry) {
    return !CHANNELS.equals(entry.getLoggerName())
        || entry.getMessage() == null
        || !(entry.getMessage().startsWith("SRMSG18206")
            || entry.getMessage().startsWith("SRMSG18212"));
  }
}
