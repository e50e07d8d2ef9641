package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidecaster.workload.ScalerId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HandMadeTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final ScalerId CRM = new ScalerId("sales", "crm");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final HandMade handMade = new HandMade(Duration.ofMinutes(10), now::get);

  @Test
  void aScalingOfOursThatSomebodyUndidIsTheirsForAWhile() throws IOException {
    handMade.scaled(CRM);

    handMade.observe(CRM, setBy("kubectl", "\"2026-03-02T11:55:00Z\""));

    assertThat(handMade.undone(CRM)).get().asString().contains("kubectl at 2026-03-02T11:55:00Z");
    now.set(NOON.plusSeconds(5 * 60));
    assertThat(handMade.undone(CRM)).isEmpty();
  }

  @Test
  void whereTheServerNotesNoTimeItCountsFromTheFirstSight() throws IOException {
    handMade.scaled(CRM);

    handMade.observe(CRM, setBy("kubectl", "null"));
    now.set(NOON.plusSeconds(9 * 60));
    handMade.observe(CRM, setBy("kubectl", "null"));

    assertThat(handMade.undone(CRM)).isPresent();
    now.set(NOON.plusSeconds(10 * 60));
    assertThat(handMade.undone(CRM)).isEmpty();
  }

  @Test
  void whatWasSetBeforeWeScaledIsNobodysUndoing() throws IOException {
    handMade.observe(CRM, setBy("kubectl", "null"));

    assertThat(handMade.undone(CRM)).isEmpty();
  }

  @Test
  void whatWeSetOurselvesIsNobodysUndoing() throws IOException {
    handMade.scaled(CRM);
    handMade.observe(CRM, setBy("kubectl", "null"));

    handMade.observe(CRM, setBy(KubernetesRequests.FIELD_MANAGER, "null"));

    assertThat(handMade.undone(CRM)).isEmpty();
  }

  private static JsonNode setBy(String manager, String time) throws IOException {
    return new ObjectMapper()
        .readTree(
            """
            {"metadata": {"managedFields": [
              {"manager": "%s", "time": %s, "fieldsV1": {"f:spec": {"f:replicas": {}}}}]}}
            """
                .formatted(manager, time));
  }
}
