package io.tidecaster.history;

/**
 * One value of one Prometheus series at one time, already matched to a scaler.
 *
 * @param container of those beside, the one that it is of; empty for all else
 * @param series the identity of the series within its scaler and signal: its labels in canonical
 *     order
 * @param timestampMillis milliseconds since the epoch, the time of the scrape
 * @param value as scraped; a stale marker is the NaN that {@link #STALE_MARKER} names
 */
public record Sample(
    Signal signal, String container, String series, long timestampMillis, double value) {

  /** The bits of the NaN by which Prometheus says that a series has ended. */
  public static final long STALE_MARKER = 0x7ff0000000000002L;

  /** One of the replicas, or of the container that bears the load. */
  public Sample(Signal signal, String series, long timestampMillis, double value) {
    this(signal, "", series, timestampMillis, value);
  }

  /** Whether this says that the series has ended; any other NaN is an absent value. */
  public boolean endsSeries() {
    return Double.doubleToRawLongBits(value) == STALE_MARKER;
  }
}
