package io.tidecaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventuallyTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void givesTheFirstAnswerThatIsEnough() {
    var asked = new AtomicInteger();

    int answer = Eventually.get("count", LONG, asked::incrementAndGet, count -> count >= 2);

    assertEquals(2, answer);
  }

  @Test
  void takesAFailureForNotYet() {
    var asked = new AtomicInteger();

    Eventually.that(
        "second try",
        LONG,
        () -> {
          assertEquals(2, asked.incrementAndGet());
          return true;
        });
  }

  @Test
  void saysWhatItSawLastWhenTheTimeIsOver() {
    var failure =
        assertThrows(
            AssertionError.class,
            () -> Eventually.get("replicas", Duration.ZERO, () -> 3, count -> count == 5));

    assertEquals("replicas: not within PT0S; last seen: 3", failure.getMessage());
  }

  @Test
  void givesUpAtOnceWhenThereIsNoHope() {
    var failure =
        assertThrows(
            AssertionError.class,
            () ->
                Eventually.that(
                    "ready",
                    LONG,
                    () -> {
                      throw new Eventually.Hopeless("it died");
                    }));

    assertEquals("ready: it died", failure.getMessage());
  }

  @Test
  void noticesWhenWhatHeldEnds() {
    var asked = new AtomicInteger();

    var failure =
        assertThrows(
            AssertionError.class,
            () -> Eventually.always("idle", LONG, () -> asked.incrementAndGet() < 2));

    assertTrue(String.valueOf(failure.getMessage()).startsWith("idle: ended after"));
  }
}
