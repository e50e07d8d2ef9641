package io.tidecaster.forecast;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.history.Series;
import io.tidecaster.workload.ScalerId;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures the figures of docs/forecasting.md, which says how to run it: what a fit and a forecast
 * cost, beside LightGBM on the very same rows, and what a scaler's state weighs. No test: what it
 * finds depends on the machine and on who else uses it.
 */
final class FitFigures {
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
  private static final int PER_DAY = 288;
  private static final int DAYS = 28;
  private static final int RUNS = 2;
  private static final int SCALERS = 4;

  private FitFigures() {}

  /** Its argument is a Python that has LightGBM; without one it is left out. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    say(
        String.format(
            Locale.ROOT, "%d rounds each, the last counts; the first ones warm up", RUNS));
    ScalerForecaster forecaster = forecaster(new Grid(FIVE_MINUTES, 12), "fit", FIVE_MINUTES);
    FitTask task = forecaster.fitDue().orElseThrow();
    for (int run = 0; run < RUNS; run++) {
      System.gc();
      heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
      long before = cpuNanos();
      FittedModel model = task.run();
      long after = cpuNanos();
      long peak = heapPools().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
      say(
          String.format(
              Locale.ROOT,
              "whole refit, 5 candidates, held-out competition, 4 quantiles: %.2f s CPU, heap at most"
                  + " %d MB, best by evidence %s",
              seconds(after - before),
              peak >> 20,
              model.evidence().getFirst().candidate()));
    }
    Path rows = Files.createTempFile("tidecaster-rows", ".bin");
    try {
      trees(rows);
      if (arguments.length > 0) {
        new ProcessBuilder(arguments[0], "src/test/python/lightgbm_fit.py", rows.toString())
            .inheritIO()
            .start()
            .waitFor();
      }
    } finally {
      Files.delete(rows);
    }
    forecast();
    state();
  }

  /** Our trees alone on all rows, which are left for LightGBM to learn from. */
  private static void trees(Path file) throws IOException {
    double[] load = Loads.daily((DAYS + 5) * PER_DAY, PER_DAY, 20, 7);
    Bins bins = Loads.bins(FIVE_MINUTES, load);
    FeatureSet set = new FeatureSet(Calendar.EMPTY, bins, 3);
    double[] levels = ForecastSettings.DEFAULT.levelArray();
    TrainingSet training = Boosting.training(set, bins, 12, bins.size() - DAYS * PER_DAY);
    for (int run = 0; run < RUNS; run++) {
      long before = cpuNanos();
      BinnedSample sample = new BinnedSample(training.features(), training.rows());
      Boosting.fit(set, training, sample, 0, DAYS, levels, 12, 42);
      say(
          String.format(
              Locale.ROOT,
              "our trees alone, %d rows × %d features, 4 quantiles: %.2f s CPU",
              training.rows(),
              set.size(),
              seconds(cpuNanos() - before)));
    }
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(training.rows());
      out.writeInt(set.size());
      for (float[] column : training.features()) {
        for (int row = 0; row < training.rows(); row++) {
          out.writeFloat(column[row]);
        }
      }
      for (double change : training.changes()) {
        out.writeFloat((float) change);
      }
    }
  }

  /** The path of the service: 60 minutes of all quantiles. */
  private static void forecast() {
    ScalerForecaster forecaster = forecaster(Grid.MINUTES, "path", Duration.ofMinutes(1));
    forecaster.adopt(forecaster.fitDue().orElseThrow().run());
    int rounds = 300;
    double[] micros = new double[rounds];
    for (int warm = 0; warm < 2; warm++) {
      for (int i = 0; i < rounds; i++) {
        long before = System.nanoTime();
        forecaster.forecast();
        micros[i] = (System.nanoTime() - before) / 1000.0;
      }
    }
    Arrays.sort(micros);
    say(
        String.format(
            Locale.ROOT,
            "60 minutes of 4 quantiles: median %.0f µs, 99 %% within %.0f µs",
            micros[rounds / 2],
            micros[rounds * 99 / 100]));
  }

  /** What stays in memory of a scaler with its history, model and calibration. */
  private static void state() {
    ScalerForecaster[] kept = new ScalerForecaster[SCALERS];
    long cpu = cpuNanos();
    Arrays.setAll(kept, FitFigures::fitted);
    double cpuEach = seconds(cpuNanos() - cpu) / SCALERS;
    long with = used();
    Arrays.fill(kept, null);
    long each = (with - used()) / SCALERS;
    say(
        String.format(
            Locale.ROOT,
            "state of a scaler of %d days of minutes: %.2f MB, of 1000: %.1f GB",
            DAYS,
            each / 1048576.0,
            each * 1000 / 1073741824.0));
    say(
        String.format(
            Locale.ROOT,
            "%.2f s CPU a scaler and refit: two cores do %.0f refits a day",
            cpuEach,
            2 * 86_400 / cpuEach));
  }

  private static ScalerForecaster fitted(int number) {
    ScalerForecaster forecaster = forecaster(Grid.MINUTES, "state" + number, Duration.ofMinutes(1));
    forecaster.adopt(forecaster.fitDue().orElseThrow().run());
    return forecaster;
  }

  private static ScalerForecaster forecaster(Grid grid, String name, Duration step) {
    int perDay = grid.stepsPerDay();
    ScalerForecaster forecaster =
        new ScalerForecaster(
            new ScalerId("figures", name), grid, Calendar.EMPTY, ForecastSettings.DEFAULT);
    forecaster.observe(
        Series.of(
            Loads.MONDAY, step, Loads.daily((DAYS + 5) * perDay, perDay, 20, name.hashCode())));
    return forecaster;
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static List<MemoryPoolMXBean> heapPools() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .toList();
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }

  private static void say(String text) {
    System.out.println(text);
  }
}
