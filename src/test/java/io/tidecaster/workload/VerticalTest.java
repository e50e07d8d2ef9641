package io.tidecaster.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerticalTest {

  @ParameterizedTest
  @CsvSource({"0, PT30S", "1, PT30S", "6, PT30S", "7, PT1M30S", "18, PT2M30S", "19, PT3M30S"})
  void resizesTakeLongerTheMoreReplicasThereAreForThePace(int replicas, Duration time) {
    Vertical vertical = new Vertical("web", 100, 4000, Vertical.Values.REQUESTS_ONLY, 0.8, 6);

    assertThat(vertical.resizeTime(replicas)).isEqualTo(time);
  }
}
