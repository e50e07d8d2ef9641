package io.tidecaster.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.workload.LeadTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeadTimeEstimateTest {

  @Test
  void whatTheUserStatesWins() {
    var measured = new LeadTimeEstimate(Duration.ofSeconds(95), LeadTimeEstimate.Origin.LEARNED);
    assertThat(LeadTimeEstimate.of(new LeadTime.Fixed(Duration.ofMinutes(2)), measured))
        .isEqualTo(new LeadTimeEstimate(Duration.ofMinutes(2), LeadTimeEstimate.Origin.STATED));
    assertThat(LeadTimeEstimate.of(new LeadTime.Learned(), measured)).isEqualTo(measured);
  }

  @Test
  void threeMinutesHoldUntilPodsWereWatched() {
    assertThat(LeadTimeEstimate.of(new LeadTime.Learned()))
        .isEqualTo(new LeadTimeEstimate(Duration.ofMinutes(3), LeadTimeEstimate.Origin.DEFAULT));
  }

  @Test
  void isAtMostAnHour() {
    assertThatThrownBy(
            () -> new LeadTimeEstimate(Duration.ofMinutes(61), LeadTimeEstimate.Origin.LEARNED))
        .hasMessage("lead time PT1H1M must lie between 0s and 60m");
  }
}
