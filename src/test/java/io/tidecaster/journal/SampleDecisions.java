package io.tidecaster.journal;

import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Clamp;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.DecisionMemory;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Headroom;
import io.tidecaster.decide.Hysteresis;
import io.tidecaster.decide.LeadTimeEstimate;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.Peak;
import io.tidecaster.decide.Room;
import io.tidecaster.decide.ScaleReason;
import io.tidecaster.decide.Situation;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.history.LoadPoint;
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
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Decisions for tests. */
final class SampleDecisions {
  static final ScalerId CRM = new ScalerId("crm", "crm-deployment");
  static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");

  private static final Decider DECIDER = new Decider(Decider.Settings.DEFAULT);

  private SampleDecisions() {}

  /** 120.5 requests/s at 70 a replica, 410 ahead: 6 are needed, and 5 are the most. */
  static Decided decided(Instant at) {
    return DECIDER.decideOnRecord(
        situation(
            at, new Objective.RequestsPerReplica(70), new LeadTime.Fixed(Duration.ofMinutes(3))));
  }

  /** The same where a quota has room for one more alone. */
  static Decided withoutRoom(Instant at) {
    return DECIDER.decideOnRecord(
        decided(at)
            .inputs()
            .situation()
            .within(
                new Room(
                    Optional.of(
                        new Room.Limit(
                            4,
                            "ResourceQuota compute: requests.cpu 900m of 1 used, 0.1 a replica")),
                    Optional.empty())));
  }

  /** One with each kind of objective and lead time; without a forecast but for the first. */
  static List<Decided> ofEveryKind(Instant at) {
    return List.of(
        decided(at),
        withoutRoom(at),
        DECIDER.decideOnRecord(
            situation(at, new Objective.TargetUtilization(0.5), new LeadTime.Learned())),
        DECIDER.decideOnRecord(
            situation(
                at, new Objective.Latency(0.95, Duration.ofMillis(300)), new LeadTime.Learned())));
  }

  private static Situation situation(Instant at, Objective objective, LeadTime leadTime) {
    Source load =
        new Source(
            new SeriesSelector("requests_total", SeriesSelector.Type.COUNTER, Map.of("app", "crm")),
            Optional.of("sum(rate(requests_total[1m]))"));
    Scaler scaler =
        new Scaler(
            CRM,
            new TargetRef("apps/v1", "Deployment", "crm-deployment"),
            Mode.ENFORCING,
            new Bounds(2, 5),
            load,
            Optional.of(load),
            objective,
            objective,
            0.95,
            leadTime,
            Behavior.DEFAULT);
    List<Double> q50 = Collections.nCopies(60, 300.0);
    List<Double> q95 = Collections.nCopies(60, 410.0);
    return new Situation(
        scaler,
        Mode.ENFORCING,
        at,
        Optional.of(new Fleet(3, 3, OptionalDouble.of(0.1), "42")),
        Optional.of(
            new LoadPoint(
                at.minusSeconds(60), OptionalDouble.of(120.5), OptionalDouble.of(0.1 + 0.2), 3, 0)),
        leadTime instanceof LeadTime.Fixed
            ? new Forecast(
                at, Duration.ofMinutes(1), List.of(0.5, 0.95), List.of(q50, q95), "Stated")
            : new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "12 min of history < 60 min"),
        Optional.of(new Capacity(70, Capacity.Origin.LEARNED)),
        Optional.of(new Capacity(50, Capacity.Origin.LEARNED)),
        LeadTimeEstimate.of(leadTime),
        Optional.of(
            new Peak(
                400,
                new Headroom(0.95, 1.08, Headroom.Origin.LEARNED),
                Optional.of(new Hysteresis(0.06, 0.14)))),
        Headroom.stated(0.95),
        new DecisionMemory(
            List.of(new DecisionMemory.Recommendation(at.minusSeconds(60), 3)),
            List.of(new DecisionMemory.Change(at.minusSeconds(120), 2, 3)),
            Optional.of(new Fleet(3, 2, OptionalDouble.of(0.1), "41"))),
        new Decision.Shadow(3, 3));
  }

  static Decision at(Instant at) {
    return new Decision(
        CRM,
        at,
        Mode.ADVISORY,
        new Fleet(3, 3, OptionalDouble.of(0.1), "42"),
        OptionalDouble.of(120.5),
        new Decision.ForecastSummary(
            OptionalDouble.of(410),
            OptionalDouble.of(300),
            OptionalDouble.of(390),
            OptionalDouble.of(410),
            OptionalDouble.of(450),
            Optional.of("GradientBoosting"),
            Optional.empty()),
        Optional.of(new Capacity(70, Capacity.Origin.LEARNED)),
        Duration.ofMinutes(3),
        Optional.of(2),
        Optional.of(6),
        List.of(new Clamp(Clamp.Rule.BOUNDS, 6, 5, "maxReplicas 5")),
        new Outcome.Scale(3, 5, ScaleReason.FORECAST_ABOVE_CAPACITY),
        new Decision.Shadow(3, 3),
        "Scaling from 3 to 5.");
  }
}
