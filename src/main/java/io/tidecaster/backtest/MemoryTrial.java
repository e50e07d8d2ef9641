package io.tidecaster.backtest;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.history.Series;
import io.tidecaster.sim.MemoryPlay;
import io.tidecaster.usage.MemoryForecaster;
import io.tidecaster.workload.ScalerId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/** The memory of one container, sized by each of the rules there are. */
final class MemoryTrial {
  private static final ScalerId CONTAINER = new ScalerId("trace", "container");
  private static final double VPA_MARGIN = 1.15;
  private static final double LARGEST_MARGIN = 5;
  private static final double MARGIN_STEP = 0.05;

  /** So much of what came before is forecast, to learn how far forecasts are exceeded. */
  private static final Duration REHEARSED = Duration.ofDays(28);

  private final String name;
  private final Instant judgedFrom;
  private final double serviceLevel;
  private final Duration refitEvery;
  private final MemoryPlay play;

  MemoryTrial(
      String name, Series use, Instant judgedFrom, double serviceLevel, Duration refitEvery) {
    this.name = name;
    this.judgedFrom = judgedFrom;
    this.serviceLevel = serviceLevel;
    this.refitEvery = refitEvery;
    this.play = new MemoryPlay(use, judgedFrom);
  }

  /** The table; writes what the forecast made of it. */
  String play(Path out) throws IOException {
    MemoryPlay.Decided ahead = ahead();
    MemoryPlay.Account ours = written(ahead, out);
    MemoryPlay.Account growing = play.play(ahead.growing(), (_, _, _) -> {});
    MemoryPlay.Account peaks = play.play(MemoryPlay.Decided.byPeaks(), (_, _, _) -> {});
    MemoryPlay.Account vpa = vpa(VPA_MARGIN);
    double margin = VPA_MARGIN;
    MemoryPlay.Account equal = vpa;
    while (equal.minutesAbove() > ours.minutesAbove() && margin < LARGEST_MARGIN) {
      margin = Math.min(LARGEST_MARGIN, margin + MARGIN_STEP);
      equal = vpa(margin);
    }
    return String.format(
            Locale.ROOT, "%-28s %11s %14s %8s%n", "", "GiB-hours", "minutes above", "resizes")
        + row("forecast", ours)
        + row("forecast, never smaller", growing)
        + row("peaks alone", peaks)
        + row("VPA, 90 % × 1.15", vpa)
        + row(String.format(Locale.ROOT, "VPA, 90 %% × %.2f, hindsight", margin), equal)
        + String.format(
            Locale.ROOT,
            "memory,%s,%.1f,%d,%.1f,%d,%.1f,%d,%.2f,%.1f,%d%n",
            name,
            ours.gibHours(),
            ours.minutesAbove(),
            peaks.gibHours(),
            peaks.minutesAbove(),
            vpa.gibHours(),
            vpa.minutesAbove(),
            margin,
            equal.gibHours(),
            equal.minutesAbove());
  }

  private MemoryPlay.Account vpa(double margin) {
    return play.play(new MemoryPlay.Vpa(margin), (_, _, _) -> {});
  }

  private MemoryPlay.Decided ahead() {
    ForecastSettings forecasts = ForecastSettings.DEFAULT;
    MemoryForecaster.Settings settings = MemoryForecaster.Settings.DEFAULT;
    return MemoryPlay.Decided.ahead(
        new MemoryForecaster(
            CONTAINER,
            Calendar.EMPTY,
            new MemoryForecaster.Settings(
                forecasts.with(refitEvery, forecasts.fitWindow(), Set.of()),
                settings.horizon(),
                settings.answered()),
            serviceLevel),
        judgedFrom.minus(REHEARSED));
  }

  private MemoryPlay.Account written(MemoryPlay.Rule rule, Path out) throws IOException {
    Files.createDirectories(out);
    try (PrintWriter csv =
        new PrintWriter(
            Files.newBufferedWriter(out.resolve("memory.csv"), StandardCharsets.UTF_8))) {
      csv.println("timestamp,used_bytes,memory_bytes");
      return play.play(
          rule,
          (end, used, had) ->
              csv.println(
                  "%s,%s,%d"
                      .formatted(end, Double.isNaN(used) ? "" : String.valueOf((long) used), had)));
    }
  }

  private static String row(String name, MemoryPlay.Account account) {
    return String.format(
        Locale.ROOT,
        "%-28s %11.1f %14d %8d%n",
        name,
        account.gibHours(),
        account.minutesAbove(),
        account.resizes());
  }
}
