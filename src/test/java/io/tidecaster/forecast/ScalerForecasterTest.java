package io.tidecaster.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.history.Series;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ScalerForecasterTest {
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ScalerForecaster forecaster =
      new ScalerForecaster(
          new ScalerId("crm", "web"), Grid.MINUTES, Calendar.EMPTY, ForecastSettings.DEFAULT);

  @Test
  void saysThatHistoryIsTooShort() {
    forecaster.observe(MONDAY, OptionalDouble.of(5));

    assertThat(forecaster.forecast())
        .isEqualTo(
            new NotReady(
                NotReady.Reason.TOO_LITTLE_HISTORY,
                "1 of 15 values of PT1M known; wait for more, or backfill from Prometheus"));
  }

  @Test
  void forecastsTheLastValueInTheFirstHour() {
    forecaster.observe(constant(20, 7));

    Forecast forecast = (Forecast) forecaster.forecast();

    assertThat(forecast.model()).isEqualTo("LastValue");
    assertThat(forecast.horizon()).isEqualTo(60);
    assertThat(forecast.quantile(0.5, 60)).isEqualTo(7);
    assertThat(forecast.quantile(0.99, 60)).isGreaterThanOrEqualTo(7);
  }

  @Test
  void forecastsNothingWhileTheLoadIsUnknown() {
    forecaster.observe(constant(60, 7));
    forecaster.observe(MONDAY.plus(Duration.ofMinutes(90)), OptionalDouble.empty());

    assertThat(forecaster.forecast())
        .isInstanceOfSatisfying(
            NotReady.class,
            notReady -> assertThat(notReady.reason()).isEqualTo(NotReady.Reason.LOAD_UNKNOWN));
  }

  @Test
  void rejectsATimeOffTheGrid() {
    forecaster.observe(MONDAY, OptionalDouble.of(1));

    assertThatThrownBy(() -> forecaster.observe(MONDAY.plusSeconds(90), OptionalDouble.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no start of a step");
  }

  private static Series constant(int minutes, double value) {
    double[] values = new double[minutes];
    java.util.Arrays.fill(values, value);
    return Series.of(MONDAY, MINUTE, values);
  }
}
