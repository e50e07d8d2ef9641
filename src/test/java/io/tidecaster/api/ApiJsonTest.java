package io.tidecaster.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.workload.Mode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ApiJsonTest {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

  static JsonNode golden(String name) throws IOException {
    try (var file = ApiJsonTest.class.getResourceAsStream("ApiJsonTest/" + name + ".json")) {
      assertThat(file).as("golden file %s", name).isNotNull();
      return JSON.readTree(file);
    }
  }

  static Stream<Arguments> contract() {
    ScalerState decided = Examples.decided(Examples.WEB, Examples.NOON);
    ScalerState fresh = Examples.fresh(Examples.REPORTS);
    Duration validity = Duration.ofMinutes(3);
    return Stream.of(
        Arguments.of("scaler-decided", ScalerJson.of(decided, Mode.ADVISORY)),
        Arguments.of("scaler-fresh", ScalerJson.of(fresh, Mode.ADVISORY)),
        Arguments.of("forecast", ForecastJson.of(Examples.FORECAST)),
        Arguments.of("forecast-not-ready", ForecastJson.of(Examples.NOT_READY)),
        Arguments.of("recommendation", RecommendationJson.of(decided, Mode.ADVISORY, validity)),
        Arguments.of(
            "usage",
            UsageJson.of(
                Examples.sized(Examples.WEB, Examples.NOON).scaler().vertical().orElseThrow(),
                Optional.of(Examples.SIZED_REPORT))),
        Arguments.of(
            "recommendation-not-ready", RecommendationJson.of(fresh, Mode.ADVISORY, validity)),
        Arguments.of(
            "decision-scale", DecisionJson.of(Examples.scale(Examples.WEB, Examples.NOON))),
        Arguments.of("decision-hold", DecisionJson.of(Examples.hold(Examples.WEB, Examples.NOON))),
        Arguments.of(
            "decision-page", new DecisionPage(List.of(), Cursors.of(Examples.NOON.toString()))),
        Arguments.of("scaler-mode", ScalerModeJson.of(Mode.ENFORCING, Mode.ADVISORY)),
        Arguments.of("mode", ModeJson.of(Mode.PAUSED)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void contract(String name, Object value) throws IOException {
    assertThat(JSON.readTree(JSON.writeValueAsString(value))).isEqualTo(golden(name));
  }

  @Test
  void writesLevelsAsPlainDecimals() {
    Forecast forecast =
        new Forecast(
            Instant.EPOCH,
            Duration.ofMinutes(1),
            List.of(0.0001, 0.5, 0.975),
            List.of(List.of(1.0), List.of(2.0), List.of(3.0)),
            "SeasonalNaive");

    assertThat(((ForecastJson.Quantified) ForecastJson.of(forecast)).quantiles())
        .containsOnlyKeys("0.0001", "0.5", "0.975");
  }
}
