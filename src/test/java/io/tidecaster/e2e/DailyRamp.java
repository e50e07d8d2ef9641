package io.tidecaster.e2e;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * A load that is the same each day: quiet, until at one time of the day it rises steeply, stays
 * high, and goes back slowly.
 *
 * @param at when it begins to rise today
 * @param low requests per second while it is quiet
 * @param high requests per second once it has risen
 */
record DailyRamp(Instant at, double low, double high) {
  private static final Duration RISES_FOR = Duration.ofMinutes(2);
  private static final Duration STAYS_UNTIL = Duration.ofHours(3);
  private static final Duration FALLS_UNTIL = Duration.ofHours(6);

  /** How finely history is told: a rate over a minute needs two samples. */
  private static final Duration STEP = Duration.ofSeconds(15);

  /** Requests per second, with ripples of 2 % that are others each day. */
  double at(Instant time) {
    long day = Duration.ofDays(1).toMillis();
    double since = Math.floorMod(Duration.between(at, time).toMillis(), day);
    double raised =
        since < STAYS_UNTIL.toMillis()
            ? Math.min(1, since / RISES_FOR.toMillis())
            : Math.max(
                0, (FALLS_UNTIL.toMillis() - since) / FALLS_UNTIL.minus(STAYS_UNTIL).toMillis());
    double ripple = 1 + 0.02 * Math.sin(time.getEpochSecond() / 1_003.0);
    return (low + raised * (high - low)) * ripple;
  }

  /**
   * Writes the past of one replica that served all of it, as an OpenMetrics text.
   *
   * @param end of the last minute that is told whole
   * @param labels of the series, as {@code app="crm"}
   */
  Path writeHistory(Path file, Duration length, Instant end, String labels) {
    Instant last = end.truncatedTo(ChronoUnit.MINUTES);
    String line = "http_server_requests_seconds_count{" + labels + "} %.1f %d%n";
    double requests = 0;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("# TYPE http_server_requests_seconds summary\n");
      for (Instant time = last.minus(length); !time.isAfter(last); time = time.plus(STEP)) {
        out.write(String.format(Locale.ROOT, line, requests, time.getEpochSecond()));
        requests += at(time.plus(STEP.dividedBy(2))) * STEP.toSeconds();
      }
      out.write("# EOF\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
