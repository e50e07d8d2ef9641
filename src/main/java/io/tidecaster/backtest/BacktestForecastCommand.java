package io.tidecaster.backtest;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.forecast.Cause;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.history.Series;
import io.tidecaster.workload.WorkCalendar;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Forecasts recorded loads as the service would have: the user's own, into a page, or the traces of
 * a benchmark, into a file of quantiles.
 */
@Command(
    name = "forecast",
    mixinStandardHelpOptions = true,
    description = {
      "Forecasts recorded loads as the service would have: your own (--trace, or --prometheus with --query) into a page, or those of a benchmark (--bench) into a file of quantiles.",
      "Needs no server. The same input gives the same output."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:written", "1:the file cannot be written", "2:bad usage or bad input"})
public final class BacktestForecastCommand implements Callable<Integer> {
  private static final int MOST_THREADS = 64;
  private static final String CHOICE =
      "give one of --trace FILE, --prometheus URL with --query PROMQL, and --bench DIR";

  @Mixin private OwnLoad load = new OwnLoad();

  @Option(
      names = "--days",
      defaultValue = "7",
      paramLabel = "N",
      description =
          "days at the end of your load that are judged, all before is history; ${DEFAULT-VALUE} by default")
  private int days = 7;

  @Option(
      names = "--bench",
      paramLabel = "DIR",
      description = "holds benchmark.json, the traces it names and, if any, events.csv")
  private @Nullable Path bench;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description =
          "gets the page (HTML) of your own load, or the quantiles of a benchmark: series,origin,h,q50,q90,q95")
  private Path out = Path.of("");

  @Option(
      names = "--series",
      split = ",",
      paramLabel = "NAME",
      description = "only these series; all by default")
  private Set<String> only = new LinkedHashSet<>();

  @Option(
      names = "--without-events",
      description = "leave events.csv aside, to see what knowing it is worth")
  private boolean withoutEvents;

  @Option(
      names = "--without",
      split = ",",
      paramLabel = "CAUSE",
      description =
          "do not show the models these, to see what they are worth: ${COMPLETION-CANDIDATES}")
  private Set<Cause> without = EnumSet.noneOf(Cause.class);

  @Option(
      names = "--refit-every",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "time between two fits, as 7d; the service's by default: a day")
  private Duration refitEvery = ForecastSettings.DEFAULT.refitEvery();

  @Option(
      names = "--fit-window",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "history that a fit learns from, as 14d; the service's by default: 28 days")
  private Duration fitWindow = ForecastSettings.DEFAULT.fitWindow();

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "series at a time; 1 by default")
  private int threads = 1;

  @Mixin private CalendarOptions workCalendar = new CalendarOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs this command alone. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new BacktestForecastCommand()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try {
      if (bench == null) {
        forecastOwn(err);
      } else {
        forecastBenchmark(bench, err);
      }
      return CommandLine.ExitCode.OK;
    } catch (InvalidInputException e) {
      err.println(e.getMessage());
      return CommandLine.ExitCode.USAGE;
    } catch (IOException e) {
      err.println("%s: cannot be written: %s".formatted(out, e));
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private void forecastOwn(PrintWriter err) throws InvalidInputException, IOException {
    if (days < 1 || days > OwnLoad.MOST_DAYS) {
      throw new InvalidInputException(
          "--days %d must lie between 1 and %d".formatted(days, OwnLoad.MOST_DAYS));
    }
    WorkCalendar rules = workCalendar.read();
    Series own = own(err);
    ForecastTrial trial =
        new ForecastTrial(
            own, CalendarOptions.of(rules, own.start(), own.end()), Duration.ofDays(days));
    ProgressBar progress =
        new ProgressBar(
            err, "forecasting", Math.toIntExact(Duration.ofDays(days).dividedBy(own.step())));
    ForecastPage page = new ForecastPage(load.source(), trial.run(progress::step));
    page.write(out);
    PrintWriter terminal = spec.commandLine().getOut();
    terminal.print(page.table());
    terminal.flush();
  }

  private Series own(PrintWriter err) throws InvalidInputException {
    if (!load.isGiven()) {
      throw new InvalidInputException(CHOICE);
    }
    Optional<Path> file = load.file();
    return file.isPresent()
        ? TraceFile.read(file.get(), TraceFile.stepOf(file.get()))
        : load.fromPrometheus(days, err);
  }

  private void forecastBenchmark(Path dir, PrintWriter err)
      throws InvalidInputException, IOException, InterruptedException {
    if (load.isGiven()) {
      throw new InvalidInputException(CHOICE);
    }
    if (workCalendar.isGiven()) {
      throw new InvalidInputException(
          "--time-zone, --country and --region are of your own load; the series of a benchmark have events.csv");
    }
    List<Benchmark.Entry> entries = entries(dir);
    ForecastSettings settings = settings();
    List<EventsFile.SeriesEvent> events =
        withoutEvents ? List.of() : EventsFile.read(dir.resolve("events.csv"));
    write(run(entries, events, settings, err));
  }

  private ForecastSettings settings() throws InvalidInputException {
    try {
      return ForecastSettings.DEFAULT.with(refitEvery, fitWindow, without);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(String.valueOf(e.getMessage()));
    }
  }

  private List<Benchmark.Entry> entries(Path dir) throws InvalidInputException {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new InvalidInputException(
          "--threads %d must lie between 1 and %d".formatted(threads, MOST_THREADS));
    }
    List<Benchmark.Entry> entries = Benchmark.read(dir).entries();
    for (String name : only) {
      if (entries.stream().noneMatch(entry -> entry.name().equals(name))) {
        throw new InvalidInputException(
            "--series %s is not in %s".formatted(name, dir.resolve("benchmark.json")));
      }
    }
    return entries.stream().filter(e -> only.isEmpty() || only.contains(e.name())).toList();
  }

  private List<ForecastBacktest.Result> run(
      List<Benchmark.Entry> entries,
      List<EventsFile.SeriesEvent> events,
      ForecastSettings settings,
      PrintWriter err)
      throws InvalidInputException, InterruptedException {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<ForecastBacktest.Result>> running = new ArrayList<>();
      for (Benchmark.Entry entry : entries) {
        running.add(pool.submit(() -> run(entry, events, settings, err)));
      }
      List<ForecastBacktest.Result> results = new ArrayList<>();
      try {
        for (Future<ForecastBacktest.Result> result : running) {
          results.add(result.get());
        }
      } catch (ExecutionException e) {
        pool.shutdownNow();
        if (e.getCause() instanceof InvalidInputException invalid) {
          throw invalid;
        }
        throw new IllegalStateException(e.getCause());
      }
      return results;
    }
  }

  private static ForecastBacktest.Result run(
      Benchmark.Entry entry,
      List<EventsFile.SeriesEvent> events,
      ForecastSettings settings,
      PrintWriter err)
      throws InvalidInputException {
    Series trace = TraceFile.read(entry.trace(), entry.step());
    Calendar calendar =
        new Calendar(
            ZoneOffset.UTC,
            events.stream()
                .filter(event -> event.series().equals(entry.name()))
                .map(EventsFile.SeriesEvent::event)
                .toList());
    ForecastBacktest.Result result = new ForecastBacktest(entry, trace, calendar, settings).run();
    err.printf(
        "%s: %d origins, %d without a forecast, %d fits of %.2f s CPU each%n",
        entry.name(),
        result.origins(),
        result.notReady(),
        result.fits(),
        result.fits() == 0 ? 0 : result.fitTime().toMillis() / 1000.0 / result.fits());
    err.flush();
    return result;
  }

  private void write(List<ForecastBacktest.Result> results) throws IOException {
    StringBuilder text = new StringBuilder("series,origin,h,q50,q90,q95\n");
    results.forEach(result -> text.append(result.rows()));
    Files.writeString(out, text);
  }
}
