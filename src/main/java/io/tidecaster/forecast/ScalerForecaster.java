package io.tidecaster.forecast;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.history.Series;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
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
  private boolean wasFitted;
  private @Nullable Live live;

  /** The model's, with what is known of the future by now. */
  private @Nullable Blend blend;

  /** The step at whose start the last forecast was issued into {@link #live}. */
  private int issuedTo;

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
      blend = null;
      live = null;
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
    if (model != null) {
      catchUp(past, model);
    }
  }

  /** More than this is no load, and would drown all else in sums. */
  private static final double MOST_LOAD = 1e15;

  /**
   * Replaces what is known of the future; forecasts use it at once, and the next fit learns from
   * it.
   */
  public void use(Calendar calendar) {
    this.calendar = calendar;
    if (model != null) {
      blend = model.blend().with(calendar);
    }
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

  /**
   * Puts a model in force, unless it is older than the one that is; what came since its boundary is
   * forecast and scored again with it.
   */
  public void adopt(FittedModel fitted) {
    wasFitted = true;
    LoadHistory past = history;
    if (past == null || (model != null && !model.boundary().isBefore(fitted.boundary()))) {
      return;
    }
    model = fitted;
    blend = fitted.blend().with(calendar);
    live = fitted.live().copy();
    issuedTo = fitted.boundaryStep() - grid.stepsPerBin();
    catchUp(past, fitted);
  }

  /**
   * Issues and scores the forecasts at every bin's end since the model's boundary, whether anyone
   * asked or not: what is learned from them may not depend on who asks when.
   */
  private void catchUp(LoadHistory past, FittedModel fitted) {
    Live record = live;
    Blend candidate = blend;
    int width = grid.stepsPerBin();
    if (record == null || candidate == null) {
      return;
    }
    for (int end = issuedTo + width; end <= past.end(); end += width) {
      Bins bins = before(past, end);
      record.settle(past, end);
      FitTask.issue(record, candidate, fitted.naive(), fitted.steps(), bins, bins.size() - 1, end);
      issuedTo = end;
    }
  }

  /** All that was known at the end of a step: an outage, too, shows only by what came after it. */
  private Bins before(LoadHistory past, int end) {
    long binSeconds = grid.step().toSeconds() * grid.stepsPerBin();
    int most = Math.toIntExact(settings.history().toSeconds() / binSeconds);
    return Outages.removed(Bins.before(past, end, grid, most));
  }

  /** Quantiles of the steps to come, or why there are none. */
  public ForecastOutcome forecast() {
    return forecast(calendar);
  }

  /**
   * @param claims whose announced sizes are believed
   */
  private ForecastOutcome forecast(Calendar claims) {
    LoadHistory past = history;
    int least = Math.max(2, grid.steps(settings.firstForecastAfter()));
    if (past == null || known < least) {
      return new NotReady(
          NotReady.Reason.TOO_LITTLE_HISTORY,
          "%d of %d values of %s known; wait for more, or backfill from Prometheus"
              .formatted(known, least, grid.step()));
    }
    Bins bins = present(past);
    double last = bins.lastKnown(bins.size() - 1, FitTask.reach(grid, settings));
    if (Double.isNaN(last)) {
      return new NotReady(
          NotReady.Reason.LOAD_UNKNOWN,
          "no load known for more than %s; check the metrics".formatted(settings.staleAfter()));
    }
    FittedModel fitted = model;
    Blend candidate = blend;
    Live record = live;
    double[][] steps;
    String name;
    if (fitted == null || candidate == null || record == null) {
      Candidate stopgap =
          new LastValue(settings.levelArray(), grid.bins(), FitTask.reach(grid, settings));
      steps =
          new Steps(grid, Math.min(0, bins.least()))
              .of(stopgap.quantiles(bins, bins.size() - 1), last);
      name = stopgap.name();
    } else {
      steps = record.corrected(fitted.steps().of(candidate.quantiles(bins, bins.size() - 1), last));
      name = candidate.name();
    }
    steps =
        AnnouncedEffect.on(
            steps, past, grid, claims, kind -> candidate != null && candidate.hasLearned(kind));
    return new Forecast(past.timeOf(past.end()), grid.step(), settings.levels(), rows(steps), name);
  }

  private Bins present(LoadHistory past) {
    return before(past, past.end());
  }

  private static List<List<Double>> rows(double[][] quantiles) {
    return Arrays.stream(quantiles).map(row -> Arrays.stream(row).boxed().toList()).toList();
  }

  /** {@link #forecast()}, or NOT_TRUSTED while its live accuracy does not warrant acting on it. */
  public ForecastOutcome trustedForecast() {
    Live record = live;
    if (record != null && !record.trusted()) {
      return new NotReady(
          NotReady.Reason.NOT_TRUSTED,
          "pinball loss %.0f%% above the seasonal naive forecast's; wait until it is below again"
              .formatted(-100 * record.accuracy().skill()));
    }
    return forecast();
  }

  /**
   * {@link #trustedForecast()}, or MODEL_FITTING while the first model is due and nobody has
   * adopted one: for those who fit in the background.
   */
  public ForecastOutcome servedForecast() {
    return !wasFitted && fitDue().isPresent()
        ? new NotReady(
            NotReady.Reason.MODEL_FITTING, "the first model is being fitted; wait a moment")
        : trustedForecast();
  }

  /** How the forecasts have done, those of the time held out at the last fit included. */
  public LiveAccuracy accuracy() {
    Live record = live;
    return record == null ? new LiveAccuracy(true, 0, 0, List.of()) : record.accuracy();
  }

  /**
   * Why a forecast, the one of now, is what it is at these steps ahead; empty without boosted trees
   * in it.
   */
  public List<Explanation> explain(Forecast forecast, List<Integer> stepsAhead) {
    Blend candidate = blend;
    LoadHistory past = history;
    if (past == null || candidate == null) {
      return List.of();
    }
    Optional<Boosting> trees =
        candidate.members().stream()
            .filter(Boosting.class::isInstance)
            .map(Boosting.class::cast)
            .findFirst();
    if (trees.isEmpty()) {
      return List.of();
    }
    Forecast unclaimed =
        calendar.events().isEmpty() || !(forecast(Calendar.EMPTY) instanceof Forecast without)
            ? forecast
            : without;
    Bins bins = present(past);
    return stepsAhead.stream()
        .map(ahead ->
            Reasons.explain(
                trees.get(),
                bins,
                Math.ceilDiv(ahead, grid.stepsPerBin()),
                grid.step().multipliedBy(ahead),
                forecast.quantile(0.5, ahead),
                forecast.quantile(0.5, ahead) - unclaimed.quantile(0.5, ahead)))
        .toList();
  }

  /** How the candidates did at the last fit, best first; empty before the first. */
  public List<Evidence> evidence() {
    return model == null ? List.of() : model.evidence();
  }
}
