package io.tidecaster.backtest;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.forecast.FitTask;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastSettings;
import io.tidecaster.forecast.Grid;
import io.tidecaster.forecast.ScalerForecaster;
import io.tidecaster.history.Series;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Plays one load through the forecaster of the service, as if each value had just come, and beside
 * it forecasts that need no model. All before the judged days is history.
 */
final class ForecastTrial {
  static final List<Double> LEVELS = List.of(0.5, 0.9, 0.95);
  private static final List<Duration> LEADS =
      List.of(
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofMinutes(30),
          Duration.ofMinutes(60));
  private static final Duration HORIZON = Duration.ofMinutes(60);
  private static final String OURS = "tidecaster";
  private static final Duration DAY = Duration.ofDays(1);

  /** A rival's quantiles are its median and the quantiles of its errors of so long. */
  private static final Duration ERRORS_OF = Duration.ofDays(7);

  private static final int MOST_ERRORS = 500;
  private static final int LEAST_ERRORS = 20;

  /** What an error of the seasonal naive forecast counts against those before it, a 5 minutes. */
  private static final double SMOOTHING = 0.3;

  private final Series trace;
  private final Calendar calendar;
  private final int judgedFrom;
  private final int stepSeconds;
  private final double[] smoothedError;

  /** What one policy said of one time ahead. */
  static final class Said {
    private final String policy;
    private final Duration ahead;
    private final double[][] quantiles;

    Said(String policy, Duration ahead, double[][] quantiles) {
      this.policy = policy;
      this.ahead = ahead;
      this.quantiles = quantiles;
    }

    String policy() {
      return policy;
    }

    Duration ahead() {
      return ahead;
    }

    /** One of {@link #LEVELS}, of each judged value; NaN where nothing was said. */
    double[] quantile(int level) {
      return quantiles[level];
    }
  }

  /**
   * What came of it.
   *
   * @param loads the judged values
   * @param said ours first, by time ahead
   * @param fits of the models
   */
  record Result(Series loads, List<Said> said, int fits) {
    Result {
      said = List.copyOf(said);
    }

    List<Said> at(Duration ahead) {
      return said.stream().filter(one -> one.ahead().equals(ahead)).toList();
    }

    List<Duration> leads() {
      return said.stream().map(Said::ahead).distinct().toList();
    }
  }

  /**
   * @param judged at the end of the trace; a day at least lies before it
   */
  ForecastTrial(Series trace, Calendar calendar, Duration judged) throws InvalidInputException {
    this.trace = trace;
    this.calendar = calendar;
    this.stepSeconds = Math.toIntExact(trace.step().toSeconds());
    this.judgedFrom = Math.toIntExact(trace.size() - judged.toSeconds() / stepSeconds);
    if (trace.step().compareTo(HORIZON) > 0) {
      throw new InvalidInputException(
          "the step of the load, %s, is wider than %s; give a finer one"
              .formatted(trace.step(), HORIZON));
    }
    if ((long) judgedFrom * stepSeconds < 2 * DAY.toSeconds()) {
      throw new InvalidInputException(
          "the load lasts %s, and %d days of it are to be judged: less than 2 days are left to learn from; give more load, or a smaller --days"
              .formatted(Duration.between(trace.start(), trace.end()), judged.toDays()));
    }
    this.smoothedError = smoothedError();
  }

