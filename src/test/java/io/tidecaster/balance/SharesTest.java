package io.tidecaster.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.pace.Timed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharesTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final Duration WARM_UP = Duration.ofMinutes(1);
  private static final double[] SPEEDS = {1, 2, 4};

  private final Shares shares = new Shares(Map.of());
  private Instant now = NOON;
  private long requests = 5_000;

  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.4, 0.6, 0.8})
  void comesToTheSpeedsOfAFleetOfOneTwoAndFour(double use) {
    for (int step = 0; step < 150; step++) {
      learn(responses(use), 500);
    }

    // 1 ÷ 4, 2 ÷ 4 and 4 ÷ 4
    assertThat(shares.known().get("crm-0")).isCloseTo(0.25, within(0.06));
    assertThat(shares.known().get("crm-1")).isCloseTo(0.5, within(0.12));
    assertThat(shares.known().get("crm-2")).isCloseTo(1, within(0.1));
  }

  @Test
  void goesByATenthAtATimeAndNeverBelowATenth() {
    warm(new double[] {1_000, 10, 10});
    learn(new double[] {1_000, 10, 10}, 500);

    assertThat(shares.known().get("crm-0")).isCloseTo(1 / 1.1, within(1e-9));
    for (int step = 0; step < 100; step++) {
      learn(new double[] {1_000, 10, 10}, 500);
    }
    assertThat(shares.known().get("crm-0")).isBetween(0.1, 0.111);
  }

  @Test
  void staysWhereReplicasAreNearlyAlike() {
    for (int step = 0; step < 50; step++) {
      learn(new double[] {21, 20, 20}, 500);
    }

    assertThat(shares.known()).isEqualTo(Map.of("crm-0", 1.0, "crm-1", 1.0, "crm-2", 1.0));
  }

  @Test
  void learnsNothingFromAMeanThatIsInPartAnotherReplicas() {
    learn(new double[] {100, 10, 10}, 500);
    learn(new double[] {100, 10, 10}, 1_000);

    assertThat(shares.known()).allSatisfy((_, share) -> assertThat(share).isEqualTo(1));
    learn(new double[] {100, 10, 10}, 100);
    assertThat(shares.known().get("crm-0")).isLessThan(1);
  }

  @Test
  void learnsNothingWithoutNewRequestsAndNothingBetweenTwoSteps() {
    warm(new double[] {100, 10, 10});
    double before = shares.of(replica(0, NOON));

    learn(new double[] {100, 10, 10}, 99);
    assertThat(shares.known()).containsEntry("crm-0", before);
    now = now.minus(Shares.EVERY).plusSeconds(1);
    learn(new double[] {100, 10, 10}, 500);
    assertThat(shares.known()).containsEntry("crm-0", before);
  }

  @Test
  void learnsNothingFromAColdReplicaAndGivesItTheMiddleShare() {
    for (int step = 0; step < 150; step++) {
      learn(responses(0.4), 500);
    }
    Replica fresh = replica(3, now);

    assertThat(shares.of(fresh)).isCloseTo(0.5, within(0.12));
  }

  @Test
  void beginsAnewWhereHaproxyDid() {
    warm(new double[] {100, 10, 10});
    requests = 0;

    learn(new double[] {100, 10, 10}, 50);
    double before = shares.of(replica(0, NOON));
    learn(new double[] {100, 10, 10}, 1_000);

    assertThat(shares.known()).containsEntry("crm-0", before);
  }

  @Test
  void learnsNothingWhereTheAlgorithmFixesWeights() {
    for (int step = 0; step < 10; step++) {
      now = now.plus(Shares.EVERY);
      requests += 500;
      assertThat(
              shares.learn(
                  replicas(), List.of(pool("source", new double[] {100, 10, 10})), WARM_UP, now))
          .isFalse();
    }
    assertThat(shares.known()).isEmpty();
  }

  /** So much that the next look learns. */
  private void warm(double[] millis) {
    learn(millis, 0);
    requests += Shares.WINDOW - Shares.LEAST_REQUESTS;
  }

  private void learn(double[] millis, long more) {
    now = now.plus(Shares.EVERY);
    requests += more;
    var _ = shares.learn(replicas(), List.of(pool("roundrobin", millis)), WARM_UP, now);
  }

  /** A queue before each, as of M/M/1: service time ÷ (1 − use), the use by its share. */
  private double[] responses(double use) {
    List<Replica> replicas = replicas();
    double all = replicas.stream().mapToDouble(shares::of).sum();
    double[] millis = new double[SPEEDS.length];
    for (int i = 0; i < SPEEDS.length; i++) {
      double arriving = use * 7 * shares.of(replicas.get(i)) / all;
      millis[i] = 100 / SPEEDS[i] / Math.max(0.02, 1 - arriving / SPEEDS[i]);
    }
    return millis;
  }

  private static List<Replica> replicas() {
    List<Replica> replicas = new ArrayList<>();
    for (int i = 0; i < SPEEDS.length; i++) {
      replicas.add(replica(i, NOON.minus(WARM_UP)));
    }
    return replicas;
  }

  private static Replica replica(int number, Instant readySince) {
    return new Replica(
        "crm-" + number, new Address("10.0.0." + (number + 1), 80), readySince, false);
  }

  private SeenPool pool(String algorithm, double[] millis) {
    List<SeenServer> servers = new ArrayList<>();
    for (int i = 0; i < millis.length; i++) {
      servers.add(
          new SeenServer(
              "slot" + i,
              Optional.of(replica(i, NOON).address()),
              SeenServer.Admin.READY,
              true,
              100,
              0,
              false,
              requests,
              Optional.of(Duration.ofMillis(Math.round(millis[i]))),
              Timed.NOTHING));
    }
    return new SeenPool(algorithm, servers);
  }
}
