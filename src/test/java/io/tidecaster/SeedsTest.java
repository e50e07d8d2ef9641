package io.tidecaster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.decide.Decision;
import io.tidecaster.decide.HoldReason;
import io.tidecaster.decide.ScaleReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Plays made-up workloads through the service's line. {@code -Dseeds=17} plays one of them, {@code
 * -Dseeds=1-10000} so many.
 */
class SeedsTest {
  private static final String SEEDS = System.getProperty("seeds", "1-200");

  @Test
  void noFleetLoadOrFaultBreaksARule() {
    String[] range = SEEDS.split("-", 2);
    long first = Long.parseLong(range[0]);
    long last = Long.parseLong(range[range.length - 1]);
    Set<String> reasons = new TreeSet<>();
    for (long seed = first; seed <= last; seed++) {
      new SeededRun(seed).play(decision -> reasons.add(decision.outcome().reasonLabel()));
    }
    if (last - first >= 100) {
      assertThat(reasons)
          .as("every reason is met, or the seeds prove little")
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      Stream.of(ScaleReason.values()).map(ScaleReason::label),
                      Stream.of(HoldReason.values()).map(HoldReason::label))
                  .toList());
    }
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
