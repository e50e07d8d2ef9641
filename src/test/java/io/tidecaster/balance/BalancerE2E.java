package io.tidecaster.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.e2e.HaproxyServer;
import io.tidecaster.sim.BalancedFleet;
import io.tidecaster.workload.Actuation;
import io.tidecaster.workload.Balance;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.LeadTime;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Objective;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.SeriesSelector;
import io.tidecaster.workload.Source;
import io.tidecaster.workload.TargetRef;
import io.tidecaster.workload.WorkCalendar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tidecaster's hand on a real HAProxy in front of real HTTP servers. */
class BalancerE2E {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration QUICK = Duration.ofMillis(5);
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final BalanceLimits LIMITS =
      new BalanceLimits(Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofSeconds(2), 200);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final FakeDirectory directory = new FakeDirectory();
  private final FakePaceMemory memory = new FakePaceMemory();
  private volatile Duration ahead = Duration.ZERO;
  private final Balancer balancer =
      new Balancer(directory, LIMITS, memory, () -> Instant.now().plus(ahead), meters);

  @AfterEach
  void stop() {
    balancer.close();
  }

  @Test
  void aColdReplicaGetsAFreeSlotAndItsShareGrows() {
    Instant start = Instant.now();
    try (var warm = new SlowReplica(QUICK);
        var cold = new SlowReplica(QUICK);
        var haproxy = HaproxyServer.start(Map.of(), 3)) {
      Scaler scaler =
          scaler(Balance.Servers.SLOTS, Duration.ofSeconds(6), haproxy.socket().toString());
      directory.see(warm.replica("crm-1", start.minusSeconds(60)), cold.replica("crm-2", start));

      follow(scaler, haproxy, weights -> weights.contains(100) && weights.size() == 2);
      assertThat(weights(haproxy)).anyMatch(weight -> weight < 100);
      // the weight of a warm one: twenty steps after 6 s
      follow(scaler, haproxy, weights -> weights.equals(List.of(100, 100)));
      // one of two, five per cent a step: more than the first and the last were told
      assertThat(commands("SetWeight", "Done")).isGreaterThan(5);
    }
  }

  @Test
  void whoIsLetGoIsLeftAsIfNobodyHadTouchedIt() {
    Instant start = Instant.now();
    try (var warm = new SlowReplica(QUICK);
        var cold = new SlowReplica(QUICK);
        var haproxy = HaproxyServer.start(Map.of(), 2)) {
      Scaler scaler =
          scaler(Balance.Servers.SLOTS, Duration.ofHours(1), haproxy.socket().toString());
      directory.see(warm.replica("crm-1", start.minusSeconds(7200)), cold.replica("crm-2", start));
      follow(scaler, haproxy, weights -> weights.equals(List.of(10, 100)));

      balancer.follow(List.of(), _ -> true);
      assertThat(weights(haproxy)).as("another replica goes on").containsExactly(10, 100);
      follow(scaler, haproxy, weights -> weights.equals(List.of(10, 100)));
      balancer.follow(List.of(), _ -> false);

      Eventually.that(
          "it has its full share", SOON, () -> weights(haproxy).equals(List.of(100, 100)));
    }
  }

  @Test
  void replicasOfUnlikeSpeedGetWeightsInProportionToIt() {
    Instant old = Instant.now().minusSeconds(600);
    try (var slow = replica(1);
        var middle = replica(2);
        var fast = replica(4);
        var haproxy = HaproxyServer.start(Map.of(), 3);
        var users = Executors.newVirtualThreadPerTaskExecutor()) {
      Scaler scaler =
          scaler(
              Balance.Servers.SLOTS,
              Duration.ZERO,
              Balance.Weights.MEASURED,
              Balance.Ramping.STATED,
              haproxy.socket().toString());
      directory.see(
          slow.replica("crm-1", old), middle.replica("crm-2", old), fast.replica("crm-3", old));
      follow(scaler, haproxy, weights -> weights.equals(List.of(100, 100, 100)));
      var stopped = new AtomicBoolean();
      for (int user = 0; user < 6; user++) {
        users.execute(() -> {
          while (!stopped.get()) {
            get(haproxy.url().resolve("/" + WORK_MICROS)).exceptionally(_ -> -1).join();
          }
        });
      }

      Eventually.that(
          "weights are those of 1 : 2 : 4",
          Duration.ofMinutes(4),
          () -> {
            ahead = ahead.plus(Shares.EVERY);
            balancer.follow(List.of(scaler), _ -> false);
            List<Integer> weights = weights(haproxy);
            return weights.getFirst() <= 35 && weights.get(1) <= 65 && weights.getLast() >= 90;
          });
      stopped.set(true);
      assertThat(weights(haproxy).getFirst()).isGreaterThanOrEqualTo(15);
      assertThat(weights(haproxy).get(1)).isGreaterThanOrEqualTo(35);
      assertThat(balancer.inspect(scaler).getFirst().serving())
          .extracting(PoolReport.Serving::reason)
          .anyMatch(reason -> reason.matches("warm, [23].? % as fast as the fastest"))
          .contains("warm, as fast as any");
      ahead = ahead.plus(Duration.ofMinutes(2));
      balancer.follow(List.of(scaler), _ -> false);
      Eventually.that("it is kept", SOON, () -> memory.recall(scaler.id()).isPresent());

      try (var next = new Balancer(directory, LIMITS, memory, Instant::now, meters)) {
        next.follow(List.of(scaler), _ -> false);
        next.retire(scaler, 3).join();
        assertThat(weights(haproxy).getFirst()).as("who takes over goes on").isBetween(15, 35);
      }
    }
  }

