package io.tidecaster.forecast;

import io.tidecaster.calendar.Calendar;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A fit that is due: holds copies of all it needs, so that it may run on any thread. */
public final class FitTask {
  private final Instant boundary;
  private final LoadHistory history;
  private final Grid grid;
  private final Calendar calendar;
  private final ForecastSettings settings;

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
  }

  /** The history up to this time is learned from. */
  public Instant boundary() {
    return boundary;
  }

  /** What is known of the future. */
  public Calendar calendar() {
    return calendar;
  }

  /** Fits; the same task always gives the same model. Takes seconds of one core. */
  public FittedModel run() {
    Bins bins = Bins.before(history, history.end(), grid, Integer.MAX_VALUE);
    int reach = reach(grid, settings);
    int week = 7 * bins.perDay();
    int held = Math.min(2 * bins.perDay(), bins.size() / 4);
    double[] levels = settings.levelArray();
    List<Residuals.Point> points =
        List.of(new Residuals.SeasonalNaive(), new Residuals.MeanChange(7, reach));
    List<Evidence> evidence = new ArrayList<>();
    for (Residuals.Point point : points) {
      int split = bins.size() - held;
      Candidate candidate =
          Residuals.measure(point, bins, split - week, split, levels, grid.bins(), reach);
      evidence.add(
          new Evidence(candidate.name(), pinball(candidate, bins, split, levels, grid.bins()), 0));
    }
    String best =
        evidence.stream()
            .min(Comparator.comparingDouble(Evidence::pinball))
            .orElseThrow()
            .candidate();
    List<Candidate> fitted =
        points.stream()
            .<Candidate>map(point ->
                Residuals.measure(
                    point, bins, bins.size() - week, bins.size(), levels, grid.bins(), reach))
            .toList();
    return new FittedModel(
        boundary,
        fitted.stream().filter(c -> c.name().equals(best)).findFirst().orElseThrow(),
        fitted.getFirst(),
        evidence.stream()
            .map(e -> new Evidence(e.candidate(), e.pinball(), e.candidate().equals(best) ? 1 : 0))
            .sorted(Comparator.comparingDouble(Evidence::pinball))
            .toList());
  }

  static int reach(Grid grid, ForecastSettings settings) {
    return Math.toIntExact(
        settings.staleAfter().toSeconds() / (grid.step().toSeconds() * grid.stepsPerBin()));
  }

  private static double pinball(
      Candidate candidate, Bins bins, int from, double[] levels, int horizon) {
    double loss = 0;
    int scored = 0;
    for (int origin = Math.max(0, from); origin + 1 < bins.size(); origin++) {
      if (Double.isNaN(bins.at(origin))) {
        continue;
      }
      double[][] quantiles = candidate.quantiles(bins, origin);
      for (int h = 0; h < horizon; h++) {
        double y = bins.at(origin + 1 + h);
        if (!Double.isNaN(y)) {
          for (int l = 0; l < levels.length; l++) {
            loss += Quantiles.pinball(levels[l], y, quantiles[l][h]);
          }
          scored++;
        }
      }
    }
    return scored == 0 ? 0 : loss / scored / levels.length;
  }
}
