package io.tidecaster.api;

import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Clamp;
import io.tidecaster.decide.Comparison;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.ScaleReason;
import io.tidecaster.forecast.Explanation;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.forecast.LiveAccuracy;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.forecast.UsageForecast;
import io.tidecaster.size.CpuBounds;
import io.tidecaster.size.JvmHeap;
import io.tidecaster.size.MemoryInputs;
import io.tidecaster.size.MemoryPeaks;
import io.tidecaster.size.OomFloor;
import io.tidecaster.size.SizeDecider;
import io.tidecaster.size.SizeDecision;
import io.tidecaster.size.SizeInputs;
import io.tidecaster.size.SizeMemory;
import io.tidecaster.size.SizeNeed;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.TargetRef;
import io.tidecaster.workload.Vertical;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Values with which the JSON is shown. */
final class Examples {
  static final ScalerId WEB = new ScalerId("crm", "crm-web");
  static final ScalerId REPORTS = new ScalerId("crm", "crm-reports");
  static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");

  static final Forecast FORECAST =
      new Forecast(
          NOON,
          Duration.ofMinutes(1),
          List.of(0.5, 0.9, 0.95, 0.99),
          List.of(
              List.of(412.5, 420.25),
              List.of(450.0, 466.0),
              List.of(466.5, 485.0),
              List.of(498.0, 521.75)),
          "GradientBoosting");

  static final NotReady NOT_READY =
      new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "12 min of history < 60 min");

  /** 5 and 30 minutes ahead; at 30 the loss is 3 instead of 4. */
  static final ForecastReport REPORT =
      new ForecastReport(
          FORECAST,
          Optional.of(
              new LiveAccuracy(
                  true,
                  8640,
                  0.31,
                  List.of(
                      new LiveAccuracy.Lead(
                          Duration.ofMinutes(5), 2, 3, List.of(0.5, 0.9, 0.95, 0.99)),
                      new LiveAccuracy.Lead(
                          Duration.ofMinutes(30), 3, 4, List.of(0.51, 0.89, 0.945, 0.985))))),
          List.of(
              new Explanation(
                  Duration.ofMinutes(30),
                  412.5,
                  List.of(new Explanation.Contribution("known events", 81)),
                  "In 30 min the load is expected at 412, mostly by known events (+81).")));

  /** Two bear the load: a thousandth of a core and a megabyte for each request of it. */
  static final ForecastReport SIZED_REPORT =
      REPORT.with(
          List.of(
              new UsageForecast(
                  "web",
                  2,
                  FORECAST.of(load -> load / 1000),
                  Optional.of(FORECAST.of(load -> 1e6 * load)))));

  private Examples() {}

  /** Of a scaler whose container is sized. */
  static ScalerState sized(ScalerId id, Instant at) {
    return new ScalerState(
        scaler(id, new Objective.TargetUtilization(0.5))
            .withVertical(new Vertical("web", 250, 4000, Vertical.Values.REQUESTS_ONLY, 0.8, 6)),
        Mode.ENFORCING,
        Optional.of(scale(id, at)),
        FORECAST,
        Optional.of(COMPARISON));
  }

  static Scaler scaler(ScalerId id, Objective objective) {
    return new Scaler(
        id,
        new TargetRef("apps/v1", "Deployment", id.name()),
        Mode.ENFORCING,
        new Bounds(2, 10),
        source("http_server_requests_seconds_count"),
        Optional.of(source("process_cpu_seconds_total")),
        objective,
        objective,
        0.95,
        new LeadTime.Learned(),
        Behavior.DEFAULT);
  }

  private static Source source(String metric) {
    return new Source(
        new SeriesSelector(metric, SeriesSelector.Type.COUNTER, Map.of("app", "crm")),
        Optional.empty());
  }

  /** A scale with everything known. */
  static Decision scale(ScalerId id, Instant at) {
    return new Decision(
        id,
        at,
        Mode.ADVISORY,
        new Fleet(3, 2, OptionalDouble.of(0.5), "4711"),
        OptionalDouble.of(331.5),
        new Decision.ForecastSummary(
            OptionalDouble.of(1240.25),
            OptionalDouble.of(980.0),
            OptionalDouble.of(1180.0),
            OptionalDouble.of(1240.25),
            OptionalDouble.of(1400.5),
            Optional.of("GradientBoosting"),
            Optional.empty()),
        Optional.of(new Capacity(118.5, Capacity.Origin.LEARNED)),
        Duration.ofMillis(182_500),
        Optional.of(3),
        Optional.of(11),
        List.of(
            new Clamp(Clamp.Rule.BEHAVIOR, 11, 11, "scaleUp: 4 pods per 15 s"),
            new Clamp(Clamp.Rule.BOUNDS, 11, 10, "maxReplicas 10")),
        new Outcome.Scale(3, 10, ScaleReason.FORECAST_ABOVE_CAPACITY),
        new Decision.Shadow(4, 3),
        "Scale 3 → 10: 1240 requests/s are forecast within 183 s, 3 replicas bear 356.");
  }

  /** A hold with nothing known. */
  static Decision hold(ScalerId id, Instant at) {
    return new Decision(
        id,
        at,
        Mode.ADVISORY,
        new Fleet(3, 3, OptionalDouble.empty(), "4711"),
        OptionalDouble.empty(),
        new Decision.ForecastSummary(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.of("LoadUnknown")),
        Optional.empty(),
        Duration.ofMinutes(3),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        new Outcome.Hold(3, HoldReason.METRICS_MISSING),
        new Decision.Shadow(3, 3),
        "Hold 3: the load is unknown since 12:00, and unknown is not zero.");
  }

  static final Comparison COMPARISON =
      new Comparison(
          Instant.parse("2026-05-04T00:00:00Z"),
          720,
          new Comparison.Account(38.25, 2, 51_000.5, 11_200_000),
          new Comparison.Account(41.5, 19, 640_000, 11_200_000));

  /** Everything known. */
  static ScalerState decided(ScalerId id, Instant at) {
    return new ScalerState(
            scaler(id, new Objective.TargetUtilization(0.5)),
            Mode.ENFORCING,
            Optional.of(scale(id, at)),
            FORECAST,
            Optional.of(COMPARISON))
        .sized(size(at));
  }

  /** A container that has half a core. */
  static SizeDecision size(Instant at) {
    return SizeDecision.of(
            at,
            "web",
            new SizeInputs(
                SizeDecider.Settings.DEFAULT,
                500,
                Optional.of(new SizeNeed(480, 2375)),
                new CpuBounds(250, 4000),
                SizeMemory.EMPTY),
            Optional.of(
                new MemoryInputs(
                    512L << 20,
                    256L << 20,
                    4L << 30,
                    MemoryInputs.Change.BOTH,
                    MemoryPeaks.NONE.plus(at, 400L << 20),
                    Optional.of(OomFloor.after(at.minusSeconds(60), 512L << 20)),
                    JvmHeap.of(List.of("java -Xmx384m"), OptionalLong.empty()))))
        .with(
            List.of(
                SizeDecision.of(
                    at,
                    "envoy",
                    new SizeInputs(
                        SizeDecider.Settings.DEFAULT,
                        100,
                        Optional.of(new SizeNeed(90, 275)),
                        new CpuBounds(50, 1000),
                        SizeMemory.EMPTY))));
  }

  /** Nothing known but the scaler. */
  static ScalerState fresh(ScalerId id) {
    return new ScalerState(
        scaler(id, new Objective.Latency(0.95, Duration.ofMillis(300))),
        Mode.ADVISORY,
        Optional.empty(),
        NOT_READY,
        Optional.empty());
  }
}
