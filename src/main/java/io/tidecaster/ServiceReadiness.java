package io.tidecaster;

import io.tidecaster.journal.Announcements;
import io.tidecaster.journal.Journal;
import io.tidecaster.journal.ModeSwitch;
import io.tidecaster.journal.PaceLog;
import io.tidecaster.ops.Readiness;
import java.util.List;

/** Ready once this replica can answer for all scalers and has its share of the work. */
final class ServiceReadiness implements Readiness {
  private final Journal journal;
  private final ModeSwitch modes;
  private final PaceLog paces;
  private final Announcements announcements;
  private final Pipeline pipeline;

  ServiceReadiness(
      Journal journal,
      ModeSwitch modes,
      PaceLog paces,
      Announcements announcements,
      Pipeline pipeline) {
    this.journal = journal;
    this.modes = modes;
    this.paces = paces;
    this.announcements = announcements;
    this.pipeline = pipeline;
  }

  @Override
  public List<Condition> conditions() {
    return List.of(
        new Condition(
            "JournalRead",
            journal.isCaughtUp(),
            journal.isCaughtUp()
                ? "all decisions that were made are known"
                : "the journal is being read; see that Kafka is reachable"),
        new Condition(
            "ModesKnown",
            modes.isCaughtUp(),
            modes.isCaughtUp()
                ? "all switched modes are known"
                : "the control topic is being read; see that Kafka is reachable"),
        new Condition(
            "PacesKnown",
            paces.isCaughtUp(),
            paces.isCaughtUp()
                ? "all that was learned of replicas behind balancers is known"
                : "the paces are being read; see that Kafka is reachable"),
        new Condition(
            "EventsKnown",
            announcements.isCaughtUp(),
            announcements.isCaughtUp()
                ? "all announced events are known"
                : "the events are being read; see that Kafka is reachable"),
        new Condition(
            "PartitionsAssigned",
            pipeline.hasJoined(),
            pipeline.hasJoined()
                ? "the consumer group has given this replica its share"
                : "the consumer group has given nothing yet; it does within its session timeout"),
        new Condition(
            "KafkaTakesWrites",
            pipeline.canWrite(),
            pipeline.canWrite()
                ? "the last write succeeded"
                : "the last write failed; see that Kafka is reachable"));
  }
}
