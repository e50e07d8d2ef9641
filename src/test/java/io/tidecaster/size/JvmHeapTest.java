package io.tidecaster.size;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JvmHeapTest {
  private static final OptionalLong GIB = OptionalLong.of(1L << 30);

  @ParameterizedTest
  @CsvSource({
    "-Xmx512m, 536870912",
    "-Xmx2G, 2147483648",
    "-Xmx1048576k, 1073741824",
    "-Xmx4096, 4096",
    "java -server -Xmx512m -jar app.jar, 536870912",
    "-XX:MaxRAMPercentage=75.0 -Dx=y, 805306368",
    "-XX:MaxRAMPercentage=50 -Xmx600m, 629145600",
    "-Xmx100m -Xmx200m, 209715200",
  })
  void readsHowLargeTheHeapMayBecome(String words, long bytes) {
    assertThat(JvmHeap.of(List.of(words), GIB).orElseThrow().bytes()).isEqualTo(bytes);
  }

  @Test
  void theLastWordWins() {
    assertThat(JvmHeap.of(List.of("-Xmx100m", "-Xmx300m -Xss1m"), GIB))
        .contains(new JvmHeap(300L << 20, "-Xmx300m"));
  }

  @ParameterizedTest
  @CsvSource({
    "-Xms512m",
    "-Xmx512q",
    "-Xmx",
    "-XX:MaxRAMPercentage=all",
    "-Dhint=-Xmx512m",
    "-Xmx0m",
    "-Xmx999999999999t"
  })
  void whatSaysNoHeapIsPassedOver(String words) {
    assertThat(JvmHeap.of(List.of(words), GIB)).isEmpty();
  }

  @Test
  void aShareOfNoLimitIsNotKnown() {
    assertThat(JvmHeap.of(List.of("-XX:MaxRAMPercentage=75"), OptionalLong.empty()))
        .isEqualTo(Optional.empty());
  }
}
