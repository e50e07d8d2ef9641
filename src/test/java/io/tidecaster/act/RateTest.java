package io.tidecaster.act;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateTest {
  private final Rate<String> rate = new Rate<>(2, Duration.ofMinutes(10));

  @Test
  void allowsSoManyWithinAWindow() {
    assertThat(rate.allows("web", Given.AT)).isTrue();
    assertThat(rate.allows("web", Given.AT.plusSeconds(1))).isTrue();
    assertThat(rate.allows("web", Given.AT.plusSeconds(599))).isFalse();
    assertThat(rate.allows("web", Given.AT.plusSeconds(600))).isTrue();
  }

  @Test
  void countsEachKeyByItself() {
    rate.allows("web", Given.AT);
    rate.allows("web", Given.AT);

    assertThat(rate.allows("web", Given.AT)).isFalse();
    assertThat(rate.allows("api", Given.AT)).isTrue();
  }
}
