package io.tidecaster.decide;

import io.tidecaster.workload.Bounds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fit that is due; holds copies of all it needs, so that it may run on any thread.
 *
 * <p>It learns quantiles of the peak, and which headroom to put on them: each of the last days is
 * predicted by a model of the days before it and replayed with every headroom, by the rules that
 * decide. The best is the one with the least cost: replica time × (1 + price × share of requests
 * that meet too few replicas), with the price that follows from the service level.
 */
public final class PeakFit {
  private static final int DAY = 24 * 60;

  /** Quantiles of the peak that are tried. */
  static final double[] LEVELS = {0.9, 0.95, 0.99};

  /** Factors on them that are tried. */
  static final double[] FACTORS = {0.97, 1, 1.03, 1.06, 1.1, 1.15, 1.22, 1.32, 1.45};

  /** Factors on reserve and band of the settings' hysteresis that are tried. */
  private static final double[][] WIDTHS = {{1, 1}, {1.2, 1.17}, {1.6, 1.33}, {2, 1.67}};

  /** What holds until a day could be replayed. */
  static final Headroom UNTRIED = new Headroom(0.95, 1.08, Headroom.Origin.STATED);

  /**
   * The headroom that did best on the days that were replayed meets more shortage on the days after
   * them, as every choice in hindsight does, and the more so the fewer they were: a shortage weighs
   * 6 ÷ days of its price, 3 times with two days and 0.4 times with fourteen.
   */
  private static final double UNSEEN_DAYS = 6;

  /** The share of an HPA's scalings that cost nothing. */
  private static final double FREE_SCALINGS = 0.95;

  /** Twice the scalings that are free are worth a twentieth of the replica-hours. */
  private static final double SCALINGS_PRICE = 0.05;

  /** Every so many minutes are learned from; those between them are much like them. */
  private static final int STRIDE = 4;

  private static final int LEAST_SAMPLES = 200;

  private final Instant boundary;
  private final MinuteLoads loads;
  private final PeakPlanner.Terms terms;
  private final PeakPlanner.Settings settings;
  private final Decider.Settings decider;
  private final PeakFeatures features;
  private final int window;
  private final Map<Instant, PeakLines> fitted;

  PeakFit(
      Instant boundary,
      MinuteLoads loads,
      PeakPlanner.Terms terms,
      PeakPlanner.Settings settings,
      Decider.Settings decider,
      Map<Instant, PeakLines> fitted) {
    this.boundary = boundary;
    this.fitted = new HashMap<>(fitted);
    this.loads = loads;
    this.terms = terms;
    this.settings = settings;
    this.decider = decider;
    this.window = PeakModel.window(terms.leadTime(), decider.interval());
    this.features = new PeakFeatures(loads, window);
  }

  /** The loads before this time are learned from. */
  public Instant boundary() {
    return boundary;
  }

  /** Fits; the same task always gives the same model. Takes about two seconds of one core. */
  public PeakModel run() {
    int end = loads.size();
    Samples samples = samples(end);
    PeakLines inForce = fitted(samples, end);
    int replayed = (int) settings.replayWindow().toDays();
    int first = end - replayed * DAY;
    while (first < settings.firstFitAfter().toMinutes()) {
      first += DAY;
    }
    if (first >= end) {
      return model(Optional.empty(), List.of(), 0, inForce);
    }
    Past past = new Past(first, end, bounds(first, end));
    double[][] raw = predictUnseen(samples, first, end);
    double days = (double) (end - first) / DAY;
    int freeScalings = freeScalings(past);
    List<PeakModel.Trial> trials = new ArrayList<>();
    PeakModel.Trial best = null;
    for (double[] width : WIDTHS) {
      Hysteresis hysteresis = decider.hysteresis().times(width[0], width[1]);
      for (int level = 0; level < LEVELS.length; level++) {
        for (double factor : FACTORS) {
          Headroom headroom = new Headroom(LEVELS[level], factor, Headroom.Origin.LEARNED);
          PeakModel.Trial trial = replay(past, headroom, hysteresis, raw[level]);
          trials.add(trial);
          if (best == null || cost(trial, days, freeScalings) < cost(best, days, freeScalings)) {
            best = trial;
          }
        }
      }
    }
    return model(Optional.ofNullable(best), trials, freeScalings, inForce);
  }

