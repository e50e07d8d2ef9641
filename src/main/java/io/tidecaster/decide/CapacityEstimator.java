package io.tidecaster.decide;

import io.tidecaster.history.LoadPoint;
import io.tidecaster.workload.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Learns what one replica bears from the load and the CPU of its minutes, by the utilization law
 * CPU = idle + cost × load a replica. What the user states wins.
 *
 * <p>Robust against the CPU of starting replicas and against outliers: minutes in which replicas
 * came, went or were silent are left out, and the line is the median of the slopes between medians
 * (Theil 1950, Sen 1968), which bears almost a third of wild minutes. Left out is also a minute in
 * which a CPU limit held the replicas back: they needed more than they used.
 */
public final class CapacityEstimator {

  /** Minutes that are kept: three days. */
  static final int MAX_MINUTES = 3 * 24 * 60;

  /** From so many usable minutes on the line is trusted. */
  static final int LEARNED_MINUTES = 60;

  /** A line needs loads a replica whose 90 % quantile is so many times the 10 % quantile. */
  static final double LEAST_SPREAD = 1.2;

  /** A minute counts only if the replicas had stayed the same for so many minutes before. */
  static final int SETTLED_MINUTES = 3;

  private static final int BINS = 24;

  /** The newest minutes, which stand in for the line. */
  private static final int RECENT_MINUTES = 10;

  private final int settledMinutes;
  private final double mostThrottled;
  private final double[] recentLoads = new double[RECENT_MINUTES];
  private final double[] recentCores = new double[RECENT_MINUTES];
  private long seenRecently;
  private final double[] loads = new double[MAX_MINUTES];
  private final double[] cores = new double[MAX_MINUTES];
  private long seen;
  private int lastReporting = -1;
  private int minutesSinceChange;
  private Optional<UtilizationLaw> law = Optional.empty();
  private long lawAt = -1;

  public CapacityEstimator() {
    this(SETTLED_MINUTES, 1);
  }

  /**
   * One that learns no line from throttled minutes.
   *
   * @param mostThrottled the share of throttled periods from which on a minute is one
   */
  public CapacityEstimator(double mostThrottled) {
    this(SETTLED_MINUTES, mostThrottled);
  }

  /** One that lets so many minutes pass after a change before it learns again. */
  CapacityEstimator(int settledMinutes) {
    this(settledMinutes, 1);
  }

  private CapacityEstimator(int settledMinutes, double mostThrottled) {
    this.settledMinutes = settledMinutes;
    this.mostThrottled = mostThrottled;
  }

  /** An estimator that has seen these minutes, oldest first. */
  public static CapacityEstimator replay(List<LoadPoint> points) {
    CapacityEstimator estimator = new CapacityEstimator();
    points.forEach(estimator::observe);
    return estimator;
  }

  /** Learns from one more minute; minutes come in order. */
  public void observe(LoadPoint point) {
    int replicas = point.cpuReporting();
    if (replicas == lastReporting && point.silent() == 0) {
      minutesSinceChange++;
    } else {
      minutesSinceChange = 0;
      lastReporting = replicas;
    }
    if (point.load().isEmpty()
        || point.cpuCores().isEmpty()
        || replicas == 0
        || minutesSinceChange < settledMinutes) {
      return;
    }
    double load = point.load().getAsDouble() / replicas;
    double cpu = point.cpuCores().getAsDouble() / replicas;
    int recent = (int) (seenRecently++ % RECENT_MINUTES);
    recentLoads[recent] = load;
    recentCores[recent] = cpu;
    if (!point.isThrottledAbove(mostThrottled)) {
      int slot = (int) (seen++ % MAX_MINUTES);
      loads[slot] = load;
      cores[slot] = cpu;
    }
  }

  /** Whether no replica came or went lately: what was seen is then of load, not of start-up. */
  public boolean isSettled() {
    return minutesSinceChange >= settledMinutes;
  }

  /**
   * What one replica bears under this objective.
   *
   * @param cpuRequestCores the CPU request of one replica; needed for a target utilization
   */
  public CapacityEstimate estimate(Objective objective, OptionalDouble cpuRequestCores) {
    return switch (objective) {
      case Objective.RequestsPerReplica stated ->
          new CapacityEstimate.Known(
              new Capacity(stated.requestsPerSecond(), Capacity.Origin.STATED), Optional.empty());
      case Objective.TargetUtilization target -> fromUtilization(target, cpuRequestCores);
      case Objective.Latency latency ->
          new CapacityEstimate.Unknown(
              "capacity is not learned from response times; state objective.requestsPerReplica or"
                  + " objective.targetUtilization");
    };
  }

