package io.tidecaster.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.workload.Mode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalFormatTest {

  @Test
  void aDecisionIsReadAsItWasWritten() throws Exception {
    for (var decided : SampleDecisions.ofEveryKind(SampleDecisions.NINE)) {
      assertThat(JournalFormat.readDecision(JournalFormat.write(decided)))
          .isEqualTo(decided.decision());
    }
  }

  @Test
  void theDecisionSpeaksTheOneVocabulary() {
    String json =
        new String(JournalFormat.write(SampleDecisions.decided(SampleDecisions.NINE)), UTF_8);

    assertThat(json)
        .startsWith("{\"v\":1,\"decision\":{\"scaler\":\"crm/crm-deployment\"")
        .contains("\"at\":\"2026-03-02T09:00:00Z\"")
        .contains("\"mode\":\"Enforcing\"")
        .contains("\"leadTime\":\"PT3M\"")
        .contains(
            "\"outcome\":{\"type\":\"Scale\",\"from\":3,\"to\":5,"
                + "\"reason\":\"ForecastAboveCapacity\"}")
        .contains("\"rule\":\"Bounds\"");
  }

  @Test
  void forecastsAndTheirAbsenceAreReadAsWritten() throws Exception {
    List<ForecastOutcome> outcomes =
        List.of(
            new Forecast(
                SampleDecisions.NINE,
                Duration.ofMinutes(1),
                List.of(0.5, 0.9),
                List.of(List.of(1.0, 2.0), List.of(1.5, 2.5)),
                "SeasonalNaive"),
            new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "12 min of history < 60 min"));
    for (ForecastOutcome outcome : outcomes) {
      var read = JournalFormat.readForecast(JournalFormat.write(SampleDecisions.CRM, outcome));

      assertThat(read.scaler()).isEqualTo(SampleDecisions.CRM);
      assertThat(read.outcome()).isEqualTo(outcome);
    }
  }

  @Test
  void aSwitchIsReadAsWritten() throws Exception {
    var read = JournalFormat.readMode(JournalFormat.write(Mode.ENFORCING, Mode.ADVISORY));

    assertThat(read.mode()).isEqualTo(Mode.ENFORCING);
    assertThat(read.insteadOf()).isEqualTo(Mode.ADVISORY);
  }

  @Test
  void anUnknownVersionIsRefusedByNumber() {
    assertThatThrownBy(() -> JournalFormat.readDecision("{\"v\":2}".getBytes(UTF_8)))
        .isInstanceOf(JournalFormat.UnreadableRecord.class)
        .hasMessageContaining("version 2 of the record is not 1");
  }

  @Test
  void brokenRecordsAreRefused() {
    for (String broken : List.of("", "{", "[]", "{\"v\":1,\"decision\":{\"at\":\"noon\"}}")) {
      assertThatThrownBy(() -> JournalFormat.readDecision(broken.getBytes(UTF_8)))
          .as(broken)
          .isInstanceOf(JournalFormat.UnreadableRecord.class);
    }
  }
}
