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
import io.tidecaster.sim.VpaRival;
import io.tidecaster.size.CapacityLaw;
import io.tidecaster.size.ContainerSize;
import io.tidecaster.size.MemoryLine;
import io.tidecaster.size.ResourcePrices;
import io.tidecaster.size.SizeBounds;
import io.tidecaster.size.VpaRule;
import io.tidecaster.workload.Bounds;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sizes one container by its recorded use, beside the rule of the Vertical Pod Autoscaler. */
@Command(
    name = "container",
    description = {
      "Sizes one container by its recorded use of CPU: what is reserved, and for how long the use",
      "was above it, beside the rule of the Vertical Pod Autoscaler's recommender, and that rule",
      "with the least margin that is above no longer, chosen in hindsight. With --memory the same of",
      "memory: each minute above is one in which the container would have been killed."
    },
    mixinStandardHelpOptions = true)
public final class BacktestContainerCommand implements Callable<Integer> {
  private static final double LARGEST_MARGIN = 10;
  private static final double MARGIN_STEP = 0.05;
  private static final long MIB = 1L << 20;
  private static final double GIB = 1L << 30;

  @Spec
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Mixin private OwnLoad own = new OwnLoad();

  @Option(
      names = "--peak-cores",
      defaultValue = "4",
      paramLabel = "CORES",
      description = "The trace is scaled so that its peak uses so much. Default: ${DEFAULT-VALUE}.")
  double peakCores;

  @Option(
      names = "--memory",
      description = "The trace is of memory, in any unit; what is reserved are GiB-hours.")
  boolean memory;

  @Option(
      names = "--peak-gib",
      defaultValue = "4",
      paramLabel = "GIB",
      description =
          "The trace is scaled so that its peak uses so much memory. Default: ${DEFAULT-VALUE}.")
  double peakGib;

  @Option(
      names = "--refit-every",
      defaultValue = "24h",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "From one fit of the memory to the next. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init")
  Duration refitEvery;

  @Option(
      names = "--resize",
      defaultValue = "30s",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "From a resize until it has taken effect. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init")
  Duration resize;

  @Option(
      names = "--service-level",
      defaultValue = "0.95",
      paramLabel = "P",
      description = "The probability with which the size is to suffice. Default: ${DEFAULT-VALUE}.")
  double serviceLevel;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "7",
      description = "Days at the end of the trace that are judged. Default: ${DEFAULT-VALUE}.")
  int days;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where desired.csv and timeline.csv are written.")
  @SuppressWarnings("NullAway.Init")
  Path out;

  @Override
  public Integer call() throws IOException {
    PrintWriter terminal = spec.commandLine().getOut();
    try {
      if (memory) {
        return playMemory(terminal);
      }
      if (!(peakCores >= 0.1 && peakCores <= 1000)) {
        throw new InvalidInputException(
            "--peak-cores %s must lie between 0.1 and 1000".formatted(peakCores));
      }
      TraceLoad recorded = own.read(days, spec.commandLine().getErr());
      TraceLoad use = recorded.times(peakCores / recorded.peak());
      Instant judgedFrom = OwnLoad.judgedFrom(use, days);
      terminal.print(table(use, judgedFrom, play(use, judgedFrom)));
      terminal.flush();
      return 0;
    } catch (InvalidInputException | IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private int playMemory(PrintWriter terminal) throws IOException, InvalidInputException {
    if (!(peakGib >= 0.1 && peakGib <= 10_000)) {
      throw new InvalidInputException(
          "--peak-gib %s must lie between 0.1 and 10000".formatted(peakGib));
    }
    TraceLoad recorded = own.read(days, spec.commandLine().getErr());
    TraceLoad use = recorded.times(peakGib * GIB / recorded.peak());
    MemoryTrial trial =
        new MemoryTrial(
            own.name(), use.minutes(1), OwnLoad.judgedFrom(use, days), serviceLevel, refitEvery);
    terminal.print(trial.play(out));
    terminal.flush();
    return 0;
  }

  private Sizing sizing() {
    CapacityLaw itself = new CapacityLaw(1000, 1, 1, 0, 1);
    SizeBounds bounds =
        new SizeBounds(
            new ContainerSize(25, MIB), new ContainerSize(Math.round(peakCores * 4000), 1L << 40));
    return new Sizing(
        Sizing.Freedom.SIZE,
        itself,
        itself,
        bounds,
        new MemoryLine(MIB, 0),
        ResourcePrices.FARGATE_US_EAST_1,
        resize);
  }

  private SizedAccount play(TraceLoad use, Instant judgedFrom) throws IOException {
    try (SizedFiles files = new SizedFiles(out)) {
      ClosedLoop.Player player =
          new ClosedLoop.Player(
              TraceScaler.of(1, new Bounds(1, 1)).withServiceLevel(serviceLevel),
              new SimulatedFleet.Settings(1, 1, Duration.ZERO, SimulatedFleet.Cpu.NONE),
              _ -> {});
      ProgressBar progress =
          new ProgressBar(
              spec.commandLine().getErr(),
              "playing",
              Math.toIntExact(Duration.between(judgedFrom, use.end()).toMinutes()));
      return new ClosedLoop(
              new ClosedLoop.Settings(
                  judgedFrom,
                  Calendar.EMPTY,
                  ForecastSettings.DEFAULT,
                  PeakPlanner.Settings.DEFAULT,
                  Decider.Settings.DEFAULT))
          .playSized(
              use,
              List.of(new ClosedLoop.SizedPlayer(player, sizing(), files::write)),
              progress::step)
          .getFirst();
    }
  }

  private String table(TraceLoad use, Instant judgedFrom, SizedAccount ours) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT, "%-28s %11s %17s %8s%n", "", "core-hours", "minutes above", "resizes"));
    row(text, "forecast", ours);
    SizedAccount vpa = VpaRival.play(use, judgedFrom, new VpaRule(), sizing());
    row(text, "VPA, 90 % × 1.15", vpa);
    double margin = VpaRule.MARGIN;
    SizedAccount equal = vpa;
    while (equal.violationSeconds() > ours.violationSeconds() && margin < LARGEST_MARGIN) {
      margin = Math.min(LARGEST_MARGIN, margin + MARGIN_STEP);
      equal = VpaRival.play(use, judgedFrom, new VpaRule(VpaRule.PERCENTILE, margin), sizing());
    }
    row(text, String.format(Locale.ROOT, "VPA, 90 %% × %.2f, hindsight", margin), equal);
    text.append(
        String.format(
            Locale.ROOT,
            "container,%s,%.1f,%.1f,%.1f,%.1f,%.2f,%.1f,%.1f%n",
            own.name(),
            ours.coreHours(),
            ours.violationSeconds() / 60,
            vpa.coreHours(),
            vpa.violationSeconds() / 60,
            margin,
            equal.coreHours(),
            equal.violationSeconds() / 60));
    return text.toString();
  }

  private static void row(StringBuilder text, String name, SizedAccount account) {
    text.append(
        String.format(
            Locale.ROOT,
            "%-28s %11.1f %17.1f %8d%n",
            name,
            account.coreHours(),
            account.violationSeconds() / 60,
            account.resizes()));
  }
}
