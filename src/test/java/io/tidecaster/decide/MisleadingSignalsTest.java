package io.tidecaster.decide;

import static io.tidecaster.decide.Situations.NINE;
import static io.tidecaster.decide.Situations.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.history.LoadPoint;
import io.tidecaster.sim.SimulatedFleet;
import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Objective;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is measured is not always what arrives. Each signal that misleads is played against a fleet
 * of 2 to 10 replicas for 100 requests/s each, with the guard and, to show what it is for, without.
 * The forecast believes what is measured.
 */
class MisleadingSignalsTest {
  private static final double BORNE = 100;
  private static final SimulatedFleet.Settings REPLICA =
      new SimulatedFleet.Settings(BORNE / 0.8, 0.8, Duration.ofMinutes(3), SimulatedFleet.Cpu.NONE);

  /** What is measured of a load by a fleet. */
  private interface Meter {
    LoadPoint read(int minute, double load, SimulatedFleet fleet);
  }

  /** A fleet after some minutes, with what it had at most. */
  private record Played(SimulatedFleet fleet, int mostAsked, int minuteOfEnough) {}

  private static Played play(int replicas, int minutes, IntToDoubleFunction load, Meter meter) {
    return play(Behavior.DEFAULT, replicas, minutes, load, meter);
  }

  private static Played play(
      Behavior behavior, int replicas, int minutes, IntToDoubleFunction load, Meter meter) {
    SimulatedFleet fleet = new SimulatedFleet(REPLICA, replicas, NINE);
    DecisionMemory memory = DecisionMemory.EMPTY;
    int most = replicas;
    int enough = -1;
    for (int minute = 0; minute < minutes; minute++) {
      double arriving = load.applyAsDouble(minute);
      LoadPoint point = meter.read(minute, arriving, fleet);
      fleet.advance(arriving, Duration.ofMinutes(1));
      Decision decision =
          given(replicas, 0)
              .at(fleet.now())
              .fleet(
                  Optional.of(new Fleet(fleet.asked(), fleet.ready(), OptionalDouble.empty(), "1")))
              .load(Optional.of(point))
              .forecast(point.load().getAsDouble())
              .behavior(behavior)
              .remembering(memory)
              .decide();
      memory = memory.after(decision);
      fleet.scale(decision.desiredReplicas());
      most = Math.max(most, fleet.asked());
      if (enough < 0 && fleet.ready() * BORNE >= arriving) {
        enough = minute;
      }
    }
    return new Played(fleet, most, enough);
  }

  private static LoadPoint point(int minute, double load, int reporting, int silent) {
    return new LoadPoint(
        NINE.plusSeconds(60L * minute),
        OptionalDouble.of(load),
        OptionalDouble.empty(),
        reporting,
        silent);
  }

  /** 8 replicas bear 780 requests/s; from the fifth minute on half of them say nothing. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void halfTheReplicasSilentScaleNothingIn(boolean guarded) {
    Played played =
        play(
            8,
            40,
            minute -> 780,
            (minute, load, fleet) -> {
              if (minute < 5) {
                return point(minute, load, fleet.ready(), 0);
              }
              int silent = fleet.ready() / 2;
              int reporting = fleet.ready() - silent;
              double seen = load * reporting / fleet.ready();
              return point(minute, seen, reporting, guarded ? silent : 0);
            });
    if (guarded) {
      assertThat(played.fleet().asked()).isEqualTo(8);
      assertThat(played.fleet().account().violationSeconds()).isZero();
    } else {
      assertThat(played.fleet().asked()).isLessThanOrEqualTo(4);
      assertThat(played.fleet().account().violationSeconds()).isGreaterThan(20 * 60);
    }
  }

  /**
   * Replicas use 0.1 cores idle and 0.004 a request, and 0.5 more for three minutes after their
   * start; every five minutes one is replaced. Half a core bears (0.5 − 0.1) ÷ 0.004 = 100.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theCpuOfStartingReplicasTeachesNoCapacity(boolean guarded) {
    CapacityEstimator estimator =
        new CapacityEstimator(guarded ? CapacityEstimator.SETTLED_MINUTES : 0);
    for (int minute = 0; minute < 600; minute++) {
      int reporting = 4 + minute / 5 % 2;
      boolean warmingUp = minute % 5 < 3;
      double load = reporting * (30 + 20 * (minute / 7 % 4));
      double cores = 0.1 * reporting + 0.004 * load + (warmingUp ? 0.5 : 0);
      estimator.observe(
          new LoadPoint(
              NINE.plusSeconds(60L * minute),
              OptionalDouble.of(load),
              OptionalDouble.of(cores),
              reporting,
              0));
    }
    double learned =
        estimator
            .estimate(new Objective.TargetUtilization(0.5), OptionalDouble.of(1))
            .asOptional()
            .orElseThrow()
            .perReplica();
    if (guarded) {
      assertThat(learned).isBetween(95.0, 105.0);
    } else {
      assertThat(Math.abs(learned - 100)).isGreaterThan(10);
    }
  }

  /**
   * A rollout: each minute a new replica reports beside an old one that went without a word, so up
   * to half of all are silent. The load is whole all the same, and nothing is scaled in or out.
   */
  @Test
  void aRolloutScalesNothing() {
    Played played =
        play(
            8,
            20,
            minute -> 780,
            (minute, load, fleet) -> point(minute, load, fleet.ready(), Math.min(8, minute)));
    assertThat(played.fleet().account().scalings()).isZero();
  }

