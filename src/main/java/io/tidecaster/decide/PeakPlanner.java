package io.tidecaster.decide;

import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.BoundsOverTime;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Learns from one scaler's own past how much to plan for: takes in its loads minute by minute, says
 * once a day when a fit is due, and gives the peak to plan for. Not thread-safe; only {@link
 * PeakFit#run()} may run elsewhere.
 *
 * <p>What it says is a function of the loads up to then and of the terms, once the fit that was due
 * is adopted: after a restart the same minute gets the same peak.
 */
public final class PeakPlanner {
  private final Settings settings;
  private final Decider.Settings decider;
  private final long offsetMinutes;
  private final MinuteLoads loads;
  private @Nullable PeakModel model;

  /**
   * What may be set.
   *
   * @param firstFitAfter least history for a fit
   * @param refitEvery time between two fits
   * @param fitWindow history that a fit learns the peaks from
   * @param replayWindow the days on which headrooms are tried, each with a model that had not seen
   *     them
   */
  public record Settings(
      Duration firstFitAfter, Duration refitEvery, Duration fitWindow, Duration replayWindow) {

    public static final Settings DEFAULT =
        new Settings(
            Duration.ofDays(2), Duration.ofDays(1), Duration.ofDays(21), Duration.ofDays(14));

    public Settings {
      requireBetween("firstFitAfter", firstFitAfter, Duration.ofHours(30), Duration.ofDays(14));
      requireBetween("refitEvery", refitEvery, Duration.ofHours(1), Duration.ofDays(7));
      requireBetween("fitWindow", fitWindow, Duration.ofDays(2), Duration.ofDays(60));
      requireBetween("replayWindow", replayWindow, Duration.ZERO, Duration.ofDays(28));
    }

    private static void requireBetween(String what, Duration value, Duration low, Duration high) {
      if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
        throw new IllegalArgumentException(
            "peak.%s %s must lie between %s and %s".formatted(what, value, low, high));
      }
    }

    /** Loads that are kept: five weeks with the default. */
    public Duration history() {
      return fitWindow.plus(replayWindow);
    }
  }

  /**
   * What the headroom is learned for; another lead time or capacity wants another.
   *
   * @param perReplica load that a replica bears under the objective
   * @param hpaPerReplica under that of the HPA it is compared with
   * @param serviceLevel with 0.95, a request that meets too few replicas costs 0.95 ÷ 0.05 = 19
   *     times what serving one costs
   */
  public record Terms(
      double perReplica,
      double hpaPerReplica,
      Duration leadTime,
      BoundsOverTime bounds,
      Behavior behavior,
      double serviceLevel) {

    /** With the same bounds at all times. */
    public Terms(
        double perReplica,
        double hpaPerReplica,
        Duration leadTime,
        Bounds bounds,
        Behavior behavior,
        double serviceLevel) {
      this(
          perReplica,
          hpaPerReplica,
          leadTime,
          BoundsOverTime.always(bounds),
          behavior,
          serviceLevel);
    }

    /** Whether what was learned for the other may still be used: no more than 20 % differ. */
    boolean resembles(Terms other, Duration interval) {
      return PeakModel.window(leadTime, interval) == PeakModel.window(other.leadTime, interval)
          && Math.abs(perReplica / other.perReplica - 1) <= 0.2
          && Math.abs(hpaPerReplica / other.hpaPerReplica - 1) <= 0.2
          && serviceLevel == other.serviceLevel
          && bounds.equals(other.bounds)
          && behavior.equals(other.behavior);
    }
  }

  public PeakPlanner(ScalerId scaler, Settings settings, Decider.Settings decider) {
    this.settings = settings;
    this.decider = decider;
    this.offsetMinutes =
        Math.floorMod(scaler.toString().hashCode(), settings.refitEvery().toMinutes());
    this.loads = new MinuteLoads(Math.toIntExact(settings.history().toMinutes()));
  }

  /** Takes in one minute; those left out since the last are gaps, older ones are ignored. */
  public void observe(Instant minute, OptionalDouble load) {
    loads.add(minute, load.orElse(Double.NaN));
  }

  /** The fit that should be in force by now and is not, for these terms. */
  public Optional<PeakFit> fitDue(Terms terms) {
    Optional<Instant> boundary = boundary();
    if (boundary.isEmpty()) {
      return Optional.empty();
    }
    boolean inForce =
        model != null
            && !model.boundary().isBefore(boundary.get())
            && model.terms().resembles(terms, decider.interval());
    return inForce
        ? Optional.empty()
        : Optional.of(
            new PeakFit(
                boundary.get(),
                loads.before(boundary.get()),
                terms,
                settings,
                decider,
                reusable(terms)));
  }

  /** What was fitted for the same lead time holds on; capacity and bounds are not in it. */
  private Map<Instant, PeakLines> reusable(Terms terms) {
    return model != null
            && PeakModel.window(terms.leadTime(), decider.interval())
                == PeakModel.window(model.terms().leadTime(), decider.interval())
        ? model.fitted()
        : Map.of();
  }

  /** The first as soon as there is enough, then once a period at the scaler's own time. */
  private Optional<Instant> boundary() {
    if (loads.size() < settings.firstFitAfter().toMinutes()) {
      return Optional.empty();
    }
    long now = loads.end().getEpochSecond() / 60;
    long first = now - loads.size() + settings.firstFitAfter().toMinutes();
    long period = settings.refitEvery().toMinutes();
    long regular = Math.floorDiv(now - offsetMinutes, period) * period + offsetMinutes;
    return Optional.of(Instant.ofEpochSecond(Math.max(first, regular) * 60));
  }

  /** Puts a model in force, unless it is older than the one that is. */
  public void adopt(PeakModel fitted) {
    if (model == null || !fitted.boundary().isBefore(model.boundary())) {
      model = fitted;
    }
  }

  /**
   * The peak to plan for as of the end of the last minute; empty while nothing is learned for this
   * lead time, or that minute's load is unknown.
   */
  public Optional<Peak> peak(Duration leadTime) {
    int last = loads.size() - 1;
    if (model == null
        || last < PeakFeatures.LEAST_PAST
        || !loads.isKnown(last)
        || PeakModel.window(leadTime, decider.interval())
            != PeakModel.window(model.terms().leadTime(), decider.interval())) {
      return Optional.empty();
    }
    PeakFeatures features = new PeakFeatures(loads, PeakModel.window(leadTime, decider.interval()));
    return Optional.of(model.peak(features.at(last), loads.at(last)));
  }

  /** What is in force. */
  public Optional<PeakModel> model() {
    return Optional.ofNullable(model);
  }
}
