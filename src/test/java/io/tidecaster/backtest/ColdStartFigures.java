package io.tidecaster.backtest;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.forecast.FitTask;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.forecast.Grid;
import io.tidecaster.forecast.ScalerForecaster;
import io.tidecaster.history.Series;
import io.tidecaster.workload.ScalerId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * How good forecasts are after little history: each load of a benchmark is begun anew so long
 * before moments drawn from its judged days, and the errors there are compared with those after the
 * whole history. Prints a Markdown table.
 *
 * <p>Arguments: the directory of the benchmark, and how many moments a load.
 */
final class ColdStartFigures {
  private static final List<Duration> AGES =
      List.of(
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofDays(1),
          Duration.ofDays(2),
          Duration.ofDays(4),
          Duration.ofDays(7),
          Duration.ofDays(14));

  private static final long SEED = 7;

  /** Origins from each moment on, one every stride of the benchmark. */
  private static final int ORIGINS = 6;

  private ColdStartFigures() {}

  /** What is summed over the bins ahead of all origins. */
  private static final class Errors {
    private double absolute;
    private double pinball;
    private int covered;
    private int count;

    void add(double load, Forecast forecast, int ahead) {
      absolute += Math.abs(load - forecast.quantile(0.5, ahead));
      for (double level : new double[] {0.5, 0.9, 0.95}) {
        double above = load - forecast.quantile(level, ahead);
        pinball += Math.max(level * above, (level - 1) * above);
      }
      covered += load <= forecast.quantile(0.9, ahead) ? 1 : 0;
      count++;
    }
  }

  public static void main(String[] args) throws InvalidInputException {
    List<Benchmark.Entry> entries = Benchmark.read(Path.of(args[0])).entries();
    int moments = Integer.parseInt(args[1]);
    double[] logAbsolute = new double[AGES.size()];
    double[] logPinball = new double[AGES.size()];
    double[] coverage = new double[AGES.size()];
    int[] loads = new int[AGES.size()];
    for (Benchmark.Entry entry : entries) {
      Series trace = TraceFile.read(entry.trace(), entry.step());
      int first = index(trace, entry.evalStart());
      SplittableRandom random = new SplittableRandom(SEED);
      List<Integer> starts = new ArrayList<>();
      int last = trace.size() - entry.horizon() - ORIGINS * entry.stride();
      for (int i = 0; i < moments; i++) {
        starts.add(random.nextInt(first, last));
      }
      Errors whole = errors(entry, trace, starts, trace.size());
      for (int a = 0; a < AGES.size(); a++) {
        int bins = Math.toIntExact(AGES.get(a).dividedBy(entry.step()));
        if (bins < 2 || bins > first) {
          continue;
        }
        Errors young = errors(entry, trace, starts, bins);
        logAbsolute[a] += Math.log(young.absolute / whole.absolute);
        logPinball[a] += Math.log(young.pinball / whole.pinball);
        coverage[a] += (double) young.covered / young.count;
        loads[a]++;
      }
      System.err.println(entry.name());
    }
    System.out.println("| history | loads | MAE | quantile loss | coverage of 0.9 |");
    System.out.println("| --- | --- | --- | --- | --- |");
    for (int a = 0; a < AGES.size(); a++) {
      System.out.printf(
          "| %s | %d | %.2f | %.2f | %.3f |%n",
          AGES.get(a).toHours() < 24 ? AGES.get(a).toHours() + " h" : AGES.get(a).toDays() + " d",
          loads[a],
          Math.exp(logAbsolute[a] / loads[a]),
          Math.exp(logPinball[a] / loads[a]),
          coverage[a] / loads[a]);
    }
  }

  private static Errors errors(
      Benchmark.Entry entry, Series trace, List<Integer> starts, int bins) {
    Errors errors = new Errors();
    for (int start : starts) {
      ScalerForecaster forecaster =
          new ScalerForecaster(
              new ScalerId("cold", entry.name()),
              new Grid(entry.step(), entry.horizon()),
              Calendar.EMPTY,
              ForecastSettings.DEFAULT);
      forecaster.observe(trace.slice(Math.max(0, start - bins), start));
      for (int i = 0; i < ORIGINS * entry.stride(); i++) {
        int origin = start + i;
        forecaster.observe(trace.timeOf(origin), load(trace, origin));
        Optional<FitTask> due = forecaster.fitDue();
        due.ifPresent(fit -> forecaster.adopt(fit.run()));
        if (i % entry.stride() == 0 && forecaster.forecast() instanceof Forecast forecast) {
          for (int ahead = 1; ahead <= entry.horizon(); ahead++) {
            OptionalDouble load = load(trace, origin + ahead);
            if (load.isPresent()) {
              errors.add(load.getAsDouble(), forecast, ahead);
            }
          }
        }
      }
    }
    return errors;
  }

  private static OptionalDouble load(Series trace, int index) {
    return trace.isPresent(index) ? OptionalDouble.of(trace.at(index)) : OptionalDouble.empty();
  }

  private static int index(Series trace, Instant time) {
    return Math.toIntExact(Duration.between(trace.start(), time).dividedBy(trace.step()));
  }
}
