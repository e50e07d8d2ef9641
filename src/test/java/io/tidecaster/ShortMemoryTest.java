package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShortMemoryTest {
  private final AtomicInteger asked = new AtomicInteger();
  private Instant now = Instant.parse("2026-03-02T08:00:00Z");
  private final ShortMemory<String, Integer> memory =
      new ShortMemory<>(Duration.ofSeconds(10), 2, () -> now);

  @Test
  void asksAgainOnlyOnceTheAnswerIsOld() {
    assertThat(ask("a")).isEqualTo(1);
    now = now.plusSeconds(9);
    assertThat(ask("a")).isEqualTo(1);
    now = now.plusSeconds(1);
    assertThat(ask("a")).isEqualTo(2);
  }

  @Test
  void forgetsTheOneLongestUnusedBeyondItsBound() {
    ask("a");
    ask("b");
    ask("a");
    ask("c"); // b goes

    assertThat(ask("a")).isEqualTo(1);
    assertThat(ask("b")).isEqualTo(4);
  }

  private int ask(String key) {
    return memory.get(key, asked::incrementAndGet);
  }
}