  /**
   * @param progress called once a judged value
   */
  Result run(Runnable progress) {
    int horizon = Math.max(1, Math.toIntExact(HORIZON.toSeconds() / stepSeconds));
    List<Duration> leads =
        LEADS.stream()
            .filter(lead ->
                lead.toSeconds() % stepSeconds == 0 && !lead.minus(trace.step()).isNegative())
            .toList();
    int judged = trace.size() - judgedFrom;
    List<double[][]> ours = leads.stream().map(lead -> unknown(judged)).toList();
    ScalerForecaster forecaster =
        new ScalerForecaster(
            new ScalerId("backtest", "load"),
            new Grid(trace.step(), horizon),
            calendar,
            ForecastSettings.DEFAULT);
    forecaster.observe(trace.slice(0, judgedFrom - horizon));
    int fits = 0;
    for (int origin = judgedFrom - horizon; origin < trace.size() - 1; origin++) {
      forecaster.observe(
          trace.timeOf(origin),
          trace.isPresent(origin) ? OptionalDouble.of(trace.at(origin)) : OptionalDouble.empty());
      Optional<FitTask> due = forecaster.fitDue();
      if (due.isPresent()) {
        forecaster.adopt(due.get().run());
        fits++;
      }
      if (forecaster.forecast() instanceof Forecast forecast) {
        for (int l = 0; l < leads.size(); l++) {
          int ahead = Math.toIntExact(leads.get(l).toSeconds() / stepSeconds);
          int target = origin + ahead - judgedFrom;
          for (int q = 0; target >= 0 && target < judged && q < LEVELS.size(); q++) {
            ours.get(l)[q][target] = forecast.quantile(LEVELS.get(q), ahead);
          }
        }
      }
      if (origin >= judgedFrom) {
        progress.run();
      }
    }
    progress.run();
    List<Said> said = new ArrayList<>();
    for (int l = 0; l < leads.size(); l++) {
      said.add(new Said(OURS, leads.get(l), ours.get(l)));
      said.add(rival("seasonal naive", leads.get(l), this::seasonalNaive));
      said.add(rival("exponential smoothing", leads.get(l), this::smoothing));
      said.add(rival("last value", leads.get(l), (origin, ahead) -> trace.at(origin)));
    }
    return new Result(trace.slice(judgedFrom, trace.size()), said, fits);
  }

  /** One number for the value {@code ahead} steps after the origin. */
  private interface Point {
    double at(int origin, int ahead);
  }

  private double seasonalNaive(int origin, int ahead) {
    return value(origin + ahead - stepsOf(DAY));
  }

  /** The value of the day before, moved by how much today differed from it lately. */
  private double smoothing(int origin, int ahead) {
    return seasonalNaive(origin, ahead) + smoothedError[origin];
  }

  private double[] smoothedError() {
    double[] smoothed = new double[trace.size()];
    double share = 1 - Math.pow(1 - SMOOTHING, stepSeconds / 300.0);
    double level = 0;
    for (int i = 0; i < smoothed.length; i++) {
      double error = value(i) - value(i - stepsOf(DAY));
      if (!Double.isNaN(error)) {
        level += share * (error - level);
      }
      smoothed[i] = level;
    }
    return smoothed;
  }

  private Said rival(String name, Duration lead, Point point) {
    int ahead = stepsOf(lead);
    int judged = trace.size() - judgedFrom;
    double[][] quantiles = unknown(judged);
    int window = stepsOf(ERRORS_OF);
    int stride = Math.max(1, window / MOST_ERRORS);
    for (int i = 0; i < judged; i++) {
      int origin = judgedFrom + i - ahead;
      double median = point.at(origin, ahead);
      double[] errors = new double[MOST_ERRORS + 1];
      int known = 0;
      for (int then = origin - ahead;
          then >= Math.max(0, origin - window) && known < errors.length;
          then -= stride) {
        double error = value(then + ahead) - point.at(then, ahead);
        if (!Double.isNaN(error)) {
          errors[known++] = error;
        }
      }
      if (known < LEAST_ERRORS || Double.isNaN(median)) {
        continue;
      }
      Arrays.sort(errors, 0, known);
      for (int q = 0; q < LEVELS.size(); q++) {
        double spread = q == 0 ? 0 : errors[(int) Math.min(known - 1, LEVELS.get(q) * known)];
        quantiles[q][i] = median + Math.max(0, spread);
      }
    }
    return new Said(name, lead, quantiles);
  }

  private double value(int index) {
    return index >= 0 && index < trace.size() ? trace.at(index) : Double.NaN;
  }

  private int stepsOf(Duration time) {
    return Math.max(1, Math.toIntExact(time.toSeconds() / stepSeconds));
  }

  private static double[][] unknown(int size) {
    double[][] rows = new double[LEVELS.size()][size];
    for (double[] row : rows) {
      Arrays.fill(row, Double.NaN);
    }
    return rows;
  }
}
