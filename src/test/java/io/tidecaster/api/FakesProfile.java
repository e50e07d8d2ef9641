package io.tidecaster.api;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import java.util.Set;

/** Runs the HTTP side on fakes, without Kafka or a cluster. */
public class FakesProfile implements QuarkusTestProfile {

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(
        FakeBalancers.class,
        FakeBoard.class,
        FakeClock.class,
        FakeEvents.class,
        FakeModes.class,
        FakeReadiness.class,
        FakeGatekeeper.class);
  }

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.ofEntries(
        Map.entry("quarkus.http.test-port", "0"),
        // the pipeline and what brings samples to it
        Map.entry(
            "quarkus.arc.exclude-types",
            "io.tidecaster.*,"
                + "io.tidecaster.ingest.IngestBeans,"
                + "io.tidecaster.ingest.KafkaDeadLetters,"
                + "io.tidecaster.ingest.KafkaSampleOutlet,"
                + "io.tidecaster.ingest.RemoteWriteResource"),
        Map.entry("mp.messaging.incoming.samples.enabled", "false"),
        Map.entry("mp.messaging.outgoing.tidecaster-samples.enabled", "false"),
        Map.entry("mp.messaging.outgoing.tidecaster-deadletter.enabled", "false"),
        Map.entry("quarkus.messaging.health.enabled", "false"),
        Map.entry("quarkus.kafka.health.enabled", "false"),
        Map.entry("tidecaster.api.access.remote-write", "Checked"),
        Map.entry("tidecaster.api.write-timeout", "200ms"),
        Map.entry("tidecaster.api.stream.heartbeat", "100ms"),
        Map.entry("tidecaster.api.stream.max-open", "3"),
        Map.entry("tidecaster.api.stream.max-replay", "5"));
  }
}
