package io.tidecaster.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.workload.Balance;
import io.tidecaster.workload.Ramp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendPlanTest {
  private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");
  private static final Duration WARM_UP = Duration.ofSeconds(60);
  private static final List<SeenServer.Admin> ADMINS =
      List.of(SeenServer.Admin.READY, SeenServer.Admin.DRAIN, SeenServer.Admin.MAINTENANCE);

  @Test
  void putsAColdReplicaIntoAFreeSlotWithALittleShareAndBeforeItServes() {
    assertThat(plan(Balance.Servers.SLOTS, ModelProxy.withSlots(2), replica(1, 0)))
        .containsExactly(
            "set server crm/slot1 addr 10.0.0.1 port 80",
            "set server crm/slot1 weight 10",
            "set server crm/slot1 state ready");
  }

  @ParameterizedTest
  // 60 s of warm-up in twenty steps of 3 s; the least is 10
  @CsvSource({"0,10", "6,10", "9,15", "30,50", "59,95", "60,100", "3600,100", "-5,10"})
  void letsTheShareGrowWithTheAge(int ageSeconds, int weight) {
    assertThat(new Ramp(WARM_UP).weight(Duration.ofSeconds(ageSeconds))).isEqualTo(weight);
  }

  @Test
  void givesTheFullShareAtOnceWithoutAWarmUp() {
    assertThat(new Ramp(Duration.ZERO).weight(Duration.ZERO)).isEqualTo(100);
  }

  @Test
  void saysNothingWhereAllIsAsItShouldBe() {
    var proxy = new ModelProxy(true);
    proxy.put("slot1", "10.0.0.1:80", SeenServer.Admin.READY, 100, 7);

    var plan = planOf(Balance.Servers.SLOTS, proxy, replica(1, 600));

    assertThat(plan.commands()).isEmpty();
    assertThat(plan.problems()).isEmpty();
  }

  @Test
  void drainsWhoIsToGoAndLeavesItToFinish() {
    var proxy = new ModelProxy(true);
    proxy.put("slot1", "10.0.0.1:80", SeenServer.Admin.READY, 100, 3);
    proxy.put("slot2", "10.0.0.2:80", SeenServer.Admin.READY, 100, 3);
    Replica[] wanted = {replica(1, 600), replica(2, 600).asLeaving()};

    assertThat(plan(Balance.Servers.SLOTS, proxy, wanted))
        .containsExactly("set server crm/slot2 state drain");
    proxy.put("slot2", "10.0.0.2:80", SeenServer.Admin.DRAIN, 100, 0);
    assertThat(plan(Balance.Servers.SLOTS, proxy, wanted)).isEmpty();
  }

  @Test
  void freesTheSlotOfAGoneReplicaOnceItsRequestsAreFinished() {
    var proxy = new ModelProxy(true);
    proxy.put("slot1", "10.0.0.1:80", SeenServer.Admin.READY, 100, 0);
    proxy.put("slot2", "10.0.0.2:80", SeenServer.Admin.DRAIN, 100, 2);

    assertThat(plan(Balance.Servers.SLOTS, proxy, replica(1, 600))).isEmpty();
    proxy.finishRequests();
    assertThat(plan(Balance.Servers.SLOTS, proxy, replica(1, 600)))
        .containsExactly("set server crm/slot2 state maint");
  }

  @Test
  void drainsNobodyWhileNoOtherServes() {
    var proxy = new ModelProxy(true);
    proxy.put("slot1", "10.0.0.1:80", SeenServer.Admin.READY, 100, 0);

    var none = planOf(Balance.Servers.SLOTS, proxy);
    var onlyLeaving = planOf(Balance.Servers.SLOTS, proxy, replica(1, 600).asLeaving());
    var otherNotThereYet = planOf(Balance.Servers.DISCOVERED, proxy, replica(2, 600));

    assertThat(none.commands()).isEmpty();
    assertThat(none.problems()).containsExactly(Problem.NO_REPLICAS);
    assertThat(onlyLeaving.commands()).isEmpty();
    assertThat(onlyLeaving.problems()).containsExactly(Problem.WOULD_BE_EMPTY);
    assertThat(otherNotThereYet.commands()).isEmpty();
    assertThat(otherNotThereYet.problems()).containsExactly(Problem.NOT_DISCOVERED);
  }

  @Test
  void addsTheNewBeforeItDrainsTheOldOfAFleetThatIsReplaced() {
    var proxy = ModelProxy.withSlots(2);
    proxy.put("slot1", "10.0.0.1:80", SeenServer.Admin.READY, 100, 0);

    var first = planOf(Balance.Servers.SLOTS, proxy, replica(2, 0));
    assertThat(first.problems()).containsExactly(Problem.WOULD_BE_EMPTY);
    proxy.tell(first.commands());
    assertThat(plan(Balance.Servers.SLOTS, proxy, replica(2, 0)))
        .containsExactly("set server crm/slot1 state drain");
  }

  @Test
  void tellsOfAReplicaForWhichNoSlotIsLeft() {
    var plan = planOf(Balance.Servers.SLOTS, ModelProxy.withSlots(1), replica(1, 0), replica(2, 0));

    assertThat(plan.commands()).hasSize(3);
    assertThat(plan.problems()).containsExactly(Problem.NO_SLOT);
  }

  @Test
  void changesNoWeightWhereTheAlgorithmFixesThem() {
    var proxy = new ModelProxy(false);
    proxy.put("slot1", "10.0.0.1:80", SeenServer.Admin.READY, 1, 0);
    proxy.put("slot2", "10.0.0.2:80", SeenServer.Admin.READY, 0, 0);

    var plan = planOf(Balance.Servers.SLOTS, proxy, replica(1, 0), replica(2, 600));

    assertThat(texts(plan)).containsExactly("set server crm/slot2 weight 100%");
    assertThat(plan.problems()).containsExactly(Problem.FIXED_WEIGHTS);
    assertThat(planOf(Balance.Servers.DYNAMIC, proxy, replica(3, 600)).problems())
        .contains(Problem.STATIC_BACKEND);
  }

  @Test
  void addsAServerAndDeletesItAfterItsReplica() {
    var proxy = new ModelProxy(true);
    assertThat(plan(Balance.Servers.DYNAMIC, proxy, replica(1, 600)))
        .containsExactly(
            "add server crm/replica-10-0-0-1-80 10.0.0.1:80 weight 100 check inter 2s fall 3 rise 2",
            "enable health crm/replica-10-0-0-1-80",
            "set server crm/replica-10-0-0-1-80 state ready");

    proxy.put("configured", "10.0.0.1:80", SeenServer.Admin.READY, 100, 0);
    proxy.put("replica-gone", "10.0.0.9:80", SeenServer.Admin.MAINTENANCE, 100, 0);
    assertThat(plan(Balance.Servers.DYNAMIC, proxy, replica(1, 600)))
        .containsExactly("del server crm/replica-gone");
  }

  @Test
  void takesIpv6AddressesAndLeavesBackupServersAlone() {
    var v6 = new Replica("a", new Address("fd00::1", 80), NOW.minus(WARM_UP), false);

    assertThat(plan(Balance.Servers.SLOTS, ModelProxy.withSlots(1), v6))
        .first()
        .isEqualTo("set server crm/slot1 addr fd00::1 port 80");
    assertThat(BackendPlan.nameFor(v6.address())).isEqualTo("replica-fd00-1-80");
  }

  @ParameterizedTest
  @EnumSource(
      value = Balance.Servers.class,
      names = {"SLOTS", "DYNAMIC"})
  void reachesWhatIsWantedFromAnywhereAndNeverEmptiesABackend(Balance.Servers style) {
    for (int seed = 0; seed < 500; seed++) {
      var random = new SplittableRandom(seed);
      var proxy = ModelProxy.withSlots(6);
      for (int i = 1; i <= random.nextInt(7); i++) {
        proxy.put(
            "slot" + i,
            "10.0.0.%d:80".formatted(random.nextInt(1, 9)),
            ADMINS.get(random.nextInt(ADMINS.size())),
            random.nextInt(257),
            random.nextInt(3));
      }
      List<Replica> wanted = new ArrayList<>();
      for (int i = 1; i <= 6; i++) {
        if (random.nextBoolean() || (i == 6 && wanted.isEmpty())) {
          wanted.add(replica(i, random.nextInt(120)));
        }
      }
      for (int pass = 0; pass < 6; pass++) {
        long before = proxy.serving();
        proxy.tell(BackendPlan.of(balance(style), wanted, proxy.seen(), NOW).commands());
        assertThat(proxy.serving() > 0 || before == 0).as("seed %d, pass %d", seed, pass).isTrue();
        proxy.finishRequests();
      }
      assertThat(proxy.shares())
          .as("seed %d", seed)
          .containsAll(
              wanted.stream()
                  .map(replica ->
                      replica.address()
                          + " "
                          + new Ramp(WARM_UP).weight(Duration.between(replica.readySince(), NOW)))
                  .sorted()
                  .toList());
      assertThat(BackendPlan.of(balance(style), wanted, proxy.seen(), NOW).commands())
          .as("seed %d is settled", seed)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n", "No such backend.\n", "Permission denied\n", "# be_id x\n1 y\n"})
  void saysWhatHaproxySaidWhereItIsNoTable(String answer) {
    assertThatThrownBy(() -> SeenPool.read(answer, answer))
        .isInstanceOf(RuntimeApiException.class)
        .hasMessageStartingWith("HAProxy");
  }

  private static Replica replica(int number, int ageSeconds) {
    return new Replica(
        "crm-" + number, new Address("10.0.0." + number, 80), NOW.minusSeconds(ageSeconds), false);
  }

  private static List<String> plan(Balance.Servers style, ModelProxy proxy, Replica... wanted) {
    return texts(planOf(style, proxy, wanted));
  }

  private static BackendPlan planOf(Balance.Servers style, ModelProxy proxy, Replica... wanted) {
    return BackendPlan.of(balance(style), List.of(wanted), proxy.seen(), NOW);
  }

  private static List<String> texts(BackendPlan plan) {
    return plan.commands().stream().map(command -> command.text("crm")).toList();
  }

  private static Balance balance(Balance.Servers style) {
    return new Balance(
        List.of("127.0.0.1:9999"), "crm", 80, style, WARM_UP, Duration.ofSeconds(30));
  }
}
