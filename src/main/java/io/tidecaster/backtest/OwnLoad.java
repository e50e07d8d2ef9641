package io.tidecaster.backtest;

import io.tidecaster.history.Series;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a load of the user's own comes from: a file, or Prometheus. */
final class OwnLoad {
  static final int MOST_DAYS = 366;

  private static final String CHOICE =
      "give one of --trace FILE, and --prometheus URL with --query PROMQL";

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "A load of your own: CSV with the columns timestamp,value on a regular grid.")
  private @Nullable Path trace;

  @Option(
      names = "--prometheus",
      paramLabel = "URL",
      description = "The Prometheus that holds a load of your own, without /api/v1.")
  private @Nullable URI prometheus;

  @Option(
      names = "--query",
      paramLabel = "PROMQL",
      description = "What the load is, one series: sum(rate(requests_total[1m])).")
  private @Nullable String query;

  @Option(
      names = "--history",
      defaultValue = "28",
      paramLabel = "DAYS",
      description = "Days that Prometheus is asked for. Default: ${DEFAULT-VALUE}.")
  private int history = 28;

  boolean isGiven() {
    return trace != null || prometheus != null || query != null;
  }

  /** What to call it. */
  String source() {
    return trace == null ? "%s of %s".formatted(query, prometheus) : String.valueOf(trace);
  }

  /** The file's name; what Prometheus holds has none. */
  String name() {
    return trace == null ? "prometheus" : String.valueOf(trace.getFileName());
  }

  /** The file, where the load is to come from one. */
  Optional<Path> file() throws InvalidInputException {
    boolean both = trace != null && (prometheus != null || query != null);
    if (both || (trace == null && (prometheus == null || query == null))) {
      throw new InvalidInputException(CHOICE);
    }
    return Optional.ofNullable(trace);
  }

  /**
   * The minutes that Prometheus has.
   *
   * @param days of it that are to be judged: there must be more
   */
  Series fromPrometheus(int days, PrintWriter err) throws InvalidInputException {
    if (prometheus == null || query == null) {
      throw new InvalidInputException(CHOICE);
    }
    if (history <= days || history > MOST_DAYS) {
      throw new InvalidInputException(
          "--history %d must lie between --days %d + 1 and %d".formatted(history, days, MOST_DAYS));
    }
    return PrometheusLoad.read(prometheus, query, Duration.ofDays(history), err);
  }
}
