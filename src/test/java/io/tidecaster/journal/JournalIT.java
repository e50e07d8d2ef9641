package io.tidecaster.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.decide.Comparison;
import io.tidecaster.decide.Decided;
import io.tidecaster.decide.Trust;
import io.tidecaster.demo.EmbeddedBroker;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.pace.Pace;
import io.tidecaster.pace.Start;
import io.tidecaster.pace.WarmUps;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Promotion;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two replicas on one real broker: what one writes, both know. */
class JournalIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Journal.Memory MEMORY = new Journal.Memory(Duration.ofHours(1), 100, 1000);

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
                  new NewTopic("decisions", 3, (short) 1),
                  new NewTopic("forecasts", 3, (short) 1),
                  new NewTopic("modes", 1, (short) 1),
                  new NewTopic("trials", 1, (short) 1),
                  new NewTopic("paces", 1, (short) 1)))
          .all()
          .get();
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void eachReplicaKnowsWhatAnyOfThemDecided() throws Exception {
    Decided nine = SampleDecisions.decided(SampleDecisions.NINE);
    Decided next = SampleDecisions.decided(SampleDecisions.NINE.plusSeconds(60));
    NotReady outcome = new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "12 min < 60 min");
    try (KafkaWriter writer = new KafkaWriter(kafka, Duration.ofSeconds(10));
        Journal one = journal(writer)) {
      assertThat(one.awaitCaughtUp(PATIENCE)).isTrue();
      one.write(nine).join();
      one.write(SampleDecisions.CRM, outcome).join();
      try (Journal other = journal(writer)) {
        assertThat(other.awaitCaughtUp(PATIENCE)).isTrue();
        assertThat(other.last(SampleDecisions.CRM)).contains(nine.decision());
        assertThat(other.forecast(SampleDecisions.CRM)).contains(outcome);

        List<Journal.Entry> heard = new CopyOnWriteArrayList<>();
        var subscription = other.entries().subscribe().with(heard::add);
        one.write(next).join();
        Eventually.that(
            "the other replica hears of it",
            PATIENCE,
            () -> heard.contains(new Journal.Entry.Decided(next.decision())));
        subscription.cancel();

        assertThat(other.between(SampleDecisions.CRM, Instant.MIN, Instant.MAX, 10))
            .containsExactly(next.decision(), nine.decision());
        assertThat(other.comparison(SampleDecisions.CRM).orElseThrow().minutes()).isEqualTo(1);
      }
    }
  }

  @Test
  void aSwitchHoldsForAllUntilTheConfigurationChanges() throws Exception {
    try (KafkaWriter writer = new KafkaWriter(kafka, Duration.ofSeconds(10));
        ModeSwitch one = new ModeSwitch(kafka, "modes", Mode.ADVISORY, writer);
        ModeSwitch other = new ModeSwitch(kafka, "modes", Mode.ADVISORY, writer)) {
      one.switchInstallation(Mode.ENFORCING).join();

      assertThat(one.installation()).isEqualTo(Mode.ENFORCING);
      Eventually.that(
          "the other replica follows", PATIENCE, () -> other.installation() == Mode.ENFORCING);
      try (ModeSwitch later = new ModeSwitch(kafka, "modes", Mode.ADVISORY, writer);
          ModeSwitch reconfigured = new ModeSwitch(kafka, "modes", Mode.PAUSED, writer)) {
        assertThat(later.awaitCaughtUp(PATIENCE)).isTrue();
        assertThat(reconfigured.awaitCaughtUp(PATIENCE)).isTrue();
        assertThat(later.installation()).as("after a restart").isEqualTo(Mode.ENFORCING);
        assertThat(reconfigured.installation()).as("configured anew").isEqualTo(Mode.PAUSED);
      }
    }
  }

  @Test
  void whatWasLearnedOfReplicasIsKnownToWhoTakesOverAndForgottenWithTheScaler() throws Exception {
    ScalerId crm = SampleDecisions.CRM;
    Pace pace =
        new Pace(
            WarmUps.NONE.plus(
                new Start("crm-1", SampleDecisions.NINE, Duration.ofMillis(41_500), 0.25)),
            Map.of("crm-1", 0.5, "crm-2", 1.0));
    try (KafkaWriter writer = new KafkaWriter(kafka, Duration.ofSeconds(10));
        PaceLog one = new PaceLog(kafka, "paces", writer)) {
      one.keep(crm, pace).join();
      assertThat(one.recall(crm)).contains(pace);
      try (PaceLog other = new PaceLog(kafka, "paces", writer)) {
        assertThat(other.awaitCaughtUp(PATIENCE)).isTrue();
        assertThat(other.recall(crm)).contains(pace);

        one.forget(crm).join();
        assertThat(one.recall(crm)).isEmpty();
        Eventually.that("the other forgets", PATIENCE, () -> other.recall(crm).isEmpty());
      }
    }
  }

  @Test
  void aTrialIsSharedSurvivesARestartAndLetsEnforceUntilSomebodySaysOtherwise() throws Exception {
    ScalerId crm = SampleDecisions.CRM;
    Instant since = Instant.parse("2026-03-02T09:00:00Z");
    Scaler onTrial =
        SampleDecisions.decided(since)
            .inputs()
            .situation()
            .scaler()
            .withMode(Mode.ADVISORY)
            .withPromotion(Optional.of(new Promotion(1)));
    Trust proven =
        new Trust(
            Trust.Standing.PROVEN,
            since,
            since,
            1,
            Comparison.from(since),
            Optional.of(Comparison.from(since.minusSeconds(86_400))),
            0);
    try (KafkaWriter writer = new KafkaWriter(kafka, Duration.ofSeconds(10));
        ModeSwitch one = new ModeSwitch(kafka, "trials", Mode.ENFORCING, writer)) {
      one.keep(crm, proven).join();

      assertThat(one.own(onTrial)).isEqualTo(Mode.ENFORCING);
      assertThat(one.own(onTrial.withPromotion(Optional.empty()))).isEqualTo(Mode.ADVISORY);
      assertThat(one.own(onTrial.withMode(Mode.PAUSED))).isEqualTo(Mode.PAUSED);
      try (ModeSwitch later = new ModeSwitch(kafka, "trials", Mode.ADVISORY, writer)) {
        assertThat(later.awaitCaughtUp(PATIENCE)).isTrue();
        assertThat(later.trust(crm)).contains(proven);
        assertThat(later.inForce(onTrial)).as("under the ceiling").isEqualTo(Mode.ADVISORY);
      }
      one.switchScaler(onTrial, Mode.ADVISORY).join();
      assertThat(one.own(onTrial)).as("a person's word").isEqualTo(Mode.ADVISORY);
      one.unswitchScaler(crm).join();
      assertThat(one.own(onTrial)).as("taken back").isEqualTo(Mode.ENFORCING);
      one.forgetTrust(crm).join();
      assertThat(one.trust(crm)).isEmpty();
    }
  }

  private static Journal journal(KafkaWriter writer) {
    return new Journal(kafka, "decisions", "forecasts", MEMORY, writer);
  }
}
