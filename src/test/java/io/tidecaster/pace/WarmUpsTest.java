package io.tidecaster.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WarmUpsTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final Duration STATED = Duration.ofMinutes(1);

  @Test
  void whatIsStatedHoldsUntilThreeStartsWereSeen() {
    assertThat(WarmUps.NONE.learned(STATED)).isEmpty();
    assertThat(of(40, 42).learned(STATED)).isEmpty();
    assertThat(of(40, 42, 44).learned(STATED)).isPresent();
  }

  @Test
  void halfOfTheStartsWereWarmByThenWhateverOneOfThemSays() {
    LearnedWarmUp learned = of(40, 230, 42, 44, 0).learned(STATED).orElseThrow();

    assertThat(learned.duration()).isEqualTo(Duration.ofSeconds(42));
    assertThat(learned.starts()).isEqualTo(5);
    assertThat(learned.explanation())
        .isEqualTo(
            "half of the last 5 starts were warm within 42 s, the slowest within 230 s; just ready they had 25 % of their speed");
  }

  @Test
  void whatIsStatedBoundsWhatIsLearned() {
    assertThat(of(1, 1, 1).learned(STATED).orElseThrow().duration())
        .isEqualTo(Duration.ofSeconds(15));
    LearnedWarmUp longest = of(900, 900, 900).learned(STATED).orElseThrow();
    assertThat(longest.duration()).isEqualTo(Duration.ofMinutes(4));
    assertThat(longest.explanation()).endsWith("; 240 s is the bound that the stated 60 s set");
    assertThat(WarmUps.longest(Duration.ofMinutes(20))).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void whoWantsNoWarmUpGetsNone() {
    assertThat(of(40, 42, 44).learned(Duration.ZERO)).isEmpty();
  }

  @Test
  void theNewestFiftyAreRemembered() {
    WarmUps warmUps = WarmUps.NONE;
    for (int i = 0; i < 60; i++) {
      warmUps = warmUps.plus(start(i, i));
    }

    assertThat(warmUps.starts()).hasSize(50);
    assertThat(warmUps.starts().getFirst().replica()).isEqualTo("crm-10");
    assertThat(warmUps.plus(start(59, 59))).isEqualTo(warmUps);
    assertThat(warmUps.plus(start(3, 3))).as("older than all").isEqualTo(warmUps);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> new Start("crm-1", NOON, Duration.ofSeconds(-1), 0.5))
        .hasMessageContaining("negative");
    assertThatThrownBy(() -> new Start("crm-1", NOON, Duration.ZERO, 1.5))
        .hasMessageContaining("cold speed 1.5");
    assertThatThrownBy(() -> new Pace(WarmUps.NONE, Map.of("crm-1", 0.0)))
        .hasMessageContaining("share 0.0 of crm-1");
  }

  private static WarmUps of(int... seconds) {
    WarmUps warmUps = WarmUps.NONE;
    for (int i = 0; i < seconds.length; i++) {
      warmUps = warmUps.plus(start(i, seconds[i]));
    }
    return warmUps;
  }

  private static Start start(int number, int seconds) {
    return new Start(
        "crm-" + number, NOON.plusSeconds(number * 60L), Duration.ofSeconds(seconds), 0.25);
  }
}
