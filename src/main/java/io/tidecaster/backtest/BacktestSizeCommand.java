package io.tidecaster.backtest;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.sim.ClosedLoop;
import io.tidecaster.sim.SimulatedFleet;
import io.tidecaster.sim.SizedAccount;
import io.tidecaster.sim.Sizing;
import io.tidecaster.sim.TraceLoad;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.ResourcePrices;
import io.tidecaster.workload.Bounds;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Plays one recorded load with replicas of one size, with a few that are resized, and with both.
 */
@Command(
    name = "size",
    description = {
      "Plays a recorded load through the production core three times: with replicas of one size",
      "(horizontal), with a number of replicas whose size changes in place (vertical), and with",
      "one decision over both (optimise). What a replica bears depends on its size."
    },
    mixinStandardHelpOptions = true)
public final class BacktestSizeCommand implements Callable<Integer> {
  /** The fixed number of replicas bears so many times the peak of the past at its largest size. */
  private static final double VERTICAL_ROOM = 1.2;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Mixin private OwnLoad own = new OwnLoad();

  @Mixin private InstanceOptions instance = new InstanceOptions();

  @Option(
      names = "--startup",
      required = true,
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "From a replica's start until it bears load: 90s, 3m.")
  @SuppressWarnings("NullAway.Init")
  Duration startup;

  @Option(
      names = "--resize",
      defaultValue = "30s",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "From a resize until more CPU bears load. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init")
  Duration resize;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description =
          "Where NAME/desired.csv and NAME/timeline.csv are written, NAME one of the three.")
  @SuppressWarnings("NullAway.Init")
  Path out;

  @Option(
      names = "--requests-per-replica",
      paramLabel = "N",
      description =
          "Load that a replica of --cpu may bear, in the unit of the trace. Default: the peak ÷ 40.")
  Optional<Double> requestsPerReplica = Optional.empty();

  @Option(
      names = "--min",
      paramLabel = "N",
      defaultValue = "2",
      description = "Least replicas, for availability. Default: ${DEFAULT-VALUE}.")
  int min;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "60",
      description = "Most replicas: connections, licences, partitions. Default: ${DEFAULT-VALUE}.")
  int max;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "7",
      description = "Days at the end of the trace that are judged. Default: ${DEFAULT-VALUE}.")
  int days;

  @Override
  public Integer call() throws IOException {
    PrintWriter terminal = spec.commandLine().getOut();
    try {
      TraceLoad load = own.read(days, spec.commandLine().getErr());
      Instant judgedFrom = OwnLoad.judgedFrom(load, days);
      double borne = requestsPerReplica.orElse(load.peak() / 40);
      terminal.print(play(load, judgedFrom, borne));
      terminal.flush();
      return 0;
    } catch (InvalidInputException | IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private String play(TraceLoad load, Instant judgedFrom, double borne) throws IOException {
    ProgressBar progress =
        new ProgressBar(
            spec.commandLine().getErr(),
            "playing",
            Math.toIntExact(Duration.between(judgedFrom, load.end()).toMinutes()));
    List<SizedFiles> files = new ArrayList<>();
    try {
      List<ClosedLoop.SizedPlayer> players = new ArrayList<>();
      for (Sizing.Freedom freedom : Sizing.Freedom.values()) {
        SizedFiles file = new SizedFiles(out.resolve(name(freedom)));
        files.add(file);
        players.add(player(freedom, load, judgedFrom, borne, file));
      }
      List<SizedAccount> accounts =
          new ClosedLoop(
                  new ClosedLoop.Settings(
                      judgedFrom,
                      Calendar.EMPTY,
                      ForecastSettings.DEFAULT,
                      PeakPlanner.Settings.DEFAULT,
                      Decider.Settings.DEFAULT))
              .playSized(load, players, progress::step);
      return table(players, accounts);
    } finally {
      for (SizedFiles file : files) {
        file.close();
      }
    }
  }

  private ClosedLoop.SizedPlayer player(
      Sizing.Freedom freedom, TraceLoad load, Instant judgedFrom, double borne, SizedFiles file) {
    CapacityLaw truth = instance.truth(borne, TraceScaler.VIOLATION_USE);
    Bounds bounds =
        freedom == Sizing.Freedom.SIZE
            ? fixed(truth, peakBefore(load, judgedFrom))
            : new Bounds(min, max);
    return new ClosedLoop.SizedPlayer(
        new ClosedLoop.Player(
            TraceScaler.of(borne, bounds),
            new SimulatedFleet.Settings(
                borne / TraceScaler.VIOLATION_USE,
                TraceScaler.VIOLATION_USE,
                startup,
                SimulatedFleet.Cpu.NONE),
            _ -> {}),
        new Sizing(
            freedom,
            truth,
            instance.prior(borne, TraceScaler.VIOLATION_USE),
            instance.bounds(),
            instance.memory(),
            instance.prices(),
            resize),
        file::write);
  }

  private static double peakBefore(TraceLoad load, Instant end) {
    double peak = 0;
    for (Instant at = load.start(); at.isBefore(end); at = at.plusSeconds(60)) {
      peak = Math.max(peak, load.at(at));
    }
    return peak;
  }

  private Bounds fixed(CapacityLaw truth, double peak) {
    double each = truth.loadAt(instance.bounds().most().cpuMillis());
    int replicas = Math.clamp((int) Math.ceil(peak * VERTICAL_ROOM / each), min, max);
    return new Bounds(replicas, replicas);
  }

  private static String name(Sizing.Freedom freedom) {
    return switch (freedom) {
      case REPLICAS -> "horizontal";
      case SIZE -> "vertical";
      case BOTH -> "optimise";
    };
  }

  private String table(List<ClosedLoop.SizedPlayer> players, List<SizedAccount> accounts) {
    ResourcePrices prices = instance.prices();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-11s %9s %11s %13s %9s %12s %9s %8s%n",
            "",
            "cost",
            "core-hours",
            "replica-hours",
            "viol. min",
            "requests in",
            "scalings",
            "resizes"));
    for (int i = 0; i < players.size(); i++) {
      SizedAccount account = accounts.get(i);
      text.append(
          String.format(
              Locale.ROOT,
              "%-11s %9.2f %11.1f %13.1f %9.1f %10.4f %% %9d %8d%n",
              name(players.get(i).sizing().freedom()),
              account.cost(prices),
              account.coreHours(),
              account.replicaSeconds() / 3600,
              account.violationSeconds() / 60,
              100 * account.violationShare(),
              account.scalings(),
              account.resizes()));
    }
    text.append("sizing,").append(own.name()).append(',').append(startup.toSeconds());
    for (SizedAccount account : accounts) {
      text.append(
          String.format(
              Locale.ROOT, ",%.4f,%.4f", account.cost(prices), 100 * account.violationShare()));
    }
    return text.append('\n').toString();
  }
}
