package io.tidecaster.ingest;

import io.tidecaster.history.Sample;
import io.tidecaster.history.SeriesIdentity;
import io.tidecaster.workload.ScalerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The samples that came in together, sorted by the scalers that select them. */
final class SampleBatch {
  private final SampleMatcher matcher;
  private final Map<ScalerId, List<Sample>> samples = new HashMap<>();

  SampleBatch(SampleMatcher matcher) {
    this.matcher = matcher;
  }

  /**
   * Adds the samples of one series to each scaler that selects it, and tells whether one does.
   *
   * @param count how many entries of the arrays are to be taken
   */
  boolean add(
      String metric,
      Map<String, String> labels,
      long[] timestampsMillis,
      double[] values,
      int count) {
    List<SampleMatcher.Match> matches = matcher.matches(metric, labels);
    if (matches.isEmpty()) {
      return false;
    }
    String series = SeriesIdentity.canonical(labels);
    for (SampleMatcher.Match match : matches) {
      List<Sample> ofScaler = samples.computeIfAbsent(match.scaler(), _ -> new ArrayList<>());
      for (int i = 0; i < count; i++) {
        ofScaler.add(
            new Sample(match.signal(), match.container(), series, timestampsMillis[i], values[i]));
      }
    }
    return true;
  }

  /** All of it as records by their key, none of which exceeds this many bytes. */
  Map<ScalerId, List<byte[]>> records(int maxBytes) {
    Map<ScalerId, List<byte[]>> records = HashMap.newHashMap(samples.size());
    samples.forEach(
        (scaler, ofScaler) -> records.put(scaler, SampleSerde.encode(ofScaler, maxBytes)));
    return records;
  }
}
