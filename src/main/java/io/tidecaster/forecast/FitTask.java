package io.tidecaster.forecast;

import io.tidecaster.calendar.Calendar;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A fit that is due: holds copies of all it needs, so that it may run on any thread.
 *
 * <p>The last days are held out first: the candidates fitted before them compete on them, and their
 * forecasts there teach the corrections of the quantiles. Then those that won weight are fitted
 * again on everything.
 */
public final class FitTask {
  /** Days held out at most, and the share of a shorter history. */
  private static final int HELD_OUT_DAYS = 3;

  private static final double HELD_OUT_SHARE = 0.25;

  /** Bins between the held-out origins that the weights are learned from. */
  private static final int COMPETITION_STRIDE = 3;

  /** The share of the trees' loss below which a point forecast takes their place. */
  private static final double BETTER_BY_FAR = 0.25;

  private static final double SMOOTHING = 0.3;
  private static final int MEAN_CHANGE_DAYS = 7;
  private static final int RESIDUAL_DAYS = 7;

  private static final List<String> CANDIDATES =
      List.of(
          Boosting.NAME,
          SmileBoosting.NAME,
          Residuals.MeanChange.NAME,
          Residuals.SeasonalNaive.NAME,
          Residuals.Smoothing.NAME);

  private final Instant boundary;
  private final LoadHistory history;
  private final Grid grid;
  private final Calendar calendar;
  private final ForecastSettings settings;
  private final double[] levels;

  FitTask(
      Instant boundary,
      LoadHistory history,
      Grid grid,
      Calendar calendar,
      ForecastSettings settings) {
    this.boundary = boundary;
    this.history = history;
    this.grid = grid;
    this.calendar = calendar;
    this.settings = settings;
    this.levels = settings.levelArray();
  }

  /** The history up to this time is learned from. */
  public Instant boundary() {
    return boundary;
  }

  /** Fits; the same task always gives the same model. Takes about a second of one core. */
  public FittedModel run() {
    Bins bins = Outages.removed(Bins.before(history, history.end(), grid, Integer.MAX_VALUE));
    int split = bins.size() - heldOut(bins);
    double least = bins.least();
    Steps steps = new Steps(grid, Double.isNaN(least) ? 0 : Math.min(0, least));

    Learning learning = new Learning(bins);
    List<Candidate> early = learning.fit(split, Set.copyOf(CANDIDATES));
    List<List<double[][]>> forecasts = new ArrayList<>();
    List<Integer> origins = competitionOrigins(bins, split);
    for (Candidate candidate : early) {
      forecasts.add(origins.stream().map(o -> candidate.quantiles(bins, o)).toList());
    }
    double[][] loads = loadsAfter(bins, origins);
    double[] alone = new double[early.size()];
    for (int c = 0; c < alone.length; c++) {
      alone[c] = Blend.loss(List.of(forecasts.get(c)), new double[] {1}, loads, levels);
    }
    double[] weights = shares(early, alone, forecasts, loads);

    Live live = new Live(grid, levels);
    Blend earlyBlend = blend(early, weights);
    Candidate earlyNaive = named(early, Residuals.SeasonalNaive.NAME);
    for (int origin = split - 1; origin < bins.size() - 1; origin++) {
      issue(live, earlyBlend, earlyNaive, steps, bins, origin, stepAfter(bins, origin));
      live.settle(history, stepAfter(bins, origin + 1));
    }

    List<Evidence> evidence = new ArrayList<>();
    List<String> wanted = new ArrayList<>(List.of(Residuals.SeasonalNaive.NAME));
    for (int c = 0; c < alone.length; c++) {
      evidence.add(new Evidence(early.get(c).name(), alone[c], weights[c]));
      if (weights[c] > 0) {
        wanted.add(early.get(c).name());
      }
    }
    evidence.sort(Comparator.comparingDouble(Evidence::pinball));
    List<Candidate> late = learning.fit(bins.size(), Set.copyOf(wanted));
    return new FittedModel(
        boundary,
        history.end(),
        blend(late, lateWeights(late, early, weights)),
        named(late, Residuals.SeasonalNaive.NAME),
        steps,
        live,
        evidence);
  }

  /**
   * What each candidate has to say. Those that learn vote among themselves: they are equally old
   * here. A point forecast looks at the held-out days themselves, and in use the models are younger
   * than here; so it has to be better by far, and then speaks alone.
   */
  private double[] shares(
      List<Candidate> early, double[] alone, List<List<double[][]>> forecasts, double[][] loads) {
    int learning = (int) early.stream().filter(c -> !(c instanceof Residuals)).count();
    int best = 0;
    for (int c = 1; c < alone.length; c++) {
      best = alone[c] < alone[best] ? c : best;
    }
    double[] shares = new double[alone.length];
    if (learning == 0 || alone[best] < BETTER_BY_FAR * alone[0]) {
      shares[best] = 1;
    } else {
      double[] votes = Blend.weights(forecasts.subList(0, learning), loads, levels);
      System.arraycopy(votes, 0, shares, 0, learning);
    }
    return shares;
  }

