package io.tidecaster.decide;

import io.tidecaster.workload.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

  /** What holds until a day could be replayed. */
  static final Headroom UNTRIED = new Headroom(0.95, 1.08, Headroom.Origin.STATED);

  /**
   * The headroom that did best on the days that were replayed meets more shortage on the days after
   * them, as every choice in hindsight does, and the more so the fewer they were: a shortage weighs
   * 8 ÷ days of its price, 4 times with two days and 0.6 times with fourteen.
   */
  private static final double UNSEEN_DAYS = 8;

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
      return model(UNTRIED, inForce, List.of());
    }
    double days = (double) (end - first) / DAY;
    double[][] raw = predictUnseen(samples, first, end);
    Bounds[] bounds = bounds(first, end);
    List<PeakModel.Trial> trials = new ArrayList<>();
    PeakModel.Trial best = null;
    for (int level = 0; level < LEVELS.length; level++) {
      for (double factor : FACTORS) {
        Headroom headroom = new Headroom(LEVELS[level], factor, Headroom.Origin.LEARNED);
        PeakModel.Trial trial = replay(headroom, raw[level], bounds, first);
        trials.add(trial);
        if (best == null || cost(trial, days) < cost(best, days)) {
          best = trial;
        }
      }
    }
    Headroom chosen = best == null ? UNTRIED : best.headroom();
    return model(chosen, inForce, trials);
  }

  private PeakModel model(Headroom headroom, PeakLines inForce, List<PeakModel.Trial> trials) {
    Instant oldest = boundary.minus(settings.replayWindow());
    fitted.keySet().removeIf(at -> at.isBefore(oldest));
    return new PeakModel(
        boundary, terms, headroom, inForce, indexOf(headroom.level()), trials, fitted);
  }

  /** The models of the days before minute {@code end}; those of an earlier fit are taken over. */
  private PeakLines fitted(Samples samples, int end) {
    Instant at = boundary.minusSeconds(60L * (loads.size() - end));
    return fitted.computeIfAbsent(at, _ -> fitAll(samples, end));
  }

  /** Replica hours, and the price of every request that would have met too few of them. */
  private double cost(PeakModel.Trial trial, double days) {
    double price = UNSEEN_DAYS / days * terms.serviceLevel() / (1 - terms.serviceLevel());
    double likely = trial.violationShare() + trial.violationError();
    return trial.replicaHours() * (1 + price * likely);
  }

  private static int indexOf(double level) {
    return Arrays.binarySearch(LEVELS, level);
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

  /** The bounds at the end of each minute from {@code first} on, as a schedule moves them. */
  private Bounds[] bounds(int first, int end) {
    Bounds[] bounds = new Bounds[end - first];
    for (int i = first; i < end; i++) {
      bounds[i - first] = terms.bounds().at(endOf(i, end), terms.leadTime());
    }
    return bounds;
  }

  private Instant endOf(int minute, int end) {
    return boundary.minusSeconds(60L * (end - 1 - minute));
  }

  private PeakModel.Trial replay(Headroom headroom, double[] raw, Bounds[] bounds, int first) {
    int end = first + raw.length;
    Capacity capacity = new Capacity(terms.perReplica(), Capacity.Origin.LEARNED);
    Replay replay = new Replay(terms, decider, capacity, bounds[0], raw[0] * headroom.factor());
    for (int i = first; i < end; i++) {
      // the replicas asked for at the end of the minute before
      if (loads.isKnown(i)) {
        replay.bear(loads.at(i), i + 1 < end ? loads.at(i + 1) : loads.at(i));
      }
      double demand = Math.max(loads.at(i), raw[i - first] * headroom.factor());
      replay.decide(endOf(i, end), bounds[i - first], demand);
    }
    return new PeakModel.Trial(
        headroom, replay.replicaHours(), replay.violationShare(), replay.violationError());
  }

  /** A fleet on paper that decides once a minute by the decider's own rules. */
  private static final class Replay {
    private final PeakPlanner.Terms terms;
    private final Decider.Settings settings;
    private final Capacity capacity;
    private final Duration windowOfRules;
    private final int[] askedBefore;
    private DecisionMemory memory = DecisionMemory.EMPTY;
    private int minutes;
    private int asked;
    private double replicaMinutes;
    private double requests;
    private double inViolation;
    private double inViolationToday;
    private double squaresOfDays;
    private int days;

    Replay(
        PeakPlanner.Terms terms,
        Decider.Settings settings,
        Capacity capacity,
        Bounds bounds,
        double demand) {
      this.terms = terms;
      this.settings = settings;
      this.capacity = capacity;
      this.windowOfRules = BehaviorRules.longestWindow(terms.behavior());
      this.asked = bounds.clamp(capacity.replicasFor(demand));
      this.askedBefore =
          new int[(int) Math.max(1, Math.ceilDiv(terms.leadTime().toSeconds(), 60L) + 1)];
      Arrays.fill(askedBefore, asked);
    }

    /** Replicas that were there all through the lead time bear load. */
    void bear(double load, double next) {
      askedBefore[minutes % askedBefore.length] = asked;
      minutes++;
      int ready = asked;
      for (int before : askedBefore) {
        ready = Math.min(ready, before);
      }
      double borne = ready * capacity.perReplica() * (1 + 1e-9);
      double share = (load > borne ? 0.5 : 0) + ((load + next) / 2 > borne ? 0.5 : 0);
      requests += load;
      inViolation += load * share;
      inViolationToday += load * share;
      if (minutes % DAY == 0) {
        squaresOfDays += inViolationToday * inViolationToday;
        inViolationToday = 0;
        days++;
      }
      replicaMinutes += asked;
    }

    void decide(Instant now, Bounds bounds, double demand) {
      int recommended = PlanRule.recommend(asked, demand, capacity, terms.behavior(), settings);
      DecisionMemory started = memory.startedAt(now, asked);
      int stable = BehaviorRules.stabilize(terms.behavior(), started, now, asked, recommended);
      int limited = BehaviorRules.limit(terms.behavior(), started, now, asked, stable);
      int desired = bounds.clamp(limited);
      memory =
          started.plus(
              new DecisionMemory.Recommendation(now, recommended),
              new DecisionMemory.Change(now, asked, desired),
              windowOfRules);
      asked = desired;
    }

    double replicaHours() {
      return replicaMinutes / 60;
    }

    double violationShare() {
      return requests > 0 ? inViolation / requests : 0;
    }

    /** The standard error of that share, from how much the days differ; 0 with less than two. */
    double violationError() {
      if (days < 2 || requests <= 0) {
        return 0;
      }
      double ofDays = inViolation - inViolationToday;
      double variance = Math.max(0, squaresOfDays - ofDays * ofDays / days) / (days - 1);
      return Math.sqrt(days * variance) / requests;
    }
  }
}
