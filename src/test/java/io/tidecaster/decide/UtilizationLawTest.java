package io.tidecaster.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.forecast.Forecast;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class UtilizationLawTest {
  private static final UtilizationLaw LAW = new UtilizationLaw(0.1, 0.002);

  private static Forecast forecast(double median, double upper) {
    return new Forecast(
        Instant.EPOCH,
        Duration.ofMinutes(1),
        List.of(0.5, 0.95),
        List.of(List.of(median), List.of(upper)),
        "SeasonalNaive");
  }

  @Test
  void theUseOfAReplicaIsThatOfItsShareOfTheLoad() {
    Forecast use = LAW.use(forecast(600, 900), 3);

    // 0.1 + 0.002 · 600 ÷ 3 = 0.5 cores, 0.1 + 0.002 · 900 ÷ 3 = 0.7
    assertThat(use.quantile(0.5, 1)).isEqualTo(0.5);
    assertThat(use.quantile(0.95, 1)).isEqualTo(0.7);
    assertThat(use.model()).isEqualTo("SeasonalNaive");
  }

  @Test
  void aLoadBelowZeroCostsNothing() {
    assertThat(LAW.use(forecast(-50, 0), 1).quantile(0.5, 1)).isEqualTo(0.1);
  }

  @Test
  void aLawWithoutACostIsRefused() {
    assertThatThrownBy(() -> new UtilizationLaw(0.1, 0))
        .hasMessageContaining("cost 0.0 CPU seconds a request above 0");
  }
}
