package io.tidecaster.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Event;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Inputs;
import io.tidecaster.decide.Situation;
import io.tidecaster.forecast.Explanation;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.forecast.LiveAccuracy;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.forecast.UsageForecast;
import io.tidecaster.pace.Pace;
import io.tidecaster.pace.Start;
import io.tidecaster.pace.WarmUps;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.WorkCalendar;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
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
  void whatIsToldOfAForecastIsReadAsWritten() throws Exception {
    ForecastReport report =
        new ForecastReport(
            new NotReady(NotReady.Reason.NOT_TRUSTED, "pinball loss 4% above"),
            Optional.of(
                new LiveAccuracy(
                    false,
                    144,
                    -0.04,
                    List.of(new LiveAccuracy.Lead(Duration.ofMinutes(5), 2, 1.9, List.of(0.5))))),
            List.of(
                new Explanation(
                    Duration.ofMinutes(30),
                    412,
                    List.of(new Explanation.Contribution("known events", 81)),
                    "In 30 min …")),
            List.of(
                new UsageForecast(
                    "web",
                    3,
                    new Forecast(
                        SampleDecisions.NINE,
                        Duration.ofMinutes(1),
                        List.of(0.5, 0.9),
                        List.of(List.of(0.25), List.of(0.5)),
                        "SeasonalNaive"),
                    Optional.of(new NotReady(NotReady.Reason.LOAD_UNKNOWN, "no memory")))));

    assertThat(
            JournalFormat.readForecast(JournalFormat.write(SampleDecisions.CRM, report)).report())
        .isEqualTo(report);
  }

  @Test
  void aForecastOfAnEarlierBuildIsRead() throws Exception {
    String json =
        "{\"v\":1,\"scaler\":\"crm/crm-deployment\",\"outcome\":{\"type\":\"NotReady\","
            + "\"reason\":\"LoadUnknown\",\"detail\":\"no load\"}}";

    assertThat(JournalFormat.readForecast(json.getBytes(UTF_8)).report())
        .isEqualTo(ForecastReport.of(new NotReady(NotReady.Reason.LOAD_UNKNOWN, "no load")));
  }

  @Test
  void anAnnouncementIsReadAsWritten() throws Exception {
    Instant noon = Instant.parse("2026-03-02T12:00:00Z");
    for (Event event :
        List.of(
            new Event(noon, noon.plusSeconds(60), "match", ""),
            new Event(
                noon, noon.plusSeconds(60), "campaign", "Spring", OptionalDouble.of(2.5), noon))) {
      Announcement announcement = new Announcement("sale", event, List.of("crm/*"));

      assertThat(JournalFormat.readAnnouncement(JournalFormat.write(announcement)))
          .isEqualTo(announcement);
    }
  }

  @Test
  void anEventWrittenBeforeThereWereOriginsWasAnnounced() throws Exception {
    Instant noon = Instant.parse("2026-05-04T12:00:00Z");
    Event event = new Event(noon, noon.plusSeconds(60), "match", "");
    String written =
        new String(JournalFormat.write(new Announcement("final", event, List.of("crm/*"))), UTF_8);

    assertThat(written).contains(",\"origin\":\"Announced\"");
    assertThat(
            JournalFormat.readAnnouncement(
                    written.replace(",\"origin\":\"Announced\"", "").getBytes(UTF_8))
                .event())
        .isEqualTo(event);
  }

  @Test
  void inputsOfABuildThatKnewOfNoRoomAreRead() throws Exception {
    Decided decided = SampleDecisions.decided(SampleDecisions.NINE);
    String written = new String(JournalFormat.write(decided), UTF_8);
    String earlier = written.replace(",\"room\":null", "");

    assertThat(earlier).isNotEqualTo(written);
    assertThat(JournalFormat.inputs(JournalFormat.tree(earlier.getBytes(UTF_8))))
        .hasValue(decided.inputs());
  }

  @Test
  void theInputsOfADecisionNameNoFeed() throws Exception {
    Decided decided = SampleDecisions.decided(SampleDecisions.NINE);
    Situation s = decided.inputs().situation();
    WorkCalendar feed =
        new WorkCalendar(
            ZoneOffset.UTC,
            Optional.empty(),
            List.of(),
            Set.of(),
            List.of(new WorkCalendar.Feed(URI.create("https://example.com/secret.ics"), "sale")));
    Situation told =
        new Situation(
            s.scaler().withCalendar(feed),
            s.mode(),
            s.now(),
            s.fleet(),
            s.load(),
            s.forecast(),
            s.capacity(),
            s.hpaCapacity(),
            s.leadTime(),
            s.peak(),
            s.headroom(),
            s.memory(),
            s.hpa());
    byte[] written =
        JournalFormat.write(
            new Decided(decided.decision(), new Inputs(decided.inputs().settings(), told)));

    assertThat(new String(written, UTF_8)).doesNotContain("secret", "example.com");
    assertThat(JournalFormat.inputs(JournalFormat.tree(written))).hasValue(decided.inputs());
  }

  @Test
  void aSwitchIsReadAsWritten() throws Exception {
    var read = JournalFormat.readMode(JournalFormat.write(Mode.ENFORCING, Mode.ADVISORY));

    assertThat(read.mode()).isEqualTo(Mode.ENFORCING);
    assertThat(read.insteadOf()).isEqualTo(Mode.ADVISORY);
  }

  @Test
  void whatWasLearnedOfReplicasIsReadAsWritten() throws Exception {
    Pace pace =
        new Pace(
            WarmUps.NONE.plus(
                new Start("crm-1", SampleDecisions.NINE, Duration.ofMillis(41_500), 0.25)),
            Map.of("crm-1", 0.5));

    byte[] bytes = JournalFormat.write(pace);

    assertThat(new String(bytes, UTF_8))
        .isEqualTo(
            """
            {"v":1,"pace":{"warmUps":{"starts":[{"replica":"crm-1","readyAt":"%s","warmUp":"PT41.5S","coldSpeed":0.25}]},"shares":{"crm-1":0.5}}}\
            """
                .formatted(SampleDecisions.NINE));
    assertThat(JournalFormat.readPace(bytes)).isEqualTo(pace);
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
