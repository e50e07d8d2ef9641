package io.tidecaster.journal;

import io.tidecaster.decide.Capacity;
import io.tidecaster.decide.Clamp;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Fleet;
import io.tidecaster.decide.Outcome;
import io.tidecaster.decide.ScaleReason;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Decisions for tests. */
final class SampleDecisions {
  static final ScalerId CRM = new ScalerId("crm", "crm-deployment");
  static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");

  private SampleDecisions() {}

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
