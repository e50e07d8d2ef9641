package io.tidecaster.backtest;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.forecast.FitTask;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.forecast.Grid;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.forecast.ScalerForecaster;
import io.tidecaster.history.Series;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** Replays one trace through the forecaster of the service, as if each value had just come. */
final class ForecastBacktest {
  private static final String NAMESPACE = "backtest";

  private final Benchmark.Entry entry;
  private final Series trace;
  private final Calendar calendar;
  private final ForecastSettings settings;

  /**
   * What came of it.
   *
   * @param rows lines {@code series,origin,h,q50,q90,q95}, each with its line end
   * @param origins forecast
   * @param notReady origins without a forecast
   * @param fits of the models
   * @param fitTime CPU of the fits, all together
   */
  record Result(String rows, int origins, int notReady, int fits, Duration fitTime) {}

  ForecastBacktest(
      Benchmark.Entry entry, Series trace, Calendar calendar, ForecastSettings settings) {
    this.entry = entry;
    this.trace = trace;
    this.calendar = calendar;
    this.settings = settings;
  }

  Result run() throws InvalidInputException {
    Duration untilStart = Duration.between(trace.start(), entry.evalStart());
    long first = untilStart.dividedBy(entry.step()) - 1;
    if (first < 0 || first + entry.horizon() >= trace.size()) {
      throw new InvalidInputException(
          "%s: eval_start %s leaves no value before it, or no horizon after it, in %s to %s"
              .formatted(entry.trace(), entry.evalStart(), trace.start(), trace.end()));
    }
    ScalerForecaster forecaster =
        new ScalerForecaster(
            new ScalerId(NAMESPACE, entry.name()),
            new Grid(entry.step(), entry.horizon()),
            calendar,
            settings);
    forecaster.observe(trace.slice(0, (int) first));
    StringBuilder rows = new StringBuilder();
    int origins = 0;
    int notReady = 0;
    int fits = 0;
    Duration fitTime = Duration.ZERO;
    for (int origin = (int) first; origin + entry.horizon() < trace.size(); origin++) {
      forecaster.observe(trace.timeOf(origin), load(origin));
      Optional<FitTask> due = forecaster.fitDue();
      if (due.isPresent()) {
        long before = cpuNanos();
        forecaster.adopt(due.get().run());
        fitTime = fitTime.plusNanos(cpuNanos() - before);
        fits++;
      }
      if ((origin - first) % entry.stride() == 0) {
        ForecastOutcome outcome = forecaster.forecast();
        switch (outcome) {
          case Forecast forecast -> {
            write(rows, origin, forecast);
            origins++;
          }
          case NotReady ignored -> notReady++;
        }
      }
    }
    return new Result(rows.toString(), origins, notReady, fits, fitTime);
  }

  private OptionalDouble load(int index) {
    return trace.isPresent(index) ? OptionalDouble.of(trace.at(index)) : OptionalDouble.empty();
  }

  /** CPU of this thread: Smile's own pool is not counted, the wall clock would count the others. */
  private static long cpuNanos() {
    return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private void write(StringBuilder rows, int origin, Forecast forecast) {
    for (int h = 1; h <= entry.horizon(); h++) {
      rows.append(entry.name())
          .append(',')
          .append(trace.timeOf(origin))
          .append(',')
          .append(h)
          .append(',')
          .append(forecast.quantile(0.5, h))
          .append(',')
          .append(forecast.quantile(0.9, h))
          .append(',')
          .append(forecast.quantile(0.95, h))
          .append('\n');
    }
  }
}
