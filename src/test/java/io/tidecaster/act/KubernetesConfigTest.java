package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubernetesConfigTest {
  private static final String PREFIX = "tidecaster.kubernetes.";

  @Test
  void hasDefaults() {
    assertThat(Given.kubernetesConfig(Map.of()).namespace()).isEmpty();
    assertThat(Given.LIMITS)
        .isEqualTo(
            new KubernetesLimits(
                Duration.ofSeconds(3),
                Duration.ofSeconds(5),
                Duration.ofMinutes(5),
                Duration.ofMinutes(10),
                10_000,
                Duration.ofMinutes(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                4));
  }

  @Test
  void mapsEveryProperty() {
    var config =
        Given.kubernetesConfig(
            Map.of(
                PREFIX + "namespace", "crm",
                PREFIX + "request-timeout", "500ms",
                PREFIX + "outage-respite", "1s",
                PREFIX + "forbidden-respite", "1m",
                PREFIX + "discovery-max-age", "2m",
                PREFIX + "queue", "7",
                PREFIX + "hands-off", "3m",
                PREFIX + "room-max-age", "10s",
                PREFIX + "owner-max-age", "1s",
                PREFIX + "writers", "2"));

    assertThat(config.namespace()).contains("crm");
    assertThat(KubernetesLimits.of(config))
        .isEqualTo(
            new KubernetesLimits(
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                7,
                Duration.ofMinutes(3),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                2));
  }

  @ParameterizedTest
  @CsvSource({
    "request-timeout, 0s, request-timeout PT0S must lie between 1ms and 30s",
    "request-timeout, 31s, request-timeout PT31S must lie between 1ms and 30s",
    "discovery-max-age, 0s, discovery-max-age PT0S must be above 0",
    "hands-off, 25h, hands-off PT25H must lie between 0s and 24h",
    "room-max-age, 0s, room-max-age PT0S must be above 0s and at most 10m",
    "room-max-age, 11m, room-max-age PT11M must be above 0s and at most 10m",
    "owner-max-age, 31s, owner-max-age PT31S must lie between 0s and 30s",
    "writers, 0, writers 0 must lie between 1 and 32",
    "writers, 33, writers 33 must lie between 1 and 32",
    "queue, 0, queue 0 < 1"
  })
  void refusesWhatIsOutOfBounds(String property, String value, String message) {
    var config = Given.kubernetesConfig(Map.of(PREFIX + property, value));

    assertThatThrownBy(() -> KubernetesLimits.of(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