  private static int heldOut(Bins bins) {
    return (int) Math.min(HELD_OUT_DAYS * bins.perDay(), HELD_OUT_SHARE * bins.size());
  }

  private List<Integer> competitionOrigins(Bins bins, int split) {
    List<Integer> origins = new ArrayList<>();
    int stride = Math.max(1, COMPETITION_STRIDE * bins.perHour() / 12);
    for (int origin = split - 1; origin < bins.size() - 1; origin += stride) {
      if (origin >= 0 && !Double.isNaN(bins.at(origin))) {
        origins.add(origin);
      }
    }
    return origins;
  }

  private double[][] loadsAfter(Bins bins, List<Integer> origins) {
    double[][] loads = new double[origins.size()][grid.bins()];
    for (int i = 0; i < loads.length; i++) {
      for (int h = 0; h < loads[i].length; h++) {
        loads[i][h] = bins.at(origins.get(i) + 1 + h);
      }
    }
    return loads;
  }

  /** The number of the step after bin {@code origin}; the last bin ends with the history. */
  private int stepAfter(Bins bins, int origin) {
    return history.end() - (bins.size() - 1 - origin) * grid.stepsPerBin();
  }

  /** Issues one forecast into a live record, unless the load is unknown. */
  static void issue(
      Live live,
      Candidate candidate,
      Candidate naive,
      Steps steps,
      Bins bins,
      int origin,
      int step) {
    double last = bins.at(origin);
    if (Double.isNaN(last)) {
      return;
    }
    double[][] raw = steps.of(candidate.quantiles(bins, origin), last);
    live.issue(step, raw, steps.of(naive.quantiles(bins, origin), last));
  }

  /** The rows to learn from, collected once for all fits of a task. */
  private final class Learning {
    private final Bins bins;
    private final FeatureSet set;
    private final TrainingSet training;
    private final BinnedSample sample;
    private final double days;

    Learning(Bins bins) {
      long window = settings.fitWindow().toSeconds() / bins.binSeconds();
      int from = (int) Math.max(0, bins.size() - window);
      this.bins = bins;
      this.set = new FeatureSet(calendar, bins, reach(grid, settings), settings.without());
      this.training = Boosting.training(set, bins, grid.bins(), from);
      this.sample = new BinnedSample(training.features(), training.rows());
      this.days = (double) (bins.size() - from) / bins.perDay();
    }

    /** Fits the wanted candidates on what was known at the end of the first {@code size} bins. */
    List<Candidate> fit(int size, Set<String> wanted) {
      int firstRow = training.rowsFrom(size);
      int horizon = grid.bins();
      int reach = reach(grid, settings);
      List<Candidate> fitted = new ArrayList<>();
      if (firstRow < training.rows()) {
        if (wanted.contains(Boosting.NAME)) {
          fitted.add(
              Boosting.fit(
                  set, training, sample, firstRow, days, levels, horizon, settings.seed()));
        }
        if (wanted.contains(SmileBoosting.NAME)) {
          fitted.add(SmileBoosting.fit(set, training, firstRow, levels, horizon, settings.seed()));
        }
      }
      Bins known = bins.first(size);
      for (Residuals.Point point :
          List.of(
              new Residuals.MeanChange(MEAN_CHANGE_DAYS, reach),
              new Residuals.SeasonalNaive(),
              new Residuals.Smoothing(SMOOTHING))) {
        if (wanted.contains(point.name())) {
          int since = size - RESIDUAL_DAYS * bins.perDay();
          fitted.add(Residuals.measure(point, known, since, size, levels, horizon, reach));
        }
      }
      return fitted;
    }
  }

  private static Blend blend(List<Candidate> candidates, double[] weights) {
    List<Candidate> members = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (int c = 0; c < weights.length; c++) {
      if (weights[c] > 0) {
        members.add(candidates.get(c));
        shares.add(weights[c]);
      }
    }
    return new Blend(members, shares.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static double[] lateWeights(
      List<Candidate> late, List<Candidate> early, double[] weights) {
    double[] result = new double[late.size()];
    for (int i = 0; i < result.length; i++) {
      for (int c = 0; c < weights.length; c++) {
        if (early.get(c).name().equals(late.get(i).name())) {
          result[i] = weights[c];
        }
      }
    }
    return result;
  }

  private static Candidate named(List<Candidate> candidates, String name) {
    return candidates.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  /** Bins a gap may last for the load before it to stand in. */
  static int reach(Grid grid, ForecastSettings settings) {
    return Math.toIntExact(
        settings.staleAfter().toSeconds() / (grid.step().toSeconds() * grid.stepsPerBin()));
  }
}
