package io.tidecaster.api;

import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Clamp;
import io.tidecaster.decide.Comparison;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.ScaleReason;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/**
 * A working day of a CRM for the console to show: a ramp at eight, a storm at 14:20, one minute a
 * step. It looks like what is served; it is no test of how it is decided.
 */
final class CrmDay {
  private static final Capacity CAPACITY = new Capacity(118.5, Capacity.Origin.LEARNED);
  private static final int LEAD_MINUTES = 3;
  private static final int CALM_MINUTES = 5;
  private static final List<Double> LEVELS = List.of(0.5, 0.9, 0.95, 0.99);
  private static final double[] DEVIATIONS = {0, 1.28, 1.64, 2.33};

  private final Scaler scaler;
  private final SplittableRandom random;
  private final FleetOfDay ours = new FleetOfDay();
  private final FleetOfDay hpa = new FleetOfDay();
  private final Deque<Integer> wantedOfLate = new ArrayDeque<>();
  private Instant at;
  private Comparison comparison;

  CrmDay(ScalerId id, Instant start, long seed) {
    this.scaler = Examples.scaler(id, new Objective.RequestsPerReplica(CAPACITY.perReplica()));
    this.random = new SplittableRandom(seed);
    this.at = start;
    this.comparison = Comparison.from(start);
  }

  /** Asked for and ready, where what is asked for takes its time to be ready. */
  private static final class FleetOfDay {
    private final List<Integer> asked = new ArrayList<>(List.of(2));

    int asked() {
      return asked.getLast();
    }

    int ready() {
      return asked.subList(Math.max(0, asked.size() - LEAD_MINUTES), asked.size()).stream()
          .min(Integer::compare)
          .orElseThrow();
    }

    int highest(int minutes) {
      return asked.subList(Math.max(0, asked.size() - minutes), asked.size()).stream()
          .max(Integer::compare)
          .orElseThrow();
    }

    void ask(int replicas) {
      asked.add(replicas);
    }
  }

  private static double expected(Instant time) {
    double hour = LocalTime.ofInstant(time, ZoneOffset.UTC).toSecondOfDay() / 3600.0;
    double day =
        120 + 520 * bump(hour, 10.4, 1.7) + 460 * bump(hour, 15.2, 1.9) + 90 * bump(hour, 20, 1.5);
    return day + 420 * bump(hour, 14.55, 0.16);
  }

  private static double bump(double hour, double middle, double width) {
    return Math.exp(-0.5 * Math.pow((hour - middle) / width, 2));
  }

  private double observed() {
    return Math.max(0, expected(at) * (1 + 0.035 * random.nextGaussian()));
  }

  private Forecast forecast() {
    return new Forecast(
        at,
        Duration.ofMinutes(1),
        LEVELS,
        Arrays.stream(DEVIATIONS).mapToObj(this::row).toList(),
        "GradientBoosting");
  }

  private List<Double> row(double deviations) {
    IntToDoubleFunction quantile =
        step ->
            expected(at.plus(Duration.ofMinutes(step)))
                * (1 + deviations * (0.035 + 0.0012 * step));
    return java.util.stream.IntStream.rangeClosed(1, 60).mapToDouble(quantile).boxed().toList();
  }

  /** The next minute. */
  ScalerState next() {
    at = at.plusSeconds(60);
    double load = observed();
    Forecast forecast = forecast();
    double peak = forecast.peak(0.95, 1, LEAD_MINUTES + 1);
    int needed = CAPACITY.replicasFor(load);
    int planned = CAPACITY.replicasFor(peak);
    int wanted = Math.max(needed, planned);
    List<Clamp> clamps = new ArrayList<>();
    wantedOfLate.addLast(wanted);
    if (wantedOfLate.size() > CALM_MINUTES) {
      wantedOfLate.removeFirst();
    }
    int calm = wantedOfLate.stream().max(Integer::compare).orElseThrow();
    int desired = wanted;
    if (wanted < ours.asked() && calm > wanted) {
      desired = Math.min(ours.asked(), calm);
      clamps.add(new Clamp(Clamp.Rule.STABILIZATION, wanted, desired, "highest of the last 5 min"));
    }
    int bounded = scaler.bounds().clamp(desired);
    if (bounded != desired) {
      clamps.add(
          new Clamp(
              Clamp.Rule.BOUNDS,
              desired,
              bounded,
              bounded < desired ? "maxReplicas 10" : "minReplicas 2"));
    }
    Decision decision = decision(load, forecast, peak, needed, planned, clamps, bounded);
    count(load);
    ours.ask(bounded);
    int reactive = scaler.bounds().clamp((int) Math.ceil(load / (CAPACITY.perReplica() * 0.8)));
    hpa.ask(reactive < hpa.asked() ? Math.max(reactive, hpa.highest(CALM_MINUTES) - 1) : reactive);
    return new ScalerState(
            scaler, Mode.ADVISORY, Optional.of(decision), forecast, Optional.of(comparison))
        .sized(Examples.size(at));
  }

  private void count(double load) {
    comparison =
        new Comparison(
            comparison.since(),
            comparison.minutes() + 1,
            comparison.ours().plusMinute(load, ours.asked(), ours.ready(), CAPACITY),
            comparison.hpa().plusMinute(load, hpa.asked(), hpa.ready(), CAPACITY));
  }

  private Decision decision(
      double load,
      Forecast forecast,
      double peak,
      int needed,
      int planned,
      List<Clamp> clamps,
      int to) {
    int from = ours.asked();
    Outcome outcome =
        to == from
            ? new Outcome.Hold(
                from,
                clamps.isEmpty()
                    ? HoldReason.ENOUGH
                    : clamps.getLast().rule() == Clamp.Rule.BOUNDS && to == 10
                        ? HoldReason.AT_MAXIMUM
                        : HoldReason.STABILIZING)
            : new Outcome.Scale(
                from,
                to,
                to < from
                    ? ScaleReason.SURPLUS
                    : needed > from
                        ? ScaleReason.LOAD_ABOVE_CAPACITY
                        : ScaleReason.FORECAST_ABOVE_CAPACITY);
    String bears = "%d replicas bear %.0f requests/s".formatted(from, from * CAPACITY.perReplica());
    String sentence =
        switch (outcome) {
          case Outcome.Scale scale ->
              "Scale %d → %d: up to %.0f requests/s are forecast within 3 min, %s."
                  .formatted(scale.from(), scale.to(), peak, bears);
          case Outcome.Hold hold ->
              "Hold %d: %.0f requests/s now, up to %.0f within 3 min; %s."
                  .formatted(hold.replicas(), load, peak, bears);
        };
    return new Decision(
        scaler.id(),
        at,
        Mode.ADVISORY,
        new Fleet(from, ours.ready(), OptionalDouble.of(0.5), "1"),
        OptionalDouble.of(load),
        new Decision.ForecastSummary(
            OptionalDouble.of(peak),
            OptionalDouble.of(forecast.quantile(0.5, LEAD_MINUTES)),
            OptionalDouble.of(forecast.quantile(0.9, LEAD_MINUTES)),
            OptionalDouble.of(forecast.quantile(0.95, LEAD_MINUTES)),
            OptionalDouble.of(forecast.quantile(0.99, LEAD_MINUTES)),
            Optional.of(forecast.model()),
            Optional.empty()),
        Optional.of(CAPACITY),
        Duration.ofMinutes(LEAD_MINUTES),
        Optional.of(needed),
        Optional.of(planned),
        clamps,
        outcome,
        new Decision.Shadow(hpa.asked(), hpa.ready()),
        sentence);
  }
}
