package io.tidecaster.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SimulatedFleetTest {
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");
  private static final Duration STEP = Duration.ofSeconds(15);

  private static SimulatedFleet fleet(int replicas, SimulatedFleet.Cpu cpu) {
    return new SimulatedFleet(
        new SimulatedFleet.Settings(100, 0.8, Duration.ofSeconds(60), cpu), replicas, NINE);
  }

  private static SimulatedFleet fleet(int replicas) {
    return fleet(replicas, SimulatedFleet.Cpu.NONE);
  }

  private static void advance(SimulatedFleet fleet, double load, int steps) {
    for (int step = 0; step < steps; step++) {
      fleet.advance(load, STEP);
    }
  }

  @Test
  void newReplicasBearLoadAfterTheirStartUpTime() {
    SimulatedFleet fleet = fleet(2);
    fleet.scale(5);
    advance(fleet, 100, 3);
    assertThat(fleet.ready()).isEqualTo(2);
    advance(fleet, 100, 1);
    assertThat(fleet.ready()).isEqualTo(5);
  }

  @Test
  void replicasArePaidForFromTheirStart() {
    SimulatedFleet fleet = fleet(2);
    fleet.scale(5);
    advance(fleet, 100, 4);
    assertThat(fleet.account().replicaSeconds()).isEqualTo(5 * 60);
    assertThat(fleet.account().scalings()).isEqualTo(1);
  }

  @Test
  void theYoungestGoFirst() {
    SimulatedFleet fleet = fleet(2);
    fleet.scale(5);
    advance(fleet, 100, 2);
    fleet.scale(6);
    fleet.scale(4);
    advance(fleet, 100, 2);
    assertThat(fleet.ready()).isEqualTo(4);
    assertThat(fleet.replicas())
        .extracting(SimulatedFleet.Replica::number)
        .containsExactly(0L, 1L, 2L, 3L);
    fleet.scale(1);
    assertThat(fleet.ready()).isEqualTo(1);
  }

  @Test
  void moreThanTheUseThatItsUsersBearIsAViolation() {
    SimulatedFleet fleet = fleet(2);
    advance(fleet, 160, 1); // 80 %
    assertThat(fleet.account().requestsInViolation()).isZero();
    advance(fleet, 161, 1);
    assertThat(fleet.account().requestsInViolation()).isEqualTo(161 * 15);
    advance(fleet, 230, 1); // 30 more than full use
    SimulatedFleet.Account account = fleet.account();
    assertThat(account.requestsOverCapacity()).isEqualTo(30 * 15);
    assertThat(account.violationSeconds()).isEqualTo(30);
    assertThat(account.violationShare())
        .isCloseTo((161 + 230) / (160.0 + 161 + 230), within(1e-12));
  }

  @Test
  void countsRequestsAndCpuOfEachReplica() {
    var cpu = new SimulatedFleet.Cpu(0.05, 0.005, 0.8, Duration.ofSeconds(30));
    SimulatedFleet fleet = fleet(2, cpu);
    fleet.scale(3);
    advance(fleet, 100, 8);
    SimulatedFleet.Replica first = fleet.replicas().getFirst();
    SimulatedFleet.Replica third = fleet.replicas().getLast();
    // 50 a second for 60 s on two, then 33.3 on three
    assertThat(first.requests()).isCloseTo(50 * 60 + 100 / 3.0 * 60, within(1e-6));
    assertThat(first.cpuSeconds()).isCloseTo(0.05 * 120 + 0.005 * first.requests(), within(1e-6));
    assertThat(third.requests()).isCloseTo(100 / 3.0 * 60, within(1e-6));
    // warms up for 60 s until it is ready and 30 s more
    assertThat(third.cpuSeconds())
        .isCloseTo(0.05 * 120 + 0.005 * third.requests() + 0.8 * 90, within(1e-6));
  }

  @Test
  void usesNoMoreCpuThanAtFullUse() {
    SimulatedFleet fleet = fleet(1, new SimulatedFleet.Cpu(0, 0.005, 0, Duration.ZERO));
    advance(fleet, 500, 4);
    assertThat(fleet.replicas().getFirst().cpuSeconds()).isCloseTo(100 * 0.005 * 60, within(1e-9));
  }

  @Test
  void withoutReplicasEveryRequestIsInViolation() {
    SimulatedFleet fleet = fleet(0);
    advance(fleet, 10, 1);
    assertThat(fleet.account().violationShare()).isEqualTo(1);
  }

  @Test
  void rejectsWhatIsNoFleet() {
    assertThatThrownBy(() -> fleet(1).scale(-1)).hasMessage("replicas -1 < 0");
    assertThatThrownBy(() -> new SimulatedFleet.Settings(100, 1.2, STEP, SimulatedFleet.Cpu.NONE))
        .hasMessage("violationUse 1.2 must be above 0 and at most 1");
  }
}