  /**
   * 4 replicas, and 900 requests/s. A counter of what was served shows no more than 125 a replica,
   * so each start-up time adds a quarter; one of what arrived asks for all at once.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCounterOfWhatWasServedIsLateButNeverStuck(boolean countsArrivals) {
    Played played =
        play(
            4,
            40,
            minute -> 900,
            (minute, load, fleet) ->
                point(
                    minute,
                    countsArrivals ? load : Math.min(load, fleet.ready() * REPLICA.capacity()),
                    fleet.ready(),
                    0));
    // ceil(900 / 100) = 9
    assertThat(played.fleet().ready()).isEqualTo(9);
    // 4 → 5 → 7 → 9: three start-up times of 3 min and a minute each to see it, instead of one
    assertThat(played.minuteOfEnough()).isBetween(countsArrivals ? 3 : 9, countsArrivals ? 5 : 14);
  }

  /**
   * After ten minutes of outage, in which 5 replicas became 2, everybody tries again at once: 2400
   * requests/s for 4 minutes. With a policy of one pod a minute 4 are added, without it as many as
   * there may be; either way it is forgotten.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRetryStormAddsNoMoreThanThePoliciesAllow(boolean guarded) {
    Behavior.Rules onePodAMinute =
        new Behavior.Rules(
            Duration.ZERO,
            Behavior.SelectPolicy.MAX,
            List.of(new Behavior.Policy(Behavior.Policy.Type.PODS, 1, Duration.ofMinutes(1))),
            0);
    Played played =
        play(
            guarded ? new Behavior(onePodAMinute, Behavior.DEFAULT.scaleDown()) : Behavior.DEFAULT,
            5,
            60,
            minute -> minute < 10 ? 480 : minute < 20 ? 5 : minute < 24 ? 2400 : 480,
            (minute, load, fleet) -> point(minute, load, fleet.ready(), 0));
    assertThat(played.mostAsked()).isEqualTo(guarded ? 6 : 10);
    assertThat(played.fleet().asked()).isBetween(5, 7);
  }

  /**
   * Upstream is down for 12 minutes; nothing arrives here. The window of the behavior decides how
   * long replicas wait for it to come back: with 15 minutes there is no violation, with none the
   * fleet has to start again.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anOutageUpstreamIsWaitedForAsLongAsTheWindowSays(boolean guarded) {
    Duration window = guarded ? Duration.ofMinutes(15) : Duration.ZERO;
    Behavior behavior =
        new Behavior(
            Behavior.DEFAULT.scaleUp(),
            new Behavior.Rules(
                window,
                Behavior.SelectPolicy.MAX,
                Behavior.DEFAULT.scaleDown().policies(),
                Behavior.DEFAULT.scaleDown().tolerance()));
    Played played =
        play(
            behavior,
            8,
            40,
            minute -> minute < 10 || minute >= 22 ? 780 : 0,
            (minute, load, fleet) -> point(minute, load, fleet.ready(), 0));
    double violated = played.fleet().account().violationSeconds();
    if (guarded) {
      assertThat(violated).isZero();
    } else {
      assertThat(violated).isGreaterThanOrEqualTo(3 * 60);
    }
  }
}
