package io.tidecaster.optimise;

import io.tidecaster.decide.Peak;
import io.tidecaster.decide.PeakFit;
import io.tidecaster.decide.PeakModel;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The loads that sizes and replicas are planned for: learns from the past how large a peak to
 * expect until a resize has taken effect, as the {@link PeakPlanner} of the replicas does until a
 * new one bears load, and holds that against what came since. Not thread-safe.
 */
public final class ResizePlanner {

  /** For what it learns, a size has so many steps up to its largest. */
  private static final int STEPS = 40;

  /** Replicas that a load took to bear are kept for so long. */
  private static final Duration LATE = Duration.ofHours(4);

  private static final Bounds MOST_STEPS = new Bounds(1, 1_000_000);

  /** A size may grow as far as it must, and falls as {@link SizeDecider.Settings} say. */
  private static final Behavior SIZES =
      new Behavior(
          new Behavior.Rules(
              Duration.ZERO,
              Behavior.SelectPolicy.MAX,
              List.of(
                  new Behavior.Policy(
                      Behavior.Policy.Type.PODS, 1_000_000, Duration.ofSeconds(15))),
              0),
          new Behavior.Rules(
              SizeDecider.Settings.DEFAULT.shrinkWindow(),
              Behavior.SelectPolicy.MAX,
              List.of(
                  new Behavior.Policy(Behavior.Policy.Type.PERCENT, 100, Duration.ofSeconds(15))),
              SizeDecider.Settings.DEFAULT.shrinkBand()));

  private final PeakPlanner peaks;
  private final Settings settings;
  private final RiseMargin margin;
  private final LargestLate late;

  /**
   * What is planned for.
   *
   * @param resizeTime from a resize until more CPU bears load
   * @param interval between two decisions
   * @param serviceLevel the share of plans that are to hold, 0.95 for all but one in twenty
   */
  public record Settings(Duration resizeTime, Duration interval, double serviceLevel) {}

  /**
   * One that has seen nothing.
   *
   * @param peaks learns the peaks; players of one load may share it
   */
  public ResizePlanner(PeakPlanner peaks, Settings settings) {
    this(peaks, settings, new LargestLate(LATE));
  }

  private ResizePlanner(PeakPlanner peaks, Settings settings, LargestLate late) {
    this.peaks = peaks;
    this.settings = settings;
    this.late = late;
    this.margin =
        new RiseMargin(settings.serviceLevel(), settings.resizeTime().plus(settings.interval()));
  }

  /**
   * The same for other settings, with all that it saw; what is learned for others is fitted anew.
   */
  public ResizePlanner under(Settings other) {
    return other.equals(settings) ? this : new ResizePlanner(peaks, other, late);
  }

  /** Takes in one minute of the load. */
  public void observe(Instant minute, OptionalDouble load) {
    peaks.observe(minute, load);
    Instant end = minute.plus(Duration.ofMinutes(1));
    load.ifPresent(known -> {
      margin.observe(end, known);
      late.with(end, known);
    });
  }

  /**
   * The fit that should be in force by now and is not.
   *
   * @param largestEach load that a replica bears at its largest size
   */
  public Optional<PeakFit> fitDue(double largestEach) {
    return peaks.fitDue(terms(settings, largestEach));
  }

  /** What peaks are learned for. */
  public static PeakPlanner.Terms terms(Settings settings, double largestEach) {
    double step = largestEach / STEPS;
    return new PeakPlanner.Terms(
        step, step, settings.resizeTime(), MOST_STEPS, SIZES, settings.serviceLevel());
  }

  /** Puts a model in force. */
  public void adopt(PeakModel fitted) {
    peaks.adopt(fitted);
  }

  /**
   * The loads to plan for.
   *
   * @param startUp how long a new replica takes
   * @param laterPeak what the past says of that time; empty while nothing is learned
   */
  public PlannedLoads plan(
      Instant now,
      double present,
      ForecastOutcome forecast,
      Duration startUp,
      Optional<Peak> laterPeak) {
    PlannedLoads loads =
        PlannedLoads.of(
            now,
            present,
            forecast,
            new PlannedLoads.Horizon(
                settings.resizeTime(), startUp, settings.interval(), settings.serviceLevel()),
            peaks.peak(settings.resizeTime()),
            laterPeak);
    return margin.on(now, loads).largestLate(late.with(now, loads.later()));
  }
}