  private CapacityEstimate fromUtilization(
      Objective.TargetUtilization target, OptionalDouble cpuRequestCores) {
    if (cpuRequestCores.isEmpty()) {
      return new CapacityEstimate.Unknown(
          "targetUtilization %s has no CPU request to be a share of; set resources.requests.cpu"
              .formatted(Figures.percent(target.ratio())));
    }
    if (seenRecently == 0) {
      return new CapacityEstimate.Unknown(
          "0 min with load, CPU and unchanged replicas < 1 min; check the series of usage.cpu");
    }
    double targetCores = target.ratio() * cpuRequestCores.getAsDouble();
    Optional<UtilizationLaw> learned = law();
    if (learned.isPresent()) {
      OptionalDouble perReplica = learned.get().loadAt(targetCores);
      if (perReplica.isEmpty()) {
        return new CapacityEstimate.Unknown(
            "a replica uses %s cores idle, its target is %s; raise targetUtilization or the request"
                .formatted(Figures.of(learned.get().idleCores()), Figures.of(targetCores)));
      }
      return new CapacityEstimate.Known(
          new Capacity(perReplica.getAsDouble(), Capacity.Origin.LEARNED), learned);
    }
    double costPerRequest = recentCoresPerLoad();
    if (!(costPerRequest > 0 && Double.isFinite(costPerRequest))) {
      return new CapacityEstimate.Unknown(
          "%d min seen, none with both load and CPU above 0; wait for load"
              .formatted(Math.min(seenRecently, MAX_MINUTES)));
    }
    return new CapacityEstimate.Known(
        new Capacity(targetCores / costPerRequest, Capacity.Origin.PROVISIONAL), Optional.empty());
  }

  /** The line through what was seen; empty while too little was, or the load hardly varied. */
  public Optional<UtilizationLaw> law() {
    if (lawAt != seen) {
      law = fit(minutes());
      lawAt = seen;
    }
    return law;
  }

  private int minutes() {
    return (int) Math.min(seen, MAX_MINUTES);
  }

  private Optional<UtilizationLaw> fit(int n) {
    if (n < LEARNED_MINUTES) {
      return Optional.empty();
    }
    double[] sorted = Arrays.copyOf(loads, n);
    Arrays.sort(sorted);
    double low = sorted[n / 10];
    double high = sorted[n - 1 - n / 10];
    if (!(high > 0) || high < low * LEAST_SPREAD) {
      return Optional.empty();
    }
    double[][] medians = mediansByLoad(n);
    double slope = medianSlope(medians);
    double idle = medianIntercept(medians, slope);
    if (idle < 0) {
      idle = 0;
      slope = medianSlopeThroughOrigin(medians);
    }
    return slope > 0 ? Optional.of(new UtilizationLaw(idle, slope)) : Optional.empty();
  }

  /** Median load and median CPU of each of equally full bins by load: {@code [x, y]} a bin. */
  private double[][] mediansByLoad(int n) {
    Integer[] byLoad = new Integer[n];
    Arrays.setAll(byLoad, i -> i);
    Arrays.sort(byLoad, (a, b) -> Double.compare(loads[a], loads[b]));
    double[][] medians = new double[BINS][];
    for (int bin = 0; bin < BINS; bin++) {
      int from = n * bin / BINS;
      int to = n * (bin + 1) / BINS;
      double[] x = new double[to - from];
      double[] y = new double[to - from];
      for (int i = from; i < to; i++) {
        x[i - from] = loads[byLoad[i]];
        y[i - from] = cores[byLoad[i]];
      }
      medians[bin] = new double[] {median(x), median(y)};
    }
    return medians;
  }

  private static double medianSlope(double[][] points) {
    double[] slopes = new double[points.length * (points.length - 1) / 2];
    int count = 0;
    for (int i = 0; i < points.length; i++) {
      for (int j = i + 1; j < points.length; j++) {
        double run = points[j][0] - points[i][0];
        if (run > 0) {
          slopes[count++] = (points[j][1] - points[i][1]) / run;
        }
      }
    }
    return median(Arrays.copyOf(slopes, count));
  }

  private static double medianIntercept(double[][] points, double slope) {
    return median(Arrays.stream(points).mapToDouble(p -> p[1] - slope * p[0]).toArray());
  }

  private static double medianSlopeThroughOrigin(double[][] points) {
    return median(
        Arrays.stream(points).filter(p -> p[0] > 0).mapToDouble(p -> p[1] / p[0]).toArray());
  }

  /** CPU a unit of load over the last usable minutes, idle CPU included: a careful stand-in. */
  private double recentCoresPerLoad() {
    return Arrays.stream(recentCores).sum() / Arrays.stream(recentLoads).sum();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int n = values.length;
    return n == 0 ? Double.NaN : (values[(n - 1) / 2] + values[n / 2]) / 2;
  }
}
