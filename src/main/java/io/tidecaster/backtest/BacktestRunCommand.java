package io.tidecaster.backtest;

import io.tidecaster.crd.v1alpha1.ScalerFile;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.sim.ClosedLoop;
import io.tidecaster.sim.SimulatedFleet;
import io.tidecaster.sim.SimulatedFleet.Account;
import io.tidecaster.sim.TraceLoad;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Plays one recorded load through the production core, and others beside it. */
@Command(
    name = "run",
    description = {
      "Plays a recorded load through the production core: what it would have set at each minute",
      "with only what it knew then, and what HPAs, KEDA and an oracle would have had beside it.",
      "All before the judged days is history."
    },
    mixinStandardHelpOptions = true)
public final class BacktestRunCommand implements Callable<Integer> {

  private static final List<Double> SWEPT_LEVELS = List.of(0.8, 0.9, 0.95, 0.98, 0.99, 0.995);

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Mixin private OwnLoad own = new OwnLoad();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "A PredictiveScaler with objective.requestsPerReplica, in the unit of the trace. Default: one that the options below make.")
  Optional<Path> config = Optional.empty();

  @Option(
      names = "--startup",
      required = true,
      split = ",",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "From a replica's start until it bears load: 90s, 3m. Of several, 1m,3m, each gets a directory of its own.")
  List<Duration> startups = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where desired.csv, timeline.csv, decisions.jsonl and report.html are written.")
  @SuppressWarnings("NullAway.Init")
  Path out;

  @Option(
      names = "--requests-per-replica",
      paramLabel = "N",
      description =
          "Load that a replica may bear, in the unit of the trace. Default: the peak ÷ 40.")
  Optional<Double> requestsPerReplica = Optional.empty();

  @Option(
      names = "--min",
      paramLabel = "N",
      defaultValue = "2",
      description = "Least replicas without --config. Default: ${DEFAULT-VALUE}.")
  int min;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "60",
      description = "Most replicas without --config. Default: ${DEFAULT-VALUE}.")
  int max;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "7",
      description = "Days at the end of the trace that are judged. Default: ${DEFAULT-VALUE}.")
  int days;

  @Option(
      names = "--price-replica-hour",
      paramLabel = "MONEY",
      defaultValue = "0.05",
      description = "What a replica costs an hour. Default: ${DEFAULT-VALUE}.")
  double replicaHourPrice;

  @Option(
      names = "--price-violation-minute",
      paramLabel = "MONEY",
      defaultValue = "1",
      description =
          "What a minute costs in which replicas are used too much. Default: ${DEFAULT-VALUE}.")
  double violationMinutePrice;

  @Mixin private CalendarOptions workCalendar = new CalendarOptions();

  @Option(
      names = "--sweep",
      description = "Play other service levels too, and recommend the cheapest at these prices.")
  boolean sweep;

  @Override
  public Integer call() throws IOException {
    PrintWriter terminal = spec.commandLine().getOut();
    Prices prices = prices();
    TraceLoad load;
    Instant judgedFrom;
    try {
      load = own.read(days, spec.commandLine().getErr());
      judgedFrom = OwnLoad.judgedFrom(load, days);
    } catch (InvalidInputException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
    Scaler scaler = scaler(load);
    double capacity = borne(scaler) / TraceScaler.VIOLATION_USE;
    List<FleetTrial> trials = new ArrayList<>();
    List<List<Account>> accounts;
    try {
      for (Duration startup : new TreeSet<>(startups)) {
        SimulatedFleet.Settings fleet =
            new SimulatedFleet.Settings(
                capacity, TraceScaler.VIOLATION_USE, startup, SimulatedFleet.Cpu.NONE);
        List<Double> swept = sweep ? SWEPT_LEVELS : List.of();
        trials.add(new FleetTrial(scaler, fleet, swept, judgedFrom, directory(startup)));
      }
      accounts = play(scaler, trials, load, judgedFrom);
    } finally {
      for (FleetTrial trial : trials) {
        trial.close();
      }
    }
    for (int i = 0; i < trials.size(); i++) {
      Report report = trials.get(i).report(load, accounts.get(i), prices);
      if (trials.size() > 1) {
        terminal.printf("Ready %d s after the start:%n", trials.get(i).startup().toSeconds());
      }
      terminal.print(report.table());
      terminal.println(report.frontierLine(own.name()));
    }
    terminal.flush();
    return 0;
  }

  private Path directory(Duration startup) {
    return startups.size() == 1 ? out : out.resolve(startup.toSeconds() + "s");
  }

  /** What each trial's players cost and risked, all played side by side. */
  private List<List<Account>> play(
      Scaler scaler, List<FleetTrial> trials, TraceLoad load, Instant judgedFrom) {
    ProgressBar progress =
        new ProgressBar(
            spec.commandLine().getErr(),
            "playing",
            Math.toIntExact(Duration.between(judgedFrom, load.end()).toMinutes()));
    List<List<ClosedLoop.Player>> players = trials.stream().map(FleetTrial::players).toList();
    List<Account> accounts =
        new ClosedLoop(
                new ClosedLoop.Settings(
                    judgedFrom,
                    CalendarOptions.of(scaler.calendar(), load.start(), load.end()),
                    ForecastSettings.DEFAULT,
                    PeakPlanner.Settings.DEFAULT,
                    Decider.Settings.DEFAULT))
            .play(load, players.stream().flatMap(List::stream).toList(), progress::step);
    List<List<Account>> parts = new ArrayList<>();
    int from = 0;
    for (List<ClosedLoop.Player> part : players) {
      parts.add(accounts.subList(from, from + part.size()));
      from += part.size();
    }
    return parts;
  }

  private Prices prices() {
    try {
      return new Prices(replicaHourPrice, violationMinutePrice);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private Scaler scaler(TraceLoad load) throws IOException {
    if (config.isEmpty()) {
      double borne = requestsPerReplica.orElse(load.peak() / 40);
      try {
        return TraceScaler.of(borne, new Bounds(min, max)).withCalendar(workCalendar.read());
      } catch (InvalidInputException | IllegalArgumentException e) {
        throw new ParameterException(
            spec.commandLine(), e.getMessage() == null ? "" : e.getMessage(), e);
      }
    }
    if (requestsPerReplica.isPresent()) {
      throw usage("--requests-per-replica stands in --config already; give one of them");
    }
    if (workCalendar.isGiven()) {
      throw usage(
          "--time-zone, --country and --region stand in --config already, as spec.calendar; give one of them");
    }
    ScalerFile.Contents contents = ScalerFile.read(config.get());
    if (!contents.problems().isEmpty()) {
      throw usage(contents.problemText());
    }
    if (contents.scalers().size() != 1) {
      throw usage("%s has %d scalers; give one".formatted(config.get(), contents.scalers().size()));
    }
    return contents.scalers().getFirst();
  }

  private double borne(Scaler scaler) {
    return switch (scaler.objective()) {
      case Objective.RequestsPerReplica stated -> stated.requestsPerSecond();
      case Objective.TargetUtilization _, Objective.Latency _ ->
          throw usage(
              "a trace has no CPU and no response times; state objective.requestsPerReplica");
    };
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
