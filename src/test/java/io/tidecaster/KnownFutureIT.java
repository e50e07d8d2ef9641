package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.calendar.Announcement;
import io.tidecaster.calendar.Calendar;
import io.tidecaster.calendar.Event;
import io.tidecaster.decide.Decider;
import io.tidecaster.decide.Decision;
import io.tidecaster.decide.Fleet;
import io.tidecaster.demo.EmbeddedBroker;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.forecast.Forecast;
import io.tidecaster.history.AssemblyRules;
import io.tidecaster.history.LoadHistory;
import io.tidecaster.history.LoadPoint;
import io.tidecaster.history.MinuteAssembler;
import io.tidecaster.history.SignalTypes;
import io.tidecaster.journal.Announcements;
import io.tidecaster.journal.KafkaWriter;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one replica is told of the future moves what another forecasts and decides. */
class KnownFutureIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");

  /** Starts within 3 minutes; a replica bears 100 a second. */
  private static final Scaler SCALER = ScalerLineTest.SCALER;

  @SuppressWarnings("NullAway.Init")
  private static EmbeddedBroker broker;

  private static Map<String, Object> kafka = Map.of();

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.startTemporary();
    kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (Admin admin = Admin.create(kafka)) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("events", 1, (short) 1).configs(Map.of("cleanup.policy", "compact")),
                  new NewTopic("bounded", 1, (short) 1)
                      .configs(Map.of("cleanup.policy", "compact"))))
          .all()
          .get();
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void anAnnouncedCampaignIsScaledForBeforeItStarts() throws Exception {
    // from 09:03, in as long as a replica takes to start, three times the usual load; announced at
    // 09:00
    Announcement campaign = campaign("mailing", NINE, 3);
    try (KafkaWriter writer = new KafkaWriter(kafka, Duration.ofSeconds(10));
        Announcements told = announcements("events", writer);
        Announcements other = announcements("events", writer)) {
      KnownFuture future = new KnownFuture(other);
      Forecast before = forecast(line(future.of(SCALER, NINE)));

      told.announce(campaign, NINE).join();
      Eventually.that(
          "the other replica knows of it", PATIENCE, () -> other.find("mailing").isPresent());

      ScalerLine line = line(Calendar.EMPTY);
      line.use(future.of(SCALER, NINE));
      Forecast after = forecast(line);
      // the load is 100 a second: 3 × as much from the fourth minute on, and not a minute before
      assertThat(before.quantile(0.95, 4)).isLessThan(150);
      assertThat(after.quantile(0.95, 3)).isEqualTo(before.quantile(0.95, 3));
      assertThat(after.quantile(0.95, 4)).isGreaterThanOrEqualTo(300);

      Decision decision =
          line.decide(
                  new Decider(Decider.Settings.DEFAULT),
                  Mode.ADVISORY,
                  NINE,
                  Optional.of(new Fleet(2, 2, OptionalDouble.empty(), "1")),
                  after)
              .decision();
      // 100 a second need one replica of 100, 300 three of them
      assertThat(decision.desiredReplicas()).isGreaterThanOrEqualTo(3);
      assertThat(decision.neededNow()).hasValue(1);

      try (Announcements restarted = announcements("events", writer)) {
        assertThat(restarted.awaitCaughtUp(PATIENCE)).isTrue();
        assertThat(restarted.all()).containsExactly(campaign);
        restarted.withdraw("mailing").join();
      }
      Eventually.that("it is withdrawn everywhere", PATIENCE, () -> other.all().isEmpty());
      line.use(future.of(SCALER, NINE));
      assertThat(forecast(line)).isEqualTo(before);
    }
  }

  @Test
  void aForecastMadeBeforeTheAnnouncementIsAsItWas() throws Exception {
    try (KafkaWriter writer = new KafkaWriter(kafka, Duration.ofSeconds(10));
        Announcements none = announcements("bounded", writer)) {
      Forecast unaware = forecast(line(new KnownFuture(none).of(SCALER, NINE)));
      Calendar later =
          new Calendar(ZoneOffset.UTC, List.of(campaign("late", NINE.plusSeconds(1), 3).event()));

      assertThat(forecast(line(later))).isEqualTo(unaware);
    }
  }

  @Test
  void keepsNoMoreThanItMay() throws Exception {
    try (KafkaWriter writer = new KafkaWriter(kafka, Duration.ofSeconds(10));
        Announcements two = announcements("bounded", writer)) {
      assertThat(two.awaitCaughtUp(PATIENCE)).isTrue();
      two.announce(campaign("first", NINE, 2), NINE).join();
      assertThat(two.hasRoom(NINE)).isTrue();
      two.announce(campaign("second", NINE, 2), NINE).join();

      assertThat(two.hasRoom(NINE)).isFalse();
      // both end at 09:33 and are kept for a day
      Instant nextDay = NINE.plus(Duration.ofHours(25));
      assertThat(two.hasRoom(nextDay)).isTrue();
      two.announce(campaign("third", nextDay, 2), nextDay).join();
      Eventually.that("those that are over are gone", PATIENCE, () -> two.all().size() == 1);
    }
  }

  private static Announcements announcements(String topic, KafkaWriter writer) {
    return new Announcements(kafka, topic, new Announcements.Memory(2, Duration.ofDays(1)), writer);
  }

  private static Announcement campaign(String id, Instant announcedAt, double factor) {
    Instant start = NINE.plus(Duration.ofMinutes(3));
    return new Announcement(
        id,
        new Event(
            start,
            start.plus(Duration.ofMinutes(30)),
            "campaign",
            "",
            OptionalDouble.of(factor),
            announcedAt),
        List.of(SCALER.id().namespace() + "/*"));
  }

  /** Two hours of 100 a second until nine. */
  private static ScalerLine line(Calendar calendar) {
    LoadHistory history = new LoadHistory();
    for (int minute = -120; minute < 0; minute++) {
      history.put(
          new LoadPoint(
              NINE.plusSeconds(60L * minute),
              OptionalDouble.of(100),
              OptionalDouble.empty(),
              0,
              0));
    }
    return new ScalerLine(
        SCALER,
        new MinuteAssembler(SignalTypes.of(SCALER), AssemblyRules.DEFAULT),
        history,
        calendar,
        List.of(),
        Optional.empty());
  }

  private static Forecast forecast(ScalerLine line) {
    return (Forecast) line.forecast();
  }
}
