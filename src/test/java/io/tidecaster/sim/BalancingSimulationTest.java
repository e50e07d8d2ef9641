package io.tidecaster.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import io.tidecaster.sim.BalancedFleet.Churn;
import io.tidecaster.sim.BalancedFleet.Server;
import io.tidecaster.sim.BalancedFleet.ServiceTime;
import io.tidecaster.sim.BalancedFleet.Sources;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BalancingSimulationTest {
  private static final ServiceTime TENTH = new ServiceTime(0.1, 1);
  private static final Sources MANY = Sources.zipf(300, 0);

  @Test
  void aSingleServerWithEqualTimesWaitsAsPollaczekAndKhinchinSay() {
    // ρ = 8 × 0.1 = 0.8; wait = ρ ÷ (1 − ρ) × (1 + 0²) ÷ 2 × 0.1 = 0.2 s, and 0.1 s of work
    double mean = mean(fleet(8, new ServiceTime(0.1, 0), new Server(1, 1)));
    assertThat(mean).isCloseTo(0.3, withPercentage(6));
  }

  @Test
  void spreadMakesWaitsLonger() {
    // (1 + 2²) ÷ 2 = 2.5 times the wait of the exponential's 1: 0.4 × 2.5 + 0.1 = 1.1 s
    double mean = mean(fleet(8, new ServiceTime(0.1, 2), new Server(1, 1)));
    assertThat(mean).isCloseTo(1.1, withPercentage(20));
  }

  @Test
  void twoWorkersShareAQueueAsErlangSays() {
    // a = 16 × 0.1 = 1.6; C(2, 1.6) = 0.711; equal times wait about half of 0.711 × 0.1 ÷ 0.4
    double mean = mean(fleet(16, new ServiceTime(0.1, 0), new Server(2, 1)));
    assertThat(mean).isCloseTo(0.1 + 0.711 * 0.1 / 0.4 / 2, withPercentage(8));
  }

  @Test
  void aServerOfTwiceTheSpeedTakesHalfTheTime() {
    double[] slow = times(fleet(0.01, TENTH, new Server(1, 1)), BalancingRule.ROUND_ROBIN);
    double[] fast = times(fleet(0.01, TENTH, new Server(1, 2)), BalancingRule.ROUND_ROBIN);
    assertThat(p95(fast)).isCloseTo(p95(slow) / 2, withPercentage(1));
  }

  @Test
  void leastConnectionsWaitsLeastAndRandomMost() {
    BalancedFleet fleet = fleet(24, TENTH, new Server(1, 1), new Server(1, 1), new Server(1, 1));
    assertThat(p95(times(fleet, BalancingRule.LEAST_CONNECTIONS)))
        .isLessThan(p95(times(fleet, BalancingRule.POWER_OF_TWO)));
    assertThat(p95(times(fleet, BalancingRule.POWER_OF_TWO)))
        .isLessThan(p95(times(fleet, BalancingRule.ROUND_ROBIN)));
    assertThat(p95(times(fleet, BalancingRule.ROUND_ROBIN)))
        .isLessThan(p95(times(fleet, BalancingRule.RANDOM)));
  }

  @Test
  void roundRobinOverwhelmsTheSmallOneOfUnlikeServers() {
    // 40 ÷ 3 = 13.3 a second for a server that bears 10; in proportion it gets 40 ÷ 7 = 5.7
    BalancedFleet fleet = fleet(40, TENTH, new Server(1, 1), new Server(1, 2), new Server(1, 4));
    BalancingAdvice advice = BalancingAdvice.on(fleet, 1);
    assertThat(advice.of(BalancingRule.ROUND_ROBIN).saturated()).isTrue();
    assertThat(advice.of(BalancingRule.STATIC_WEIGHTS).saturated()).isFalse();
    assertThat(advice.isAsGood(BalancingRule.ROUND_ROBIN)).isFalse();
    assertThat(advice.best().rule())
        .isIn(BalancingRule.STATIC_WEIGHTS, BalancingRule.LEAST_CONNECTIONS);
  }

  @Test
  void oneSourceOfHalfTheRequestsSaturatesItsServer() {
    // half of 24 is 12 a second for a server that bears 10
    BalancedFleet fleet =
        new BalancedFleet(
            Collections.nCopies(3, new Server(1, 1)),
            24,
            TENTH,
            new Sources(List.of(6.0, 2.0, 2.0, 2.0)),
            Optional.empty());
    assertThat(BalancingAdvice.on(fleet, 1).of(BalancingRule.SOURCE_HASH).saturated()).isTrue();
    assertThat(BalancingAdvice.on(fleet, 1).of(BalancingRule.ROUND_ROBIN).saturated()).isFalse();
  }

  @Test
  void aRampSparesThoseWhoMeetAColdServer() {
    assertThat(p99(times(churning(true), BalancingRule.ROUND_ROBIN)))
        .isLessThan(p99(times(churning(false), BalancingRule.ROUND_ROBIN)) * 0.9);
  }

  @ParameterizedTest
  @EnumSource(BalancingRule.class)
  void theSameSeedGivesTheSameTimes(BalancingRule rule) {
    assertThat(BalancingSimulation.responseSeconds(churning(true), rule, 2_000, 7))
        .isEqualTo(BalancingSimulation.responseSeconds(churning(true), rule, 2_000, 7))
        .isNotEqualTo(BalancingSimulation.responseSeconds(churning(true), rule, 2_000, 8));
  }

  @Test
  void amongEqualsTheSimplerIsAdvised() {
    // hardly ever two at a time: no rule has anything to choose
    BalancedFleet fleet = fleet(0.1, TENTH, new Server(4, 1), new Server(4, 1));
    assertThat(BalancingAdvice.on(fleet, 1).best().rule()).isEqualTo(BalancingRule.ROUND_ROBIN);
  }

  @Test
  void ofALargeFleetAPartIsSimulatedWithItsPartOfTheLoad() {
    BalancedFleet small =
        new BalancedFleet(
            Collections.nCopies(32, new Server(1, 1)), 224, TENTH, MANY, Optional.empty());
    BalancedFleet large =
        new BalancedFleet(
            Collections.nCopies(320, new Server(1, 1)), 2240, TENTH, MANY, Optional.empty());
    assertThat(BalancingAdvice.on(large, 1)).isEqualTo(BalancingAdvice.on(small, 1));
  }

  @Test
  void refusesFleetsThatAreNone() {
    assertThatThrownBy(() -> fleet(1, TENTH)).hasMessageContaining("0 servers");
    assertThatThrownBy(() -> fleet(0, TENTH, new Server(1, 1)))
        .hasMessage("requestsPerSecond 0.0 must be above 0");
    assertThatThrownBy(() -> new Server(0, 1)).hasMessage("workers 0 < 1");
    assertThatThrownBy(() -> new ServiceTime(0.1, -1)).hasMessageContaining("between 0 and 20");
    assertThatThrownBy(() -> new Churn(Duration.ZERO, Duration.ZERO, 1, true))
        .hasMessage("every PT0S must be above 0s");
    assertThatThrownBy(() -> new Sources(List.of())).hasMessage("0 sources; name at least 1");
  }

  private static BalancedFleet churning(boolean ramped) {
    return new BalancedFleet(
        Collections.nCopies(4, new Server(2, 1)),
        44,
        TENTH,
        MANY,
        Optional.of(new Churn(Duration.ofSeconds(60), Duration.ofSeconds(40), 0.2, ramped)));
  }

  private static BalancedFleet fleet(double rate, ServiceTime time, Server... servers) {
    return new BalancedFleet(List.of(servers), rate, time, MANY, Optional.empty());
  }

  private static double[] times(BalancedFleet fleet, BalancingRule rule) {
    double[] times = BalancingSimulation.responseSeconds(fleet, rule, 40_000, 42);
    Arrays.sort(times);
    return times;
  }

  private static double mean(BalancedFleet fleet) {
    return Arrays.stream(
            BalancingSimulation.responseSeconds(fleet, BalancingRule.ROUND_ROBIN, 200_000, 42))
        .average()
        .orElseThrow();
  }

  private static double p95(double[] sorted) {
    return BalancingAdvice.quantile(sorted, 0.95);
  }

  private static double p99(double[] sorted) {
    return BalancingAdvice.quantile(sorted, 0.99);
  }
}
