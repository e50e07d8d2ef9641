package io.tidecaster.decide;

import static io.tidecaster.decide.Situations.NINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.history.LoadPoint;
import io.tidecaster.workload.Objective;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapacityEstimatorTest {
  private static final Objective HALF = new Objective.TargetUtilization(0.5);
  private static final OptionalDouble ONE_CORE = OptionalDouble.of(1);

  private static LoadPoint point(int minute, double load, double cpu, int replicas) {
    return new LoadPoint(
        NINE.plus(Duration.ofMinutes(minute)),
        OptionalDouble.of(load),
        OptionalDouble.of(cpu),
        replicas,
        0);
  }

  /** Minutes of replicas that idle at 0.05 cores and use 5 ms of CPU a request. */
  private static List<LoadPoint> minutes(int count, long seed, double wildShare) {
    SplittableRandom random = new SplittableRandom(seed);
    List<LoadPoint> points = new ArrayList<>();
    for (int minute = 0; minute < count; minute++) {
      int replicas = 3 + (minute / 60) % 4;
      double load = replicas * (60 + 40 * Math.sin(minute / 90.0));
      double cpu = (replicas * 0.05 + 0.005 * load) * (1 + 0.05 * random.nextDouble(-1, 1));
      boolean wild = random.nextDouble() < wildShare;
      points.add(point(minute, load, wild ? cpu * random.nextDouble(1.5, 4) : cpu, replicas));
    }
    return points;
  }

  @Test
  void learnsOfTheReplicasWhereABalancerReportsTheirLoad() {
    CapacityEstimator estimator = new CapacityEstimator();
    for (LoadPoint replicas : minutes(600, 1, 0)) {
      estimator.observe(
          new LoadPoint(
              replicas.minute(),
              replicas.load(),
              replicas.cpuCores(),
              1,
              0,
              replicas.cpuReporting(),
              Optional.empty(),
              OptionalDouble.empty(),
              OptionalDouble.empty()));
    }

    assertThat(estimator.estimate(HALF, ONE_CORE).asOptional().orElseThrow().perReplica())
        .isCloseTo(90, within(2.0));
  }

  private static LoadPoint throttled(LoadPoint point, double cpu, double share) {
    return new LoadPoint(
        point.minute(),
        point.load(),
        OptionalDouble.of(cpu),
        point.reporting(),
        0,
        point.cpuReporting(),
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.of(share));
  }

  /** What arrives is counted, and a limit of 0.4 cores lets the replicas use no more. */
  private static List<LoadPoint> underALimit() {
    return minutes(600, 1, 0).stream()
        .map(point -> {
          double cpu = point.cpuCores().orElseThrow();
          double most = 0.4 * point.reporting();
          return throttled(point, Math.min(cpu, most), cpu > most ? 0.3 : 0.01);
        })
        .toList();
  }

  @Test
  void throttledMinutesDoNotTeachThatARequestCostsLess() {
    CapacityEstimator heeding = new CapacityEstimator(0.05);
    CapacityEstimator without = new CapacityEstimator();
    underALimit().forEach(heeding::observe);
    underALimit().forEach(without::observe);

    // 5 ms a request, whatever the limit cut off
    assertThat(heeding.law().orElseThrow().cpuSecondsPerRequest()).isCloseTo(0.005, within(2e-4));
    assertThat(without.law().orElseThrow().cpuSecondsPerRequest()).isLessThan(0.0045);
  }

  @Test
  void whereAllMinutesAreThrottledTheLastOnesStandIn() {
    CapacityEstimator estimator = new CapacityEstimator(0.05);
    minutes(600, 1, 0)
        .forEach(point -> estimator.observe(throttled(point, point.cpuCores().orElseThrow(), 0.3)));

    assertThat(estimator.law()).isEmpty();
    assertThat(estimator.estimate(HALF, ONE_CORE).asOptional().orElseThrow().origin())
        .isEqualTo(Capacity.Origin.PROVISIONAL);
  }

  @Test
  void aStatedCapacityWins() {
    var estimate =
        new CapacityEstimator().estimate(new Objective.RequestsPerReplica(120), ONE_CORE);
    assertThat(estimate.asOptional()).contains(new Capacity(120, Capacity.Origin.STATED));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void learnsIdleAndCostByTheUtilizationLaw(long seed) {
    CapacityEstimator estimator = CapacityEstimator.replay(minutes(600, seed, 0));
    Capacity capacity = estimator.estimate(HALF, ONE_CORE).asOptional().orElseThrow();
    // (0.5 − 0.05) ÷ 0.005 = 90
    assertThat(capacity.origin()).isEqualTo(Capacity.Origin.LEARNED);
    assertThat(capacity.perReplica()).isCloseTo(90, within(2.0));
    assertThat(estimator.law().orElseThrow().idleCores()).isCloseTo(0.05, within(0.015));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void bearsAFifthOfWildMinutes(long seed) {
    Capacity capacity =
        CapacityEstimator.replay(minutes(600, seed, 0.2))
            .estimate(HALF, ONE_CORE)
            .asOptional()
            .orElseThrow();
    assertThat(capacity.perReplica()).isCloseTo(90, within(4.5));
  }

  @Test
  void leavesOutTheMinutesAfterReplicasChanged() {
    List<LoadPoint> points = new ArrayList<>();
    for (int minute = 0; minute < 400; minute++) {
      int replicas = 2 + (minute / 10) % 5;
      double load = replicas * (40 + 30 * Math.sin(minute / 50.0));
      boolean warmingUp = minute % 10 < 3;
      double cpu = replicas * 0.05 + 0.005 * load + (warmingUp ? 0.8 : 0);
      points.add(point(minute, load, cpu, replicas));
    }
    Capacity capacity =
        CapacityEstimator.replay(points).estimate(HALF, ONE_CORE).asOptional().orElseThrow();
    assertThat(capacity.perReplica()).isCloseTo(90, within(1e-6));
  }

  @Test
  void isProvisionalUntilAnHourWasSeen() {
    List<LoadPoint> points = new ArrayList<>();
    for (int minute = 0; minute < 10; minute++) {
      points.add(point(minute, 300, 1.65, 3));
    }
    // idle CPU counts as cost: 1.65 ÷ 300 = 5.5 ms a request; 0.5 ÷ 0.0055 = 90.9
    Capacity capacity =
        CapacityEstimator.replay(points).estimate(HALF, ONE_CORE).asOptional().orElseThrow();
    assertThat(capacity.origin()).isEqualTo(Capacity.Origin.PROVISIONAL);
    assertThat(capacity.perReplica()).isCloseTo(90.9, within(0.1));
  }

  @Test
  void isProvisionalWhileTheLoadAReplicaHardlyVaries() {
    List<LoadPoint> points = new ArrayList<>();
    for (int minute = 0; minute < 500; minute++) {
      points.add(point(minute, 300 + minute % 10, 1.65, 3));
    }
    assertThat(CapacityEstimator.replay(points).estimate(HALF, ONE_CORE).asOptional())
        .map(Capacity::origin)
        .contains(Capacity.Origin.PROVISIONAL);
  }

  @Test
  void anIdleThatWouldBeNegativeIsNone() {
    List<LoadPoint> points = new ArrayList<>();
    for (int minute = 0; minute < 200; minute++) {
      double load = 20 + minute;
      points.add(point(minute, load, 0.00002 * load * load, 1));
    }
    assertThat(CapacityEstimator.replay(points).law().orElseThrow().idleCores()).isZero();
  }

  @Test
  void saysWhatIsMissing() {
    CapacityEstimator fresh = new CapacityEstimator();
    assertThat(fresh.estimate(HALF, OptionalDouble.empty()))
        .isEqualTo(
            new CapacityEstimate.Unknown(
                "targetUtilization 50 % has no CPU request to be a share of; set"
                    + " resources.requests.cpu"));
    assertThat(fresh.estimate(HALF, ONE_CORE))
        .isEqualTo(
            new CapacityEstimate.Unknown(
                "0 min with load, CPU and unchanged replicas < 1 min; check the series of"
                    + " usage.cpu"));
    assertThat(fresh.estimate(new Objective.Latency(0.95, Duration.ofMillis(300)), ONE_CORE))
        .isInstanceOf(CapacityEstimate.Unknown.class);
    CapacityEstimator idle = CapacityEstimator.replay(minutes(600, 1, 0));
    assertThat(idle.estimate(HALF, OptionalDouble.of(0.08)))
        .isInstanceOf(CapacityEstimate.Unknown.class);
  }

  @Test
  void keepsNoMoreThanThreeDays() {
    List<LoadPoint> points = minutes(4000, 1, 0);
    CapacityEstimator estimator = CapacityEstimator.replay(points);
    for (int minute = 4000; minute < 4000 + CapacityEstimator.MAX_MINUTES + 10; minute++) {
      double load = 60 + 40 * Math.sin(minute / 90.0);
      estimator.observe(point(minute, load, 0.1 + 0.01 * load, 1));
    }
    // what was seen before is forgotten: (0.5 − 0.1) ÷ 0.01 = 40
    assertThat(estimator.estimate(HALF, ONE_CORE).asOptional().orElseThrow().perReplica())
        .isCloseTo(40, within(1e-6));
  }
}
