package io.tidecaster.ingest;

import java.util.ArrayList;
import java.util.List;

/**
 * What was in one write request: accepted, which includes what no scaler selects, and rejected,
 * with the first reasons.
 */
final class WriteTally {
  private static final int REASONS_TOLD = 3;

  private final List<String> reasons = new ArrayList<>();
  private long samples;
  private long histograms;
  private long exemplars;
  private long matchedSamples;
  private long rejectedSamples;
  private long rejectedOthers;
  private long rejectedSeries;

  void accept(int samplesOfSeries, int histogramsOfSeries, int exemplarsOfSeries) {
    samples += samplesOfSeries;
    histograms += histogramsOfSeries;
    exemplars += exemplarsOfSeries;
  }

  void match(int samplesOfSeries) {
    matchedSamples += samplesOfSeries;
  }

  void reject(String reason, int samplesOfSeries, int histogramsAndExemplars) {
    rejectedSeries++;
    rejectedSamples += samplesOfSeries;
    rejectedOthers += histogramsAndExemplars;
    if (reasons.size() < REASONS_TOLD) {
      reasons.add(reason);
    }
  }

  long samples() {
    return samples;
  }

  long histograms() {
    return histograms;
  }

  long exemplars() {
    return exemplars;
  }

  /** Accepted samples that at least one scaler selects. */
  long matchedSamples() {
    return matchedSamples;
  }

  long rejectedSamples() {
    return rejectedSamples;
  }

  boolean hasRejected() {
    return rejectedSeries > 0;
  }

  /** What was rejected and why, for the sender's log. */
  String rejection() {
    return "rejected %d of %d samples and %d histograms and exemplars in %d series: %s%s"
        .formatted(
            rejectedSamples,
            samples + rejectedSamples,
            rejectedOthers,
            rejectedSeries,
            String.join("; ", reasons),
            rejectedSeries > reasons.size() ? "; …" : "");
  }
}
