package io.tidecaster.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.forecast.NotReady;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutlookTest {
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");

  @Test
  void namesTheHighestMinuteOfTheHourAtTheServiceLevel() {
    Forecast forecast =
        new Forecast(
            NINE,
            Duration.ofMinutes(20),
            List.of(0.5, 0.95),
            List.of(List.of(100.0, 110.0, 120.0, 900.0), List.of(150.0, 170.0, 160.0, 990.0)),
            "test");

    // the fourth step ends 80 min ahead, beyond the hour
    assertThat(Outlook.of(ForecastReport.of(forecast), 0.95, Optional.empty()).peak())
        .contains(new Outlook.Highest(170, NINE.plusSeconds(2400)));
    assertThat(Outlook.of(ForecastReport.of(forecast), 0.5, Optional.empty()).peak())
        .contains(new Outlook.Highest(120, NINE.plusSeconds(3600)));
  }

  @Test
  void saysNothingWithoutAForecast() {
    NotReady notReady = new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "2 min");

    assertThat(Outlook.of(ForecastReport.of(notReady), 0.95, Optional.empty()))
        .isEqualTo(Outlook.UNKNOWN);
  }
}
