package io.tidecaster.backtest;

import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.Series;
import io.tidecaster.ingest.BackfillException;
import io.tidecaster.ingest.MinuteRange;
import io.tidecaster.ingest.PrometheusBackfill;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** A load of the user's as Prometheus has it, asked for in parts as the service's backfill does. */
final class PrometheusLoad {
  private static final Duration STEP = Duration.ofMinutes(1);

  private PrometheusLoad() {}

  /**
   * The minutes of the last so many days; those that Prometheus has no value of are gaps.
   *
   * @param history whole days
   */
  static Series read(URI url, String query, Duration history, PrintWriter err)
      throws InvalidInputException {
    int minutes = Math.toIntExact(history.toMinutes());
    double[] loads = new double[minutes];
    Arrays.fill(loads, Double.NaN);
    try {
      PrometheusBackfill prometheus = PrometheusBackfill.of(url, history);
      MinuteRange range = prometheus.lookback(Instant.now());
      ProgressBar progress = new ProgressBar(err, "asking Prometheus", minutes);
      int known = 0;
      try (Stream<LoadPoint> points = prometheus.points(query, List.of(range))) {
        for (Iterator<LoadPoint> all = points.iterator(); all.hasNext(); ) {
          LoadPoint point = all.next();
          int minute =
              Math.toIntExact(Duration.between(range.from(), point.minute()).dividedBy(STEP));
          loads[minute] = point.load().orElse(Double.NaN);
          known++;
          progress.step();
        }
      }
      if (known == 0) {
        throw new InvalidInputException(
            "Prometheus at %s has no value of %s from %s on; see that the query gives one series"
                .formatted(url, query, range.from()));
      }
      int first = 0;
      while (Double.isNaN(loads[first])) {
        first++;
      }
      return Series.of(
          range.from().plus(STEP.multipliedBy(first)),
          STEP,
          Arrays.copyOfRange(loads, first, minutes));
    } catch (BackfillException | IllegalArgumentException e) {
      throw new InvalidInputException(String.valueOf(e.getMessage()));
    }
  }
}
