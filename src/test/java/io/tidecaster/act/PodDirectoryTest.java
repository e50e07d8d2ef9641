package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidecaster.balance.Address;
import io.tidecaster.balance.Replica;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodDirectoryTest {
  private static final String READY =
      """
      {"metadata":{"name":"crm-a"},"status":{"podIP":"10.0.0.7","conditions":[
        {"type":"Initialized","status":"True","lastTransitionTime":"2026-03-02T07:00:00Z"},
        {"type":"Ready","status":"True","lastTransitionTime":"2026-03-02T08:00:00Z"}]}}
      """;

  @Test
  void aReadyPodIsAReplicaFromWhenItBecameReady() {
    assertThat(read(READY))
        .contains(
            new Replica(
                "crm-a",
                new Address("10.0.0.7", 8080),
                Instant.parse("2026-03-02T08:00:00Z"),
                false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"status\":{\"podIP\":\"10.0.0.7\"}}",
        "{\"status\":{\"podIP\":\"10.0.0.7\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\"}]}}",
        "{\"status\":{\"podIP\":\"10.0.0.7\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}",
      })
  void aPodThatIsNotReadyOrNotWholeIsNone(String pod) {
    assertThat(read(pod)).isEmpty();
  }

  @Test
  void aPodThatIsBeingDeletedIsNone() {
    assertThat(
            read(
                READY.replace(
                    "\"name\":\"crm-a\"",
                    "\"name\":\"crm-a\",\"deletionTimestamp\":\"2026-03-02T08:10:00Z\"")))
        .isEmpty();
  }

  @Test
  void aPodWithAHostileAddressIsNone() {
    assertThat(read(READY.replace("10.0.0.7", "10.0.0.7 port 1; shutdown"))).isEmpty();
  }

  private static Optional<Replica> read(String pod) {
    try {
      return PodDirectory.replica(new ObjectMapper().readTree(pod), 8080);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
