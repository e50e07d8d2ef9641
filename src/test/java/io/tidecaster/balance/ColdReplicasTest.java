package io.tidecaster.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.pace.Start;
import io.tidecaster.pace.Timed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ColdReplicasTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final Duration STATED = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Replica GROWN =
      new Replica("crm-0", new Address("10.0.0.1", 80), NOON.minusSeconds(3_600), false);

  private final ColdReplicas cold = new ColdReplicas();
  private final Map<String, Server> servers = new LinkedHashMap<>();
  private Instant now = NOON;

  /** Ten answers a second, each of the same time, as HAProxy keeps them. */
  private static final class Server {
    private final Optional<Address> address;
    private long answers;
    private long sum;

    Server(Replica replica) {
      this.address = Optional.of(replica.address());
    }

    void answer(double millis) {
      for (int i = 0; i < 20; i++) {
        sum = sum - (answers < 512 ? 0 : (sum + 511) / 512) + Math.round(millis);
        answers++;
      }
    }

    SeenServer seen(String name) {
      long window = Math.clamp(answers, 1, 512);
      return new SeenServer(
          name,
          address,
          SeenServer.Admin.READY,
          true,
          100,
          0,
          false,
          answers,
          Optional.empty(),
          new Timed(answers, (double) Math.ceilDiv(sum, window)));
    }
  }

  @Test
  void findsTheWarmUpOfAReplicaBesideItsSiblingAtTwoInstances() {
    Replica fresh = replica("crm-1", NOON);

    List<ColdReplicas.Watched> over = run(151, List.of("a", "b"), GROWN, fresh);

    Start start = over.getFirst().start().orElseThrow();
    assertThat(over).hasSize(1);
    assertThat(start.replica()).isEqualTo("crm-1");
    assertThat((double) start.warmUp().toSeconds()).isCloseTo(40, within(4.0));
    assertThat(start.coldSpeed()).isCloseTo(0.25, within(0.1));
  }

  @Test
  void tellsNothingWithoutAGrownSibling() {
    Replica young = replica("crm-0", NOON.minusSeconds(60));

    List<ColdReplicas.Watched> over = run(120, List.of("a"), young, replica("crm-1", NOON));

    // the other grows up while it is watched, and by then this one is warm
    assertThat(over).allSatisfy(watched -> assertThat(watched.start()).isEmpty());
  }

  @Test
  void whoIsFoundTooLateOrLeavesIsNotWatched() {
    assertThat(run(200, List.of("a"), GROWN, replica("crm-1", NOON.minusSeconds(16)))).isEmpty();
    Replica goes = replica("crm-2", now);
    assertThat(run(20, List.of("a"), GROWN, goes)).isEmpty();
    assertThat(run(200, List.of("a"), GROWN, goes.asLeaving())).isEmpty();
  }

  @Test
  void whoWasAwayForAWhileIsNotTakenForCold() {
    var _ = run(30, List.of("a"), GROWN, replica("crm-1", NOON));
    var _ = run(5, List.of("a"), GROWN);

    assertThat(run(200, List.of("a"), GROWN, replica("crm-1", now))).isEmpty();
  }

  @Test
  void aRestartOfHaproxyEndsTheWatch() {
    Replica fresh = replica("crm-1", NOON);
    var _ = run(30, List.of("a"), GROWN, fresh);
    servers.clear();

    assertThat(run(200, List.of("a"), GROWN, fresh)).isEmpty();
  }

  @Test
  void anInstanceThatDoesNotAnswerForAWhileIsMadeUpFor() {
    Replica fresh = replica("crm-1", NOON);
    var _ = run(30, List.of("a", "b"), GROWN, fresh);
    var _ = run(10, List.of("a"), GROWN, fresh);

    List<ColdReplicas.Watched> over = run(120, List.of("a", "b"), GROWN, fresh);

    assertThat(over.getFirst().start()).isPresent();
  }

  /** So many looks; what is over after them. */
  private List<ColdReplicas.Watched> run(int looks, List<String> instances, Replica... replicas) {
    List<ColdReplicas.Watched> over = new ArrayList<>();
    for (int look = 0; look < looks; look++) {
      now = now.plus(LOOK);
      Map<String, SeenPool> seen = new LinkedHashMap<>();
      for (String instance : instances) {
        List<SeenServer> there = new ArrayList<>();
        for (Replica replica : replicas) {
          Server server =
              servers.computeIfAbsent(instance + replica.name(), _ -> new Server(replica));
          server.answer(100 / speed(replica));
          there.add(server.seen("slot-" + replica.name()));
        }
        seen.put(instance, new SeenPool("roundrobin", there));
      }
      over.addAll(cold.look(List.of(replicas), seen, STATED, now));
    }
    return over;
  }

  /** A quarter at first, all of it after 40 s. */
  private double speed(Replica replica) {
    double age = Duration.between(replica.readySince(), now).toMillis() / 1000.0;
    return 0.25 + 0.75 * Math.min(1, age / 40);
  }

  private static Replica replica(String name, Instant readySince) {
    return new Replica(
        name, new Address("10.0.1." + name.charAt(name.length() - 1), 80), readySince, false);
  }
}