  private PeakModel model(
      Optional<PeakModel.Trial> best,
      List<PeakModel.Trial> trials,
      int freeScalings,
      PeakLines inForce) {
    Instant oldest = boundary.minus(settings.replayWindow());
    fitted.keySet().removeIf(at -> at.isBefore(oldest));
    return new PeakModel(boundary, terms, best, trials, freeScalings, inForce, fitted);
  }

  /** The models of the days before minute {@code end}; those of an earlier fit are taken over. */
  private PeakLines fitted(Samples samples, int end) {
    Instant at = boundary.minusSeconds(60L * (loads.size() - end));
    return fitted.computeIfAbsent(at, _ -> fitAll(samples, end));
  }

  /**
   * Replica hours, and the price of every request that would have met too few of them, and of every
   * scaling above those that are free.
   */
  private double cost(PeakModel.Trial trial, double days, int freeScalings) {
    double price = UNSEEN_DAYS / days * terms.serviceLevel() / (1 - terms.serviceLevel());
    double likely = trial.violationShare() + trial.violationError();
    double excess = Math.max(0, (double) trial.scalings() / freeScalings - 1);
    return trial.replicaHours() * (1 + price * likely) * (1 + SCALINGS_PRICE * excess);
  }

  /** The minutes that are learned from, ascending, and what each of them had. */
  private static final class Samples {
    final int[] minutes;
    final double[][] features;
    final double[] rises;

    Samples(int[] minutes, double[][] features, double[] rises) {
      this.minutes = minutes;
      this.features = features;
      this.rises = rises;
    }
  }

  private Samples samples(int end) {
    int[] minutes = new int[end / STRIDE + 1];
    double[][] rows = new double[minutes.length][];
    double[] rises = new double[minutes.length];
    int n = 0;
    for (int i = PeakFeatures.LEAST_PAST; i < end; i += STRIDE) {
      if (features.isComplete(i)) {
        minutes[n] = i;
        rows[n] = features.at(i);
        rises[n] = features.peakAfter(i) - loads.at(i);
        n++;
      }
    }
    return new Samples(Arrays.copyOf(minutes, n), Arrays.copyOf(rows, n), Arrays.copyOf(rises, n));
  }

  /** One model a level, of the samples whose peak was known before {@code end}. */
  private PeakLines fitAll(Samples samples, int end) {
    int from = lowerBound(samples.minutes, end - (int) settings.fitWindow().toMinutes());
    int to = lowerBound(samples.minutes, end - window - 1);
    if (to - from < LEAST_SAMPLES) {
      return PeakLines.flat(LEVELS.length);
    }
    double[][] coefficients = new double[LEVELS.length][PeakFeatures.COUNT];
    double[] scale = new double[PeakFeatures.COUNT];
    double[] least = samples.features[from].clone();
    double[] most = least.clone();
    for (int i = from; i < to; i++) {
      for (int f = 0; f < scale.length; f++) {
        double feature = samples.features[i][f];
        scale[f] += Math.abs(feature) / (to - from);
        least[f] = Math.min(least[f], feature);
        most[f] = Math.max(most[f], feature);
      }
    }
    double[][] rows = new double[to - from][scale.length];
    for (int i = from; i < to; i++) {
      for (int f = 0; f < scale.length; f++) {
        rows[i - from][f] = scale[f] > 0 ? samples.features[i][f] / scale[f] : 0;
      }
    }
    double[] rises = Arrays.copyOfRange(samples.rises, from, to);
    for (int level = 0; level < LEVELS.length; level++) {
      double[] scaled = QuantileRegression.fit(rows, rises, LEVELS[level]);
      for (int f = 0; f < scale.length; f++) {
        coefficients[level][f] = scale[f] > 0 ? scaled[f] / scale[f] : 0;
      }
    }
    return new PeakLines(coefficients, least, most);
  }

