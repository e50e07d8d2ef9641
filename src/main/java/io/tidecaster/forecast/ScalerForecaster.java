package io.tidecaster.forecast;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.history.Series;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Forecasts one load: takes in its values as they become known, says when a fit is due, and issues
 * quantiles of the values to come. Not thread-safe; only {@link FitTask#run()} may run elsewhere.
 *
 * <p>Everything it says at an event time is a function of the values up to then, provided that each
 * fit that was due has been adopted: after a restart the same minute gets the same forecast. Fits
 * are due at fixed times of the day, spread over the scalers, and learn from the history up to
 * there.
 *
 * <pre>
 *   forecaster.observe(minute, load);
 *   forecaster.fitDue().map(FitTask::run).ifPresent(forecaster::adopt);   // or run() on a pool
 *   switch (forecaster.forecast()) { … }
 * </pre>
 */
public final class ScalerForecaster {
  private final Grid grid;
  private final ForecastSettings settings;
  private final long fitOffsetSeconds;
  private Calendar calendar;
  private @Nullable LoadHistory history;
  private @Nullable FittedModel model;
  private int known;

  public ScalerForecaster(
      ScalerId scaler, Grid grid, Calendar calendar, ForecastSettings settings) {
    this.grid = grid;
    this.settings = settings;
    this.calendar = calendar;
    this.fitOffsetSeconds = fitOffsetSeconds(scaler, settings.refitEvery());
  }

  /**
   * Where in the period between fits this scaler's fit lies, on whole 5 minutes: spread evenly by
   * an FNV hash of its name.
   */
  private static long fitOffsetSeconds(ScalerId scaler, Duration refitEvery) {
    int hash = 0x811c9dc5;
    for (char c : scaler.toString().toCharArray()) {
      hash = (hash ^ c) * 0x01000193;
    }
    return 300 * Math.floorMod(hash, refitEvery.toSeconds() / 300);
  }

  /**
   * Takes in one value.
   *
   * @param start of its step; steps left out since the last one are gaps, a step that was taken in
   *     before is ignored
   * @param load empty where unknown
   */
  public void observe(Instant start, OptionalDouble load) {
    take(start, load.orElse(Double.NaN));
  }

  /** Takes in many values at once: the history at a restart, or a backfill. */
  public void observe(Series series) {
    if (!series.step().equals(grid.step())) {
      throw new IllegalArgumentException(
          "series of step %s for a forecaster of step %s".formatted(series.step(), grid.step()));
    }
    for (int i = 0; i < series.size(); i++) {
      take(series.timeOf(i), series.at(i));
    }
  }

  private void take(Instant start, double load) {
    LoadHistory past = history;
    int capacity = grid.steps(settings.history().plus(settings.refitEvery().multipliedBy(2)));
    if (past == null || past.stepAt(start) - past.end() > capacity) {
      past = new LoadHistory(start, grid.step().toSeconds(), capacity);
      history = past;
      model = null;
      known = 0;
    }
    int step = past.stepAt(start);
    if (!past.timeOf(step).equals(start)) {
      throw new IllegalArgumentException(
          "%s is no start of a step of %s counted from %s"
              .formatted(start, grid.step(), past.timeOf(past.first())));
    }
    if (step < past.end()) {
      return;
    }
    while (past.end() < step) {
      past.add(Double.NaN);
    }
    boolean sane = Math.abs(load) <= MOST_LOAD;
    past.add(sane ? load : Double.NaN);
    if (sane) {
      known++;
    }
  }

  /** More than this is no load, and would drown all else in sums. */
  private static final double MOST_LOAD = 1e15;

  /**
   * Replaces what is known of the future; forecasts use it at once, the models at their next fit.
   */
  public void use(Calendar calendar) {
    this.calendar = calendar;
  }

  /**
   * The fit that should be in force by now and is not; the caller decides whether to wait for it.
   * Until it is adopted, forecasts come from the model before.
   */
  public Optional<FitTask> fitDue() {
    LoadHistory past = history;
    if (past == null) {
      return Optional.empty();
    }
    Optional<Instant> due = boundary(past);
    if (due.isEmpty() || (model != null && !model.boundary().isBefore(due.get()))) {
      return Optional.empty();
    }
    int end = past.stepAt(due.get());
    int from = end - grid.steps(settings.history());
    return Optional.of(new FitTask(due.get(), past.copy(from, end), grid, calendar, settings));
  }

  /**
   * The latest time at or before now at which a fit is due: once a period at the scaler's own time,
   * and the first as soon as there is enough history.
   */
  private Optional<Instant> boundary(LoadHistory past) {
    Instant now = past.timeOf(past.end());
    Instant first = past.timeOf(past.first()).plus(settings.firstFitAfter());
    if (now.isBefore(first)) {
      return Optional.empty();
    }
    long period = settings.refitEvery().toSeconds();
    long regular =
        Math.floorDiv(now.getEpochSecond() - fitOffsetSeconds, period) * period + fitOffsetSeconds;
    Instant boundary = Instant.ofEpochSecond(Math.max(regular, first.getEpochSecond()));
    int whole = past.stepAt(boundary);
    return Optional.of(past.timeOf(whole));
  }

  /** Puts a model in force, unless it is older than the one that is. */
  public void adopt(FittedModel fitted) {
    if (model == null || model.boundary().isBefore(fitted.boundary())) {
      model = fitted;
    }
  }

  /** Quantiles of the steps to come, or why there are none. */
  public ForecastOutcome forecast() {
    LoadHistory past = history;
    int least = grid.steps(settings.firstForecastAfter());
    if (past == null || known < Math.max(2, least)) {
      return new NotReady(
          NotReady.Reason.TOO_LITTLE_HISTORY,
          "%d of %d values of %s known; wait for more, or backfill from Prometheus"
              .formatted(known, Math.max(2, least), grid.step()));
    }
    Bins bins = Bins.before(past, past.end(), grid, Integer.MAX_VALUE);
    int reach = FitTask.reach(grid, settings);
    if (Double.isNaN(bins.lastKnown(bins.size() - 1, reach))) {
      return new NotReady(
          NotReady.Reason.LOAD_UNKNOWN,
          "no load known for more than %s; check the metrics".formatted(settings.staleAfter()));
    }
    Candidate candidate =
        model != null
            ? model.candidate()
            : new LastValue(settings.levelArray(), grid.bins(), reach);
    double[][] path = candidate.quantiles(bins, bins.size() - 1);
    double[][] steps = toSteps(path, bins.lastKnown(bins.size() - 1, reach));
    Quantiles.sort(steps);
    return new Forecast(
        past.timeOf(past.end()), grid.step(), settings.levels(), rows(steps), candidate.name());
  }

  private static List<List<Double>> rows(double[][] quantiles) {
    List<List<Double>> rows = new ArrayList<>(quantiles.length);
    for (double[] row : quantiles) {
      List<Double> values = new ArrayList<>(row.length);
      for (double value : row) {
        values.add(value);
      }
      rows.add(values);
    }
    return rows;
  }

  /**
   * From bins to steps: straight lines between the middles of the bins; before the first middle the
   * median comes from the last load, and the spread stays that of the first bin.
   */
  private double[][] toSteps(double[][] bins, double last) {
    int width = grid.stepsPerBin();
    if (width == 1) {
      return bins;
    }
    double[][] steps = new double[bins.length][grid.horizon()];
    for (int l = 0; l < bins.length; l++) {
      double anchor = last + bins[l][0] - bins[0][0];
      for (int step = 0; step < grid.horizon(); step++) {
        double position = (step + 0.5) / width - 0.5;
        int low = (int) Math.floor(position);
        double share = position - low;
        double left = low < 0 ? anchor : bins[l][low];
        double right = bins[l][Math.min(low + 1, bins[l].length - 1)];
        steps[l][step] = left * (1 - share) + right * share;
      }
    }
    return steps;
  }

  /** {@link #forecast()}, or NOT_TRUSTED while its live accuracy does not warrant acting on it. */
  public ForecastOutcome trustedForecast() {
    return forecast();
  }

  /** How the forecasts have done. */
  public LiveAccuracy accuracy() {
    return new LiveAccuracy(true, 0, 0, List.of());
  }

  /** Why the forecast at this step ahead is what it is; empty where there is no forecast. */
  public Optional<Explanation> explain(int stepsAhead) {
    return Optional.empty();
  }

  /** How the candidates did at the last fit, best first; empty before the first. */
  public List<Evidence> evidence() {
    return model == null ? List.of() : model.evidence();
  }
}
