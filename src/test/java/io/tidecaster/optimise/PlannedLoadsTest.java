package io.tidecaster.optimise;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.NotReady;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlannedLoadsTest {
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");
  private static final PlannedLoads.Horizon HORIZON =
      new PlannedLoads.Horizon(
          Duration.ofSeconds(30), Duration.ofMinutes(10), Duration.ofMinutes(1), 0.9);

  /** 100 and 10 more each minute; the 90 % quantile is half as much again. */
  private static final Forecast RAMP =
      new Forecast(NINE, Duration.ofMinutes(1), List.of(0.5, 0.9), List.of(row(1), row(1.5)), "M");

  private static List<Double> row(double factor) {
    return IntStream.rangeClosed(1, 60).mapToObj(step -> factor * (100 + 10 * step)).toList();
  }

  private static PlannedLoads at(double present) {
    return PlannedLoads.of(NINE, present, RAMP, HORIZON, Optional.empty(), Optional.empty());
  }

  @Test
  void aResizeLooksAMinuteOrTwoAheadAndAStartFurther() {
    PlannedLoads loads = at(90);

    // the resize and the interval are 90 s, which touch step 2: 1.5 × 120
    assertThat(loads.soon()).isEqualTo(180);
    // 11 minutes: 1.5 × 210
    assertThat(loads.later()).isEqualTo(315);
    // what is planned for, then every five minutes: 1.5 × 150, 1.5 × 200, …
    assertThat(loads.hour()).hasSize(13).startsWith(315.0, 225.0, 300.0).endsWith(1.5 * 700);
  }

  @Test
  void whatIsThereIsNeverPlannedAway() {
    PlannedLoads loads = at(1000);

    assertThat(loads.soon()).isEqualTo(1000);
    assertThat(loads.later()).isEqualTo(1000);
  }

  @Test
  void withoutAForecastTheLoadOfTheMomentCounts() {
    NotReady notReady = new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "too little");

    assertThat(PlannedLoads.of(NINE, 70, notReady, HORIZON, Optional.empty(), Optional.empty()))
        .isEqualTo(new PlannedLoads(70, 70, 70, List.of(70.0), 70));
  }

  @Test
  void eachOfSeveralBearsItsShare() {
    assertThat(new PlannedLoads(70, 80, 90, List.of(90.0, 60.0), 100).ofEach(10))
        .isEqualTo(new PlannedLoads(7, 8, 9, List.of(9.0, 6.0), 10));
  }
}