  private static int lowerBound(int[] ascending, int value) {
    int at = Arrays.binarySearch(ascending, value);
    return at < 0 ? -at - 1 : at;
  }

  /** Each day's peaks as a model of the days before it says: {@code [level][minute − first]}. */
  private double[][] predictUnseen(Samples samples, int first, int end) {
    double[][] raw = new double[LEVELS.length][end - first];
    for (int day = first; day < end; day += DAY) {
      PeakLines lines = fitted(samples, day);
      for (int i = day; i < Math.min(end, day + DAY); i++) {
        double[] row = features.at(i);
        for (int level = 0; level < LEVELS.length; level++) {
          raw[level][i - first] = lines.peak(level, row, loads.at(i));
        }
      }
    }
    return raw;
  }

  /** Days that are replayed: from minute {@code first} to {@code end}, and the bounds in them. */
  private record Past(int first, int end, List<Bounds> bounds) {}

  /** The bounds at the end of each minute from {@code first} on, as a schedule moves them. */
  private List<Bounds> bounds(int first, int end) {
    List<Bounds> bounds = new ArrayList<>(end - first);
    for (int i = first; i < end; i++) {
      bounds.add(terms.bounds().at(endOf(i, end), terms.leadTime()));
    }
    return bounds;
  }

  private Instant endOf(int minute, int end) {
    return boundary.minusSeconds(60L * (end - 1 - minute));
  }

  private PeakModel.Trial replay(
      Past past, Headroom headroom, Hysteresis hysteresis, double[] raw) {
    Capacity capacity = new Capacity(terms.perReplica(), Capacity.Origin.LEARNED);
    Rehearsal fleet = begin(past, capacity.replicasFor(raw[0] * headroom.factor()));
    for (int i = past.first(); i < past.end(); i++) {
      // the replicas asked for at the end of the minute before
      bear(fleet, past, i);
      double demand = Math.max(loads.at(i), raw[i - past.first()] * headroom.factor());
      int recommended =
          PlanRule.recommend(fleet.asked(), demand, capacity, terms.behavior(), hysteresis);
      fleet.follow(endOf(i, past.end()), past.bounds().get(i - past.first()), recommended);
    }
    return new PeakModel.Trial(
        headroom,
        hysteresis,
        fleet.replicaHours(),
        fleet.violationShare(),
        fleet.violationError(),
        fleet.scalings());
  }

  /** Nearly as many as an HPA would have made of the days, and at least one. */
  private int freeScalings(Past past) {
    double target = terms.hpaPerReplica();
    double load = loads.isKnown(past.first()) ? loads.at(past.first()) : 0;
    Rehearsal fleet = begin(past, new Capacity(target, Capacity.Origin.LEARNED).replicasFor(load));
    for (int i = past.first(); i < past.end(); i++) {
      if (loads.isKnown(i)) {
        int recommended = HpaRule.forTotal(fleet.asked(), loads.at(i), target, HpaRule.TOLERANCE);
        fleet.follow(endOf(i, past.end()), past.bounds().get(i - past.first()), recommended);
      }
    }
    return Math.max(1, (int) (FREE_SCALINGS * fleet.scalings()));
  }

  private Rehearsal begin(Past past, int replicas) {
    return new Rehearsal(
        terms.behavior(),
        terms.perReplica(),
        terms.leadTime(),
        past.bounds().getFirst().clamp(replicas));
  }

  private void bear(Rehearsal fleet, Past past, int minute) {
    if (loads.isKnown(minute)) {
      int next = minute + 1 < past.end() ? minute + 1 : minute;
      fleet.bear(loads.at(minute), loads.at(next));
    }
  }
}
