package io.tidecaster.api;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import java.util.Set;

/** Runs the HTTP side on fakes, without Kafka or a cluster. */
public class FakesProfile implements QuarkusTestProfile {

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(FakeBoard.class, FakeModes.class, FakeReadiness.class);
  }

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "quarkus.http.test-port", "0",
        "quarkus.messaging.health.enabled", "false",
        "quarkus.kafka.health.enabled", "false",
        "tidecaster.api.write-timeout", "200ms",
        "tidecaster.api.stream.heartbeat", "100ms",
        "tidecaster.api.stream.max-open", "3",
        "tidecaster.api.stream.max-replay", "5");
  }
}
