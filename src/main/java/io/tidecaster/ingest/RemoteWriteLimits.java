package io.tidecaster.ingest;

import io.quarkus.runtime.configuration.MemorySize;
import java.time.Duration;

/** The bounds of the remote write receiver, checked against each other. */
record RemoteWriteLimits(
    int maxCompressedBytes,
    int maxDecompressedBytes,
    long maxInFlightBytes,
    int maxLabelCharacters,
    int maxRecordBytes,
    Duration ackTimeout,
    Duration retryAfter) {

  private static final String PREFIX = "tidecaster.ingest.remote-write.";

  RemoteWriteLimits {
    if (maxCompressedBytes < 1 || maxDecompressedBytes < 1) {
      throw new IllegalArgumentException(
          PREFIX + "max-compressed-size and max-decompressed-size must be above 0");
    }
    if (maxInFlightBytes < (long) maxCompressedBytes + maxDecompressedBytes) {
      throw new IllegalArgumentException(
          "%smax-in-flight-size %d B < the largest request, %d B compressed and %d B decompressed; raise it"
              .formatted(PREFIX, maxInFlightBytes, maxCompressedBytes, maxDecompressedBytes));
    }
    if (maxLabelCharacters < 256 || maxLabelCharacters > 100_000) {
      throw new IllegalArgumentException(
          "%smax-label-characters %d must lie between 256 and 100000"
              .formatted(PREFIX, maxLabelCharacters));
    }
    // Six bytes a character: up to three in UTF-8, and each may be escaped.
    if (maxRecordBytes < 2 * 6 * maxLabelCharacters) {
      throw new IllegalArgumentException(
          "tidecaster.kafka.max-record-size %d B is too small for series of %d characters; raise it, or lower %smax-label-characters"
              .formatted(maxRecordBytes, maxLabelCharacters, PREFIX));
    }
    if (!ackTimeout.isPositive() || retryAfter.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "%sack-timeout %s must be above 0 and retry-after %s at least 1s"
              .formatted(PREFIX, ackTimeout, retryAfter));
    }
  }

  static RemoteWriteLimits of(IngestConfig.RemoteWrite config, int maxRecordBytes) {
    return new RemoteWriteLimits(
        bytes("max-compressed-size", config.maxCompressedSize()),
        bytes("max-decompressed-size", config.maxDecompressedSize()),
        config.maxInFlightSize().asLongValue(),
        config.maxLabelCharacters(),
        maxRecordBytes,
        config.ackTimeout(),
        config.retryAfter());
  }

  private static int bytes(String name, MemorySize size) {
    long bytes = size.asLongValue();
    if (bytes > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "%s%s %d B must be below 2 GiB".formatted(PREFIX, name, bytes));
    }
    return (int) bytes;
  }
}