  /** A quarter of its speed when it is ready, all of it 12 s later; 6 s are stated. */
  @Test
  void theRampLastsAsLongAsEarlierReplicasTookToBeWarm() {
    Duration stated = Duration.ofSeconds(6);
    Duration warmUp = Duration.ofSeconds(12);
    BalancedFleet.Server like = new BalancedFleet.Server(8, 1);
    try (var grown = new WorkingReplica(like, Duration.ZERO, 1);
        var haproxy = HaproxyServer.start(Map.of(), 4);
        var users = Executors.newVirtualThreadPerTaskExecutor()) {
      Scaler scaler =
          scaler(
              Balance.Servers.SLOTS,
              stated,
              Balance.Weights.EQUAL,
              Balance.Ramping.LEARNED,
              haproxy.socket().toString());
      Replica sibling = grown.replica("crm-0", Instant.now().minusSeconds(600));
      directory.see(sibling);
      follow(scaler, haproxy, weights -> weights.equals(List.of(100)));
      var stopped = new AtomicBoolean();
      for (int user = 0; user < 8; user++) {
        users.execute(() -> {
          while (!stopped.get()) {
            get(haproxy.url().resolve("/" + WORK_MICROS)).exceptionally(_ -> -1).join();
          }
        });
      }
      try (var one = new WorkingReplica(like, warmUp, 0.25);
          var two = new WorkingReplica(like, warmUp, 0.25);
          var three = new WorkingReplica(like, warmUp, 0.25)) {
        Instant ready = Instant.now();
        directory.see(
            sibling,
            one.replica("crm-1", ready),
            two.replica("crm-2", ready),
            three.replica("crm-3", ready));
        assertThat(seconds("tidecaster.balance.warm.up.seconds")).isEqualTo(6);
        // they are watched for 4 × 6 s, and 6 s more
        Eventually.that(
            "three warm-ups are measured",
            Duration.ofMinutes(2),
            () -> {
              balancer.follow(List.of(scaler), _ -> false);
              return balancer.learnedWarmUp(scaler).isPresent();
            });
      }
      stopped.set(true);

      // 12 s, to within a third
      assertThat(balancer.learnedWarmUp(scaler).orElseThrow().duration())
          .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(16));
      assertThat(balancer.learnedWarmUp(scaler).orElseThrow().coldSpeed()).isBetween(0.1, 0.5);
      assertThat(seconds("tidecaster.balance.warm.up.seconds")).isBetween(8.0, 16.0);
      assertThat(balancer.standing(scaler.id()).orElseThrow().ramp())
          .contains("as was learned: half of the last 3 starts");
      assertThat(memory.recall(scaler.id()).orElseThrow().warmUps().starts()).hasSize(3);
    }
  }

  private double seconds(String gauge) {
    return meters.get(gauge).gauge().value();
  }

  /** 40 ms of work at speed 1: HAProxy counts whole milliseconds. */
  private static final int WORK_MICROS = 40_000;

  private static WorkingReplica replica(double speed) {
    return new WorkingReplica(new BalancedFleet.Server(4, speed), Duration.ZERO, 1);
  }

  /** HAProxy 2.6 has no name for it in its statistics. */
  @Test
  void aColdReplicaWarmsUpUnderRandomToo() {
    Instant start = Instant.now();
    try (var warm = new SlowReplica(QUICK);
        var cold = new SlowReplica(QUICK);
        var haproxy = HaproxyServer.start(Map.of(), 2, "random(1)", 100)) {
      Scaler scaler =
          scaler(Balance.Servers.SLOTS, Duration.ofHours(1), haproxy.socket().toString());
      directory.see(warm.replica("crm-1", start.minusSeconds(7200)), cold.replica("crm-2", start));

      follow(scaler, haproxy, weights -> weights.equals(List.of(10, 100)));

      assertThat(problems(Problem.FIXED_WEIGHTS)).isZero();
    }
  }

  @Test
  void whatWasToldIsToldAgainAfterARestart() {
    try (var one = new SlowReplica(QUICK);
        var haproxy = HaproxyServer.start(Map.of(), 2)) {
      Scaler scaler = scaler(Balance.Servers.SLOTS, Duration.ZERO, haproxy.socket().toString());
      directory.see(one.replica("crm-1", Instant.now()));
      follow(scaler, haproxy, weights -> weights.equals(List.of(100)));

      haproxy.restart();

      assertThat(weights(haproxy)).isEmpty();
      follow(scaler, haproxy, weights -> weights.equals(List.of(100)));
    }
  }

  @Test
  void serversAreAddedAndDeletedWhileItRuns() {
    try (var one = new SlowReplica(QUICK);
        var two = new SlowReplica(QUICK);
        var haproxy = HaproxyServer.start(Map.of(), 1)) {
      Scaler scaler =
          scaler(Balance.Servers.DYNAMIC, Duration.ZERO, "127.0.0.1:" + haproxy.runtimePort());
      directory.see(one.replica("crm-1", Instant.now()), two.replica("crm-2", Instant.now()));
      follow(scaler, haproxy, weights -> weights.equals(List.of(100, 100)));
      assertThat(get(haproxy.url()).join()).isEqualTo(204);

      directory.see(two.replica("crm-2", Instant.now()));
      follow(scaler, haproxy, weights -> weights.equals(List.of(100)));
      Eventually.that(
          "the server is deleted",
          SOON,
          () -> {
            balancer.follow(List.of(scaler), _ -> false);
            return !haproxy
                .command("show servers state crm")
                .contains(BackendPlan.nameFor(one.address()));
          });
      assertThat(commands("Delete", "Refused")).isZero();
    }
  }

  @Test
  void aReplicaThatGoesFinishesWhatItHas() {
    Instant old = Instant.now().minusSeconds(600);
    try (var one = new SlowReplica(Duration.ofMillis(700));
        var two = new SlowReplica(Duration.ofMillis(700));
        var haproxy = HaproxyServer.start(Map.of(), 2)) {
      Scaler scaler = scaler(Balance.Servers.SLOTS, Duration.ZERO, haproxy.socket().toString());
      directory.see(one.replica("crm-1", old), two.replica("crm-2", old));
      follow(scaler, haproxy, weights -> weights.size() == 2);
      var first = get(haproxy.url());
      var second = get(haproxy.url());
      Eventually.that("both are at work", SOON, () -> one.inFlight() + two.inFlight() == 2);

      balancer.retire(scaler, 1).orTimeout(20, TimeUnit.SECONDS).join();

      assertThat(first.join()).isEqualTo(204);
      assertThat(second.join()).isEqualTo(204);
      assertThat(directory.written()).singleElement().asString().startsWith("condemn [crm-");
      assertThat(drains("Drained")).isEqualTo(1);
      assertThat(weights(haproxy)).hasSize(1);
    }
  }

  @Test
  void noRequestOfAThousandFailsWhileReplicasGo() {
    Instant old = Instant.now().minusSeconds(600);
    var failed = new AtomicInteger();
    try (var stays = new SlowReplica(QUICK);
        var second = new SlowReplica(QUICK);
        var third = new SlowReplica(QUICK);
        var haproxy = HaproxyServer.start(Map.of(), 3)) {
      Scaler scaler = scaler(Balance.Servers.SLOTS, Duration.ZERO, haproxy.socket().toString());
      Map<String, SlowReplica> fleet = Map.of("crm-1", stays, "crm-2", second, "crm-3", third);
      directory.see(
          stays.replica("crm-1", old), second.replica("crm-2", old), third.replica("crm-3", old));
      follow(scaler, haproxy, weights -> weights.size() == 3);

      CompletableFuture<Void> load =
          CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 125; i++) {
              var eight = new CompletableFuture<?>[8];
              for (int j = 0; j < eight.length; j++) {
                eight[j] =
                    get(haproxy.url())
                        .exceptionally(_ -> -1)
                        .thenAccept(status -> {
                          if (status != 204) {
                            failed.incrementAndGet();
                          }
                        });
              }
              CompletableFuture.allOf(eight).join();
            }
          });
      Eventually.that("the load runs", SOON, () -> third.served() > 20);
      balancer.retire(scaler, 1).orTimeout(20, TimeUnit.SECONDS).join();
      String condemned = directory.written().getFirst();
      fleet.forEach((name, replica) -> {
        if (condemned.contains(name)) {
          replica.close();
        }
      });
      load.orTimeout(60, TimeUnit.SECONDS).join();
    }
    assertThat(failed).hasValue(0);
    assertThat(drains("Drained")).isEqualTo(1);
  }

  @Test
  void anInstanceThatHangsIsToldAndStopsNothing() throws IOException {
    Instant old = Instant.now().minusSeconds(600);
    try (var hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var one = new SlowReplica(QUICK);
        var two = new SlowReplica(QUICK);
        var haproxy = HaproxyServer.start(Map.of(), 2)) {
      Scaler scaler =
          scaler(
              Balance.Servers.SLOTS,
              Duration.ZERO,
              haproxy.socket().toString(),
              "127.0.0.1:" + hangs.getLocalPort(),
              "/nowhere/haproxy.sock");
      directory.see(one.replica("crm-1", old), two.replica("crm-2", old));
      follow(scaler, haproxy, weights -> weights.size() == 2);

      balancer.retire(scaler, 1).orTimeout(20, TimeUnit.SECONDS).join();

      assertThat(drains("Drained")).isEqualTo(1);
      assertThat(meters.get("tidecaster.balance.unreachable").gauge().value()).isEqualTo(2);
      assertThat(problems(Problem.UNREACHABLE)).isEqualTo(2);
      assertThat(balancer.standing(scaler.id()).orElseThrow().troubles())
          .as("it may pass")
          .isEmpty();
      ahead = Balancer.LASTING;
      assertThat(balancer.standing(scaler.id()).orElseThrow().troubles())
          .as("told without a look")
          .extracting(trouble -> trouble.where() + " " + trouble.problem())
          .containsExactlyInAnyOrder(
              "HAProxy at 127.0.0.1:" + hangs.getLocalPort() + " UNREACHABLE",
              "HAProxy at /nowhere/haproxy.sock UNREACHABLE");
    }
  }

  @Test
  void twoInstancesThatDisagreeAreBroughtTogetherAndAMissingSlotIsTold() {
    try (var one = new SlowReplica(QUICK);
        var two = new SlowReplica(QUICK);
        var first = HaproxyServer.start(Map.of(), 2);
        var second = HaproxyServer.start(Map.of(), 1)) {
      first.command("set server crm/slot2 addr 127.0.0.1 port 7");
      first.command("set server crm/slot2 state ready");
      Scaler scaler =
          scaler(
              Balance.Servers.SLOTS,
              Duration.ZERO,
              first.socket().toString(),
              "127.0.0.1:" + second.runtimePort());
      directory.see(one.replica("crm-1", Instant.now()));
      follow(scaler, first, weights -> weights.equals(List.of(100)));
      follow(scaler, second, weights -> weights.equals(List.of(100)));

      directory.see(one.replica("crm-1", Instant.now()), two.replica("crm-2", Instant.now()));
      follow(scaler, first, weights -> weights.equals(List.of(100, 100)));
      Eventually.that(
          "the missing slot is told",
          SOON,
          () -> {
            balancer.follow(List.of(scaler), _ -> false);
            return problems(Problem.NO_SLOT) >= 1;
          });
      assertThat(weights(second)).containsExactly(100);
    }
  }

  @Test
  void anotherHandOnOneOfTwoInstancesIsTold() {
    try (var one = new SlowReplica(QUICK);
        var two = new SlowReplica(QUICK);
        var first = HaproxyServer.start(Map.of(), 2);
        var second = HaproxyServer.start(Map.of(), 2)) {
      Scaler scaler =
          scaler(
              Balance.Servers.SLOTS,
              Duration.ZERO,
              first.socket().toString(),
              second.socket().toString());
      directory.see(one.replica("crm-1", Instant.now()), two.replica("crm-2", Instant.now()));
      follow(scaler, first, weights -> weights.equals(List.of(100, 100)));
      follow(scaler, second, weights -> weights.equals(List.of(100, 100)));
      assertThat(problems(Problem.INSTANCES_DISAGREE)).isZero();

      Eventually.that(
          "they disagree for two looks",
          SOON,
          () -> {
            second.command("set server crm/slot1 state maint");
            balancer.follow(List.of(scaler), _ -> false);
            return problems(Problem.INSTANCES_DISAGREE) == 1;
          });
      follow(scaler, second, weights -> weights.equals(List.of(100, 100)));
      ahead = Balancer.LASTING;
      Eventually.that(
          "it is over",
          SOON,
          () -> {
            balancer.follow(List.of(scaler), _ -> false);
            return balancer.standing(scaler.id()).orElseThrow().troubles().isEmpty();
          });
    }
  }

  @Test
  void replicasThatCannotBeReadChangeNothing() {
    try (var one = new SlowReplica(QUICK);
        var haproxy = HaproxyServer.start(Map.of(), 1)) {
      Scaler scaler = scaler(Balance.Servers.SLOTS, Duration.ZERO, haproxy.socket().toString());
      directory.see(one.replica("crm-1", Instant.now()));
      follow(scaler, haproxy, weights -> weights.equals(List.of(100)));

      directory.seeNothing();
      balancer.retire(scaler, 1).orTimeout(20, TimeUnit.SECONDS).join();

      assertThat(weights(haproxy)).containsExactly(100);
      assertThat(drains("Unseen")).isEqualTo(1);
      assertThat(problems(Problem.REPLICAS_UNKNOWN)).isEqualTo(1);
    }
  }

  private void follow(Scaler scaler, HaproxyServer haproxy, Predicate<List<Integer>> enough) {
    Eventually.get(
        "the servers are as they should be",
        SOON,
        () -> {
          balancer.follow(List.of(scaler), _ -> false);
          return weights(haproxy);
        },
        enough);
  }

  /** The weights of the servers that serve, the least first. */
  private static List<Integer> weights(HaproxyServer haproxy) {
    return SeenPool.read(
            haproxy.command("show servers state crm"), haproxy.command("show stat crm 6 -1"))
        .servers()
        .stream()
        .filter(SeenServer::isServing)
        .map(SeenServer::weight)
        .sorted()
        .toList();
  }

  private double commands(String command, String result) {
    return meters
        .counter("tidecaster.balance.commands", "command", command, "result", result)
        .count();
  }

  private double drains(String result) {
    return meters.counter("tidecaster.balance.drains", "result", result).count();
  }

  private double problems(Problem problem) {
    return meters.counter("tidecaster.balance.problems", "problem", problem.label()).count();
  }

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static CompletableFuture<Integer> get(URI url) {
    return CLIENT
        .sendAsync(
            HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(10)).build(),
            HttpResponse.BodyHandlers.discarding())
        .thenApply(HttpResponse::statusCode);
  }

  /** Waits until that many servers serve. */
  static void settle(Balancer balancer, Scaler scaler, HaproxyServer haproxy, int serving) {
    Eventually.that(
        serving + " servers serve",
        SOON,
        () -> {
          balancer.follow(List.of(scaler), _ -> false);
          return weights(haproxy).size() == serving;
        });
  }

  static Scaler scaler(Balance.Servers style, Duration warmUp, String... instances) {
    return scaler(style, warmUp, Balance.Weights.EQUAL, Balance.Ramping.STATED, instances);
  }

  private static Scaler scaler(
      Balance.Servers style,
      Duration warmUp,
      Balance.Weights weights,
      Balance.Ramping ramping,
      String... instances) {
    var load =
        new Source(
            new SeriesSelector("requests_total", SeriesSelector.Type.COUNTER, Map.of()),
            Optional.empty());
    var objective = new Objective.RequestsPerReplica(100);
    return new Scaler(
        new ScalerId("crm", "crm"),
        new TargetRef("apps/v1", "Deployment", "crm"),
        Mode.ENFORCING,
        new Bounds(1, 10),
        load,
        Optional.empty(),
        objective,
        objective,
        0.95,
        new LeadTime.Learned(),
        Behavior.DEFAULT,
        Actuation.AUTO,
        WorkCalendar.NONE,
        List.of(),
        Optional.of(
            new Balance(List.of(instances), "crm", 80, style, warmUp, DRAIN, weights, ramping)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
