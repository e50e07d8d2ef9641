package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.decide.Decision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plays made-up workloads through the service's line; {@code -Dseeds=17} plays that one alone. */
class SeedsTest {
  private static final String SEEDS = System.getProperty("seeds", "1-200");

  @Test
  void noFleetLoadOrFaultBreaksARule() {
    Seeds seeds = Seeds.parse(SEEDS);
    Seeds.Played played = seeds.play(() -> {});
    if (seeds.last() - seeds.first() >= 100) {
      assertThat(played.reasons())
          .as("every reason is met, or the seeds prove little")
          .containsExactlyInAnyOrderElementsOf(Seeds.reasons());
    }
  }

  @Test
  void whatIsNoRangeOfSeedsIsRefused() {
    assertThatThrownBy(() -> Seeds.parse("all"))
        .hasMessage("seeds \"all\" are neither a number nor a range; write 17 or 1-10000");
    assertThatThrownBy(() -> Seeds.parse("9-3"))
        .hasMessage("seeds 9-3: the first is above the last; turn them round");
  }

  @Test
  void aSeedIsTheSameEachTime() {
    List<Decision> once = new ArrayList<>();
    List<Decision> again = new ArrayList<>();
    new SeededRun(7).play(once::add);
    new SeededRun(7).play(again::add);
    assertThat(once).hasSizeGreaterThan(SeededRun.MINUTES / 2).isEqualTo(again);
  }
}
