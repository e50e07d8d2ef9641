package io.tidecaster.decide;

import static io.tidecaster.decide.Situations.NINE;
import static io.tidecaster.decide.Situations.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private final Comparison none = Comparison.from(NINE);

  private static Decision at(int minute, int replicas, double load, int hpaDesired, int hpaReady) {
    var now = NINE.plusSeconds(60L * minute);
    return given(replicas, load)
        .at(now)
        .load(Optional.of(Situations.load(now, load)))
        .shadow(new Decision.Shadow(hpaDesired, hpaReady))
        .decide();
  }

  @Test
  void countsTheReplicasThatStoodThroughTheMinute() {
    Comparison comparison = none.plus(at(0, 4, 300, 6, 3), at(1, 5, 420, 6, 3));
    // 4 of 5 stood through the minute: 420 > 400 for us, 420 > 300 for the HPA
    assertThat(comparison.minutes()).isEqualTo(1);
    assertThat(comparison.ours())
        .isEqualTo(new Comparison.Account(5 / 60.0, 1, 420 * 60, 420 * 60));
    assertThat(comparison.hpa()).isEqualTo(new Comparison.Account(6 / 60.0, 1, 420 * 60, 420 * 60));
  }

  @Test
  void aLoadThatIsJustBorneIsNoViolation() {
    Comparison comparison = none.plus(at(0, 4, 300, 6, 3), at(1, 4, 400, 6, 3));
    assertThat(comparison.ours().violationMinutes()).isZero();
    assertThat(comparison.ours().requests()).isEqualTo(400 * 60);
  }

  @Test
  void leavesOutMinutesOfWhichSomethingIsUnknown() {
    Decision first = at(0, 4, 300, 6, 3);
    Decision unknownLoad = given(4, 0).at(NINE.plusSeconds(60)).load(Optional.empty()).decide();
    Decision unknownFleet = given(4, 300).at(NINE.plusSeconds(60)).fleet(Optional.empty()).decide();
    Decision noCapacity = given(4, 300).at(NINE.plusSeconds(60)).noCapacity().decide();
    Decision afterAGap = at(3, 4, 300, 6, 3);
    for (Decision second :
        java.util.List.of(unknownLoad, unknownFleet, noCapacity, afterAGap, first)) {
      assertThat(none.plus(first, second)).isEqualTo(none);
    }
  }
}
