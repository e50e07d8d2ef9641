package io.tidecaster.optimise;

import io.tidecaster.decide.Headroom;
import io.tidecaster.decide.Peak;
import io.tidecaster.decide.Plan;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.NotReady;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The loads that are planned for.
 *
 * @param present that of this moment
 * @param soon the largest until a resize has taken effect
 * @param later the largest until a new replica bears load
 * @param hour those of the next hour, {@code later} first
 * @param largestLate the largest that came, or was {@code later}, within the last hours
 */
public record PlannedLoads(
    double present, double soon, double later, List<Double> hour, double largestLate) {

  /** Ahead of now a load is looked at every so many minutes. */
  private static final int STRIDE_MINUTES = 5;

  private static final double AHEAD_LEVEL = 0.9;

  /** How far is looked ahead, and how safe that is to be. */
  public record Horizon(
      Duration resizeTime, Duration startUp, Duration interval, double serviceLevel) {}

  public PlannedLoads {
    hour = List.copyOf(hour);
  }

  /**
   * From a forecast.
   *
   * @param soonPeak what the past says of the time that a resize takes; empty while nothing is
   *     learned, likewise {@code laterPeak} of that of a start
   */
  public static PlannedLoads of(
      Instant now,
      double present,
      ForecastOutcome forecast,
      Horizon horizon,
      Optional<Peak> soonPeak,
      Optional<Peak> laterPeak) {
    double soon = ahead(forecast, now, horizon, horizon.resizeTime(), soonPeak);
    double later = Math.max(present, ahead(forecast, now, horizon, horizon.startUp(), laterPeak));
    return new PlannedLoads(present, Math.max(present, soon), later, hour(forecast, later), later);
  }

  /** The largest load until what is asked for now bears load and the next decision is made. */
  private static double ahead(
      ForecastOutcome forecast, Instant now, Horizon horizon, Duration lead, Optional<Peak> peak) {
    return switch (forecast) {
      case NotReady _ -> peak.map(Peak::load).orElse(0.0);
      case Forecast ready ->
          Plan.ahead(
                  ready,
                  now,
                  lead.plus(horizon.interval()),
                  horizon.serviceLevel(),
                  peak,
                  Headroom.stated(horizon.serviceLevel()))
              .load();
    };
  }

  private static List<Double> hour(ForecastOutcome forecast, double later) {
    return switch (forecast) {
      case NotReady _ -> List.of(later);
      case Forecast ready -> {
        int steps = (int) Math.max(1, STRIDE_MINUTES * 60L / ready.step().toSeconds());
        DoubleStream ahead =
            IntStream.rangeClosed(1, ready.horizon() / steps)
                .mapToDouble(i -> ready.quantile(AHEAD_LEVEL, i * steps));
        yield DoubleStream.concat(DoubleStream.of(later), ahead).boxed().toList();
      }
    };
  }

  /** The same with another load until a resize has taken effect, no less than the present one. */
  PlannedLoads soon(double load) {
    return new PlannedLoads(present, Math.max(present, load), later, hour, largestLate);
  }

  /** The same after so large a load. */
  PlannedLoads largestLate(double load) {
    return new PlannedLoads(present, soon, later, hour, Math.max(later, load));
  }

  /** Those that each of so many replicas bears. */
  public PlannedLoads ofEach(int replicas) {
    return new PlannedLoads(
        present / replicas,
        soon / replicas,
        later / replicas,
        hour.stream().map(load -> load / replicas).toList(),
        largestLate / replicas);
  }

  double[] path() {
    return hour.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
