package io.tidecaster.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.workload.SeriesSelector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MinuteAssemblerTest {
  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final double STALE = Double.longBitsToDouble(Sample.STALE_MARKER);

  private MinuteAssembler assembler = counters();
  private final List<LoadPoint> points = new ArrayList<>();

  private static MinuteAssembler counters() {
    return of(SeriesSelector.Type.COUNTER, AssemblyRules.DEFAULT);
  }

  private static MinuteAssembler of(SeriesSelector.Type type, AssemblyRules rules) {
    return new MinuteAssembler(
        new SignalTypes(type, Optional.of(SeriesSelector.Type.COUNTER)), rules);
  }

  private static AssemblyRules bounded(int maxSeries, int maxSamples, int maxPoints) {
    AssemblyRules d = AssemblyRules.DEFAULT;
    return new AssemblyRules(
        d.allowedLateness(),
        d.maxScrapeInterval(),
        d.bridge(),
        d.maxSilence(),
        d.forgetAfter(),
        d.leastCovered(),
        d.maxAhead(),
        maxSeries,
        maxSamples,
        maxPoints);
  }

  private static Instant at(double second) {
    return START.plusMillis(Math.round(second * 1000));
  }

  private static Sample sample(Signal signal, String pod, double second, double value) {
    String series = SeriesIdentity.canonical(Map.of("pod", pod));
    return new Sample(signal, series, at(second).toEpochMilli(), value);
  }

  private void scrape(String pod, double second, double value) {
    accept(sample(Signal.LOAD, pod, second, value));
  }

  private void accept(Sample sample) {
    assembler.accept(sample, Instant.ofEpochMilli(sample.timestampMillis()));
    points.addAll(assembler.close());
  }

  /** Scrapes of a counter that starts at {@code first} and grows by {@code rate} a second. */
  private void scrapes(String pod, int from, int to, int interval, double first, double rate) {
    for (int second = from; second <= to; second += interval) {
      scrape(pod, second, first + (second - from) * rate);
    }
  }

  private LoadPoint minute(int index) {
    Instant start = START.plusSeconds(60L * index);
    return points.stream()
        .filter(point -> point.minute().equals(start))
        .findFirst()
        .orElseThrow(() -> new AssertionError("minute %d is not in %s".formatted(index, points)));
  }

  private double load(int index) {
    return minute(index).load().orElseThrow();
  }

  @Nested
  class Rate {

    @Test
    void theMemoryOfAMinuteIsThatOfItsLargestReplica() {
      assembler =
          new MinuteAssembler(
              new SignalTypes(SeriesSelector.Type.COUNTER, Optional.empty(), false, true, false),
              AssemblyRules.DEFAULT);
      for (int second = 0; second <= 195; second += 15) {
        accept(sample(Signal.MEMORY, "a", second, 1000 + second));
        accept(sample(Signal.MEMORY, "b", second, second == 75 ? 5000 : 500));
        scrape("a", second, 10.0 * second);
      }

      // a grows by 1 a second, so that its last sample within the first minute is 1045
      assertThat(minute(0).largestMemoryBytes()).hasValue(1045);
      assertThat(minute(1).largestMemoryBytes()).hasValue(5000);
      assertThat(minute(1).load()).hasValue(10);
    }

    @Test
    void noMinuteWaitsForTheMemory() {
      assembler =
          new MinuteAssembler(
              new SignalTypes(SeriesSelector.Type.COUNTER, Optional.empty(), false, true, false),
              AssemblyRules.DEFAULT);
      accept(sample(Signal.MEMORY, "a", 0, 1000));
      scrapes("a", 0, 195, 15, 0, 10);
      accept(sample(Signal.MEMORY, "a", 70, 9000));
      accept(sample(Signal.MEMORY, "a", 200, -1));

      assertThat(minute(0).largestMemoryBytes()).hasValue(1000);
      assertThat(minute(1).largestMemoryBytes()).isEmpty();
      assertThat(assembler.counts().late()).isEqualTo(1);
      assertThat(assembler.counts().invalid()).isEqualTo(1);
    }

    private void besideEnvoy() {
      assembler =
          new MinuteAssembler(
              new SignalTypes(
                  SeriesSelector.Type.COUNTER,
                  Optional.empty(),
                  false,
                  false,
                  false,
                  Map.of(
                      "envoy",
                      new SignalTypes.OfContainer(SeriesSelector.Type.COUNTER, true, true))),
              AssemblyRules.DEFAULT);
    }

    private void ofEnvoy(Signal signal, String pod, double second, double value) {
      Sample of = sample(signal, pod, second, value);
      accept(new Sample(signal, "envoy", of.series(), of.timestampMillis(), value));
    }

    @Test
    void whatAContainerBesideUsesIsToldApart() {
      besideEnvoy();
      for (int second = 0; second <= 195; second += 15) {
        for (String pod : List.of("a", "b")) {
          ofEnvoy(Signal.CPU, pod, second, 0.25 * second);
          ofEnvoy(Signal.MEMORY, pod, second, pod.equals("a") ? 500 : 700);
          ofEnvoy(Signal.CPU_PERIODS, pod, second, 10.0 * second);
          ofEnvoy(Signal.THROTTLED, pod, second, 2.0 * second);
        }
        scrape("a", second, 10.0 * second);
      }

      LoadPoint minute = minute(1);
      // twice 0.25 a second, and 2 of 10 periods
      assertThat(minute.beside())
          .isEqualTo(
              Map.of(
                  "envoy",
                  new ContainerUse(
                      OptionalDouble.of(0.5), 2, OptionalDouble.of(700), OptionalDouble.of(0.2))));
      assertThat(minute.cpuCores()).isEmpty();
      assertThat(minute.largestMemoryBytes()).isEmpty();
      assertThat(minute.load()).hasValue(10);
    }

    @Test
    void noMinuteWaitsForAContainerBesideAndWithoutSamplesItsUseIsUnknown() {
      besideEnvoy();
      ofEnvoy(Signal.CPU, "a", 0, 10);
      scrapes("a", 0, 195, 15, 0, 10);
      accept(new Sample(Signal.CPU, "log", "pod=a", at(15).toEpochMilli(), 1));

      assertThat(minute(1).load()).hasValue(10);
      assertThat(minute(1).beside()).isEmpty();
      assertThat(assembler.counts().invalid()).isEqualTo(1);
    }

    private void countPeriods() {
      assembler =
          new MinuteAssembler(
              new SignalTypes(SeriesSelector.Type.COUNTER, Optional.empty(), false, false, true),
              AssemblyRules.DEFAULT);
    }

    @Test
    void theThrottledShareIsThatOfAllPeriodsOfAllReplicas() {
      countPeriods();
      for (int second = 0; second <= 195; second += 15) {
        accept(sample(Signal.CPU_PERIODS, "a", second, 10.0 * second));
        accept(sample(Signal.THROTTLED, "a", second, 3.0 * second));
        accept(sample(Signal.CPU_PERIODS, "b", second, 5.0 * second));
        accept(sample(Signal.THROTTLED, "b", second, 0));
        scrape("a", second, 10.0 * second);
      }

      // 3 ÷ (10 + 5) a second
      assertThat(minute(1).throttledShare().orElseThrow()).isCloseTo(0.2, within(1e-9));
      assertThat(minute(1).isThrottledAbove(0.19)).isTrue();
      assertThat(minute(1).isThrottledAbove(0.21)).isFalse();
    }

    @Test
    void noMinuteWaitsForThePeriodsAndWithoutAnyTheShareIsUnknown() {
      countPeriods();
      accept(sample(Signal.CPU_PERIODS, "a", 0, 10));
      accept(sample(Signal.THROTTLED, "a", 0, 10));
      scrapes("a", 0, 195, 15, 0, 10);

      assertThat(minute(1).load()).hasValue(10);
      assertThat(minute(1).throttledShare()).isEmpty();
      assertThat(minute(1).isThrottledAbove(0.05)).isFalse();
    }

    @Test
    void spreadsAnIncreaseOverTheMinutesItSpans() {
      scrape("a", 30, 0);
      scrape("a", 90, 600);
      scrape("a", 150, 1800);
      scrape("a", 210, 1800);

      // 300 of the 600 lie in [0, 60), of which the samples cover the half: 300 / 30 s = 10/s
      assertThat(load(0)).isEqualTo(10);
      // 300 of 600 + 600 of 1200 = 900, / 60 s = 15/s
      assertThat(load(1)).isEqualTo(15);
      // 600 of 1200 + 0 of 0 = 600, / 60 s = 10/s
      assertThat(load(2)).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 10, 15, 20, 30, 60})
    void isTheSameAtEveryScrapeInterval(int interval) {
      scrapes("a", 3, 403, interval, 1_000_000, 7);
      scrapes("b", 4, 404, interval, 0, 5);

      // one after the other in time would be the same: b's samples are late for none of its own
      assembler = counters();
      points.clear();
      for (int second = 3; second <= 403; second += interval) {
        scrape("a", second, 1_000_000 + (second - 3) * 7);
        scrape("b", second + 1, (second - 3) * 5);
      }

      for (int minute = 1; minute <= 4; minute++) {
        assertThat(load(minute)).isEqualTo(12, within(1e-9)); // 7 + 5
        assertThat(minute(minute).reporting()).isEqualTo(2);
        assertThat(minute(minute).silent()).isZero();
      }
    }

    @Test
    void addsUpTheSeriesOfOneReplicaAndCountsItOnce() {
      for (int second = 0; second <= 150; second += 15) {
        for (String uri : List.of("/orders", "/users", "/login")) {
          String series = SeriesIdentity.canonical(Map.of("pod", "a", "uri", uri));
          accept(new Sample(Signal.LOAD, series, at(second).toEpochMilli(), second * 2));
        }
      }

      assertThat(load(1)).isEqualTo(6, within(1e-9)); // 3 × 2/s
      assertThat(minute(1).reporting()).isEqualTo(1);
    }

    @Test
    void keepsLoadAndCpuApart() {
      for (int second = 0; second <= 90; second += 15) {
        scrape("a", second, second * 100);
        accept(sample(Signal.CPU, "a", second, second * 0.25));
      }

      assertThat(load(0)).isEqualTo(100, within(1e-9));
      assertThat(minute(0).cpuCores().orElseThrow()).isEqualTo(0.25, within(1e-12));
      assertThat(minute(0).reporting()).isEqualTo(1);
    }

    @Test
    void tellsWhatABalancerSawBeside() {
      assembler =
          new MinuteAssembler(
              new SignalTypes(
                  SeriesSelector.Type.COUNTER,
                  Optional.of(SeriesSelector.Type.COUNTER),
                  true,
                  false,
                  false),
              AssemblyRules.DEFAULT);
      for (int second = 0; second <= 90; second += 15) {
        scrape("haproxy-0", second, second * 100);
        accept(sample(Signal.CPU, "a", second, second * 0.25));
        accept(sample(Signal.CPU, "b", second, second * 0.25));
        accept(sample(Signal.WAITING, "haproxy-0", second, 12));
        accept(sample(Signal.RETRIES, "haproxy-0", second, second * 0.5));
        accept(sample(Signal.REDISPATCHES, "haproxy-0", second, second * 0.25));
      }

      assertThat(minute(0).reporting()).isEqualTo(1);
      assertThat(minute(0).cpuReporting()).isEqualTo(2);
      Queueing queueing = minute(0).queueing().orElseThrow();
      assertThat(queueing.waiting().orElseThrow()).isEqualTo(12, within(1e-9));
      // 0.5 + 0.25
      assertThat(queueing.retriesPerSecond().orElseThrow()).isEqualTo(0.75, within(1e-9));
      assertThat(queueing.refusedPerSecond()).isEmpty();
    }

    @Test
    void isMeasuredByCpuAloneWhereLoadIsMissing() {
      for (int second = 0; second <= 90; second += 15) {
        accept(sample(Signal.CPU, "a", second, second * 0.25));
      }

      assertThat(minute(0).load()).isEmpty();
      assertThat(minute(0).cpuCores()).isPresent();
      assertThat(minute(0).reporting()).isZero();
    }
  }

  @Nested
  class Resets {

    @Test
    void countTheNewValueFromZero() {
      scrapes("a", 0, 60, 15, 5_000, 10);
      scrape("a", 75, 120); // restarted: 120, not 120 − 5600
      scrapes("a", 90, 150, 15, 270, 10);

      // 120 in [60, 75) + 150 in [75, 90) + 300 in [90, 120) = 570, / 60 s = 9.5/s
      assertThat(load(1)).isEqualTo(9.5, within(1e-9));
      assertThat(assembler.counts().resets()).isEqualTo(1);
    }

    @Test
    void areNotSeenInNoiseOfTheExporter() {
      scrapes("a", 0, 60, 15, 1e9, 10);
      scrape("a", 75, 1e9 + 599); // 1 lower than at 60: a reset would count 1e9 at once
      scrapes("a", 90, 150, 15, 1e9 + 900, 10);

      // 0 in [60, 75) + 301 in [75, 90) + 300 in [90, 120) = 601, / 60 s
      assertThat(load(1)).isEqualTo(601 / 60.0, within(1e-6));
      assertThat(assembler.counts().resets()).isZero();
    }

    @Test
    void areBridgedWhenTheScrapeFailedInBetween() {
      scrapes("a", 0, 60, 15, 5_000, 10);
      scrape("a", 75, STALE);
      scrapes("a", 90, 180, 15, 150, 10);

      // 150 in [60, 90) + 300 in [90, 120) = 450, / 60 s = 7.5/s
      assertThat(load(1)).isEqualTo(7.5, within(1e-9));
    }
  }

  @Nested
  class NewSeries {

    @Test
    void ofALongRunningCounterDoesNotBurst() {
      scrapes("a", 10, 190, 15, 8e9, 10);

      // [0, 10) is taken to be as [10, 25): 10/s
      assertThat(load(0)).isEqualTo(10, within(1e-9));
      assertThat(load(1)).isEqualTo(10, within(1e-9));
    }

    @Test
    void ofAReplicaThatStartsCountsFromItsStart() {
      for (int second = 0; second <= 180; second += 15) {
        scrape("a", second, 9_000 + second * 10);
        if (second >= 75) {
          scrape("b", second, (second - 70) * 4); // started at 70, so 20 at 75
        }
      }

      // a: 600. b: min(4/s × 15 s, 20) = 20 before its first sample + 4/s × 45 s = 180
      assertThat(load(1)).isEqualTo((600 + 20 + 180) / 60.0, within(1e-9));
      assertThat(minute(0).reporting()).isEqualTo(1);
      assertThat(minute(1).reporting()).isEqualTo(2);
    }

    @Test
    void ofALongRunningReplicaAmongOthersAddsOneIntervalAtMost() {
      for (int second = 0; second <= 180; second += 15) {
        scrape("a", second, 9_000 + second * 10);
        if (second >= 75) {
          scrape("b", second, 7e8 + second * 4);
        }
      }

      // a: 600. b: 4/s over [60, 120), its first sample being one interval into the minute
      assertThat(load(1)).isEqualTo((600 + 240) / 60.0, within(1e-6));
    }

    @Test
    void withOneSampleOnlyAddsNothing() {
      for (int second = 0; second <= 240; second += 15) {
        scrape("a", second, second * 10);
        if (second == 75) {
          scrape("b", second, 5_000);
        }
      }

      assertThat(load(1)).isEqualTo(10, within(1e-9));
      assertThat(minute(1).reporting()).isEqualTo(2);
      assertThat(minute(2).reporting()).isEqualTo(1);
      assertThat(minute(2).silent()).isEqualTo(1);
    }
  }

  @Nested
  class Ends {

    @Test
    void atItsStaleMarkerASeriesIsGoneAndNotSilent() {
      for (int second = 0; second <= 240; second += 15) {
        scrape("a", second, second * 10);
        if (second <= 75) {
          scrape("b", second, second * 4);
        }
        if (second == 90) {
          scrape("b", second, STALE);
        }
      }

      // a: 600. b: 4/s × 15 s up to its last sample + half the way to its marker, 4/s × 7.5 s
      assertThat(load(1)).isEqualTo((600 + 60 + 30) / 60.0, within(1e-9));
      assertThat(minute(1).reporting()).isEqualTo(2);
      assertThat(load(2)).isEqualTo(10, within(1e-9));
      assertThat(minute(2).reporting()).isEqualTo(1);
      assertThat(minute(2).silent()).isZero();
      assertThat(assembler.counts().stale()).isEqualTo(1);
    }

    @Test
    void ofAllReplicasLeaveTheLoadUnknownAndNotZero() {
      scrapes("a", 0, 105, 15, 0, 10);
      scrape("a", 120, STALE);
      scrape("a", 200, STALE);
      scrape("a", 260, STALE);

      assertThat(load(1)).isEqualTo(10, within(1e-9));
      assertThat(minute(2).load()).isEmpty();
      assertThat(minute(2).reporting()).isZero();
      assertThat(minute(2).silent()).isZero();
    }

    @Test
    void ofOneUriDoNotMakeAReplicaSilent() {
      for (int second = 0; second <= 300; second += 15) {
        scrape("a", second, second * 10);
        if (second <= 30) {
          String other = SeriesIdentity.canonical(Map.of("pod", "a", "uri", "/old"));
          accept(new Sample(Signal.LOAD, other, at(second).toEpochMilli(), second));
        }
      }

      assertThat(minute(3).reporting()).isEqualTo(1);
      assertThat(minute(3).silent()).isZero();
    }
  }

  @Nested
  class Silence {

    @Test
    void ofOneReplicaIsCountedAndItsRateCarriedOnWithinTheBridge() {
      for (int second = 0; second <= 1_200; second += 15) {
        scrape("a", second, second * 10);
        if (second <= 75) {
          scrape("b", second, second * 4);
        }
      }

      assertThat(load(1)).isEqualTo(14, within(1e-9));
      assertThat(minute(1).silent()).isZero();
      assertThat(load(2)).isEqualTo(14, within(1e-9));
      assertThat(minute(2).reporting()).isEqualTo(1);
      assertThat(minute(2).silent()).isEqualTo(1);
      // carried on until 75 + 150 = 225: 45 s of the minute from 180
      assertThat(load(3)).isEqualTo(10 + 4 * 45 / 60.0, within(1e-9));
      assertThat(load(4)).isEqualTo(10, within(1e-9));
      // forgotten 15 minutes after 75 s: silent up to the minute that starts at 960
      assertThat(minute(16).silent()).isEqualTo(1);
      assertThat(minute(17).silent()).isZero();
    }

    @Test
    void ofMostReplicasShowsInThePoint() {
      for (int second = 0; second <= 300; second += 15) {
        scrape("a", second, second * 10);
        if (second <= 60) {
          scrape("b", second, second * 4);
          scrape("c", second, second * 4);
        }
      }

      assertThat(minute(1).isMostlySilent()).isFalse();
      assertThat(minute(3).isMostlySilent()).isTrue(); // 1 reports, 2 are silent
    }

    @Test
    void ofAllClosesMinutesByTheClockAsUnknown() {
      scrapes("a", 0, 105, 15, 0, 10);

      // minute 1 ends at 120: 120 + 15 + 120 = 255
      assertThat(assembler.close(at(254))).isEmpty();
      List<LoadPoint> first = assembler.close(at(255));
      assertThat(first).hasSize(1);
      assertThat(first.getFirst().load().orElseThrow()).isEqualTo(10, within(1e-9));

      List<LoadPoint> rest = assembler.close(at(375));
      assertThat(rest).extracting(LoadPoint::minute).containsExactly(at(120), at(180));
      assertThat(rest)
          .allSatisfy(point -> {
            assertThat(point.load()).isEmpty();
            assertThat(point.reporting()).isZero();
            assertThat(point.silent()).isEqualTo(1);
          });
    }

    @Test
    void beforeAnythingWasSeenClosesNothing() {
      assertThat(assembler.close(at(1_000_000))).isEmpty();
      assertThat(assembler.neededFrom()).isEmpty();
      assertThat(assembler.watermark()).isEmpty();
    }
  }

  @Nested
  class Gaps {

    @Test
    void ofFiveMinutesAreUnknownAndDoNotBurstAtTheirEnd() {
      scrapes("a", 0, 165, 15, 0, 10);
      scrapes("a", 480, 720, 15, 4_800, 10);

      assertThat(load(1)).isEqualTo(10, within(1e-9));
      assertThat(load(2)).isEqualTo(10, within(1e-9));
      for (int minute = 3; minute <= 7; minute++) {
        assertThat(minute(minute).load()).isEmpty();
        assertThat(minute(minute).reporting()).isZero();
        assertThat(minute(minute).silent()).isEqualTo(1);
      }
      assertThat(load(8)).isEqualTo(10, within(1e-9));
      assertThat(points).extracting(LoadPoint::minute).doesNotHaveDuplicates().isSorted();
      assertThat(points).hasSize(11);
    }

    @Test
    void ofAMissedScrapeAreBridged() {
      scrapes("a", 0, 60, 15, 0, 10);
      scrapes("a", 105, 180, 15, 1_050, 10);

      assertThat(load(1)).isEqualTo(10, within(1e-9));
    }

    @Test
    void thatLeaveTooLittleOfAMinuteMakeItUnknown() {
      scrapes("a", 50, 180, 15, 1e6, 10);

      assertThat(minute(0).load()).isEmpty(); // covered from 35 on: 25 s < 30 s
      assertThat(minute(0).reporting()).isEqualTo(1);
      assertThat(load(1)).isEqualTo(10, within(1e-9));
    }

    @Test
    void ofWeeksComeInPiecesAndInOrder() {
      assembler = of(SeriesSelector.Type.COUNTER, bounded(10, 64, 100));
      scrapes("a", 0, 75, 15, 0, 10);
      assertThat(points).hasSize(1);
      scrape("a", 60 * 250, 0);

      assertThat(points).hasSize(1 + 100);
      points.addAll(assembler.close());
      assertThat(points).hasSize(1 + 200);
      points.addAll(assembler.close());
      points.addAll(assembler.close());
      // W = minute 250: minute 248 ends 60 s before it, minute 249 less than 15 s
      assertThat(points).hasSize(249);
      for (int i = 0; i < points.size(); i++) {
        assertThat(points.get(i).minute()).isEqualTo(START.plusSeconds(60L * i));
      }
    }
  }

  @Nested
  class Closing {

    @Test
    void waitsForTheLatenessAfterTheEnd() {
      scrapes("a", 0, 70, 10, 0, 10);
      assertThat(points).isEmpty();
      scrape("a", 75, 750);
      assertThat(points).hasSize(1);
    }

    @Test
    void waitsForTheSlowestLiveSeries() {
      scrape("slow", -65, 0);
      scrape("slow", -5, 60);
      scrape("slow", 55, 120);
      for (int second = 0; second <= 110; second += 5) {
        scrape("fast", second, second);
      }
      assertThat(points).extracting(LoadPoint::minute).doesNotContain(START);

      scrape("slow", 115, 720);

      // fast 1/s; slow 1/s over 55 s, then 10/s over 5 s: (60 + 55 + 50) / 60 s
      assertThat(load(0)).isEqualTo(165 / 60.0, within(1e-9));
    }

    @Test
    void doesNotWaitForASeriesThatIsOverdue() {
      for (int second = 0; second <= 70; second += 5) {
        scrape("a", second, second);
        if (second <= 50) {
          scrape("b", second, second);
        }
      }
      assertThat(points).isEmpty();

      scrape("a", 75, 75); // b's next was due at 55: 50 + 1.5 × 5 + 15 = 72.5 has passed

      assertThat(load(0)).isEqualTo(2, within(1e-9));
    }

    @Test
    void doesNotWaitForTheWatermarkWhenNothingIsMissing() {
      scrapes("a", 5, 65, 60, 0, 10);
      scrapes("a", 125, 125, 60, 1_200, 10);
      assertThat(points).extracting(LoadPoint::minute).containsExactly(START);

      // minute 1 is whole: 65 and 125 are one interval apart; the next sample comes at 185
      assertThat(assembler.close(at(134))).isEmpty();
      assertThat(assembler.close(at(135)))
          .singleElement()
          .satisfies(point -> assertThat(point.load()).hasValue(10));
    }

    @Test
    void givesEachMinuteOnce() {
      scrapes("a", 0, 600, 15, 0, 10);
      for (int now = 600; now < 1_800; now += 7) {
        points.addAll(assembler.close(at(now)));
      }

      assertThat(points).extracting(LoadPoint::minute).doesNotHaveDuplicates().isSorted();
      assertThat(points.getLast().end()).isEqualTo(START.plusSeconds(60 * 27)); // 1799 − 135 ≥ 1660
    }

    @Test
    void isNotLedAstrayByASampleFromTheFuture() {
      scrapes("a", 0, 45, 15, 0, 10);
      assembler.accept(sample(Signal.LOAD, "b", 1e6, 1), at(45));
      assertThat(assembler.close()).isEmpty();
      scrapes("a", 60, 90, 15, 600, 10);

      assertThat(load(0)).isEqualTo(10, within(1e-9));
      assertThat(assembler.counts().ahead()).isEqualTo(1);
    }

    @Test
    void startsNoFurtherBackThanOneReturnForAStrayOldSample() {
      assembler.accept(new Sample(Signal.LOAD, "pod=x", 0, 1), START);
      scrape("a", 0, 0);
      scrape("a", 90, 0);

      assertThat(points).hasSizeLessThanOrEqualTo(AssemblyRules.DEFAULT.maxPointsPerClose() + 2);
    }
  }

  @Nested
  class OddSamples {

    @Test
    void thatAreLateAreCountedAndLeaveClosedMinutesAlone() {
      scrapes("a", 0, 90, 15, 0, 10);
      assertThat(points).hasSize(1);
      scrape("a", 52, 520);
      scrape("b", 52, 520);
      scrapes("a", 105, 180, 15, 1_050, 10);

      assertThat(points).extracting(LoadPoint::minute).doesNotHaveDuplicates();
      assertThat(load(1)).isEqualTo(10, within(1e-9));
      assertThat(assembler.counts().late()).isEqualTo(2);
    }

    @Test
    void ofOneTimeCountOnce() {
      for (int second = 0; second <= 90; second += 15) {
        scrape("a", second, second * 10);
        scrape("a", second, second * 10);
      }

      assertThat(load(0)).isEqualTo(10, within(1e-9));
      assertThat(assembler.counts().accepted()).isEqualTo(7);
      assertThat(assembler.counts().duplicate()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1})
    void thatAreNoCountAreLeftOut(double value) {
      for (int second = 0; second <= 90; second += 15) {
        scrape("a", second, second == 30 ? value : second * 10);
      }

      assertThat(load(0)).isEqualTo(10, within(1e-9));
      assertThat(assembler.counts().invalid()).isEqualTo(1);
      assertThat(assembler.counts().resets()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MAX_VALUE, -(1L << 60), 1L << 60})
    void withATimeThatIsNoneAreLeftOut(long time) {
      assembler.accept(new Sample(Signal.LOAD, "pod=a", time, 1), Instant.MAX);

      assertThat(assembler.counts().invalid()).isEqualTo(1);
      assertThat(assembler.close(Instant.MAX)).isEmpty();
    }

    @Test
    void ofASignalTheScalerHasNotAreLeftOut() {
      assembler =
          new MinuteAssembler(
              new SignalTypes(SeriesSelector.Type.COUNTER, Optional.empty()),
              AssemblyRules.DEFAULT);
      for (int second = 0; second <= 90; second += 15) {
        scrape("a", second, second * 10);
        accept(sample(Signal.CPU, "a", second, second));
      }

      assertThat(load(0)).isEqualTo(10, within(1e-9));
      assertThat(minute(0).cpuCores()).isEmpty();
      assertThat(assembler.counts().invalid()).isEqualTo(7);
    }
  }

  @Nested
  class Gauges {

    @Test
    void areAveragedOverTimeAndAddedUp() {
      assembler = of(SeriesSelector.Type.GAUGE, AssemblyRules.DEFAULT);
      for (int second = 0; second <= 150; second += 30) {
        scrape("a", second, second); // 60 … 120 in minute 1: 90 in the mean
        scrape("b", second, -5);
      }

      assertThat(load(1)).isEqualTo(90 - 5, within(1e-9));
    }

    @Test
    void fallWithoutAReset() {
      assembler = of(SeriesSelector.Type.GAUGE, AssemblyRules.DEFAULT);
      for (int second = 0; second <= 150; second += 30) {
        scrape("a", second, 1_000 - second);
      }

      assertThat(load(1)).isEqualTo(910, within(1e-9)); // 940 … 880
      assertThat(assembler.counts().resets()).isZero();
    }

    @Test
    void areNotJoinedAcrossTheirEnd() {
      assembler = of(SeriesSelector.Type.GAUGE, AssemblyRules.DEFAULT);
      for (int second = 0; second <= 240; second += 15) {
        scrape("a", second, 10);
        if (second <= 60) {
          scrape("b", second, 4);
        } else if (second == 75) {
          scrape("b", second, STALE);
        } else if (second >= 105) {
          scrape("b", second, 4);
        }
      }

      // b: 4 over half of [60, 75) and over [105, 120): 22.5 s
      assertThat(load(1)).isEqualTo(10 + 4 * 22.5 / 60, within(1e-9));
    }

    @Test
    void keepTheirLastValueWhileOverdue() {
      assembler = of(SeriesSelector.Type.GAUGE, AssemblyRules.DEFAULT);
      for (int second = 0; second <= 240; second += 15) {
        scrape("a", second, 10);
        if (second <= 75) {
          scrape("b", second, 4);
        }
      }

      assertThat(load(1)).isEqualTo(14, within(1e-9));
      assertThat(load(2)).isEqualTo(14, within(1e-9));
      assertThat(minute(2).silent()).isEqualTo(1);
    }
  }

  @Nested
  class Resuming {

    @Test
    void givesNoMinuteAgainAndKnowsWhereCountersStood() {
      assembler.resumeAt(at(120));
      scrapes("a", 0, 195, 15, 1e6, 10);

      assertThat(points).extracting(LoadPoint::minute).containsExactly(at(120));
      assertThat(load(2)).isEqualTo(10, within(1e-9));
      assertThat(assembler.counts().late()).isZero();
    }

    @Test
    void afterALongTimeGivesTheMinutesBetweenAsUnknown() {
      assembler.resumeAt(at(0));

      List<LoadPoint> unknown = assembler.close(at(600));

      // 600 − 15 − 120 = 465: minutes 0 to 6 ended before
      assertThat(unknown).hasSize(7);
      assertThat(unknown).extracting(LoadPoint::load).containsOnly(OptionalDouble.empty());
    }

    @Test
    void needsAllThatMayStillCountForASilentReplica() {
      assembler.resumeAt(at(3_600));

      assertThat(assembler.neededFrom())
          .hasValue(at(3_600).minus(AssemblyRules.DEFAULT.forgetAfter()));
    }

    @Test
    void isRefusedOnceAMinuteWasClosed() {
      scrapes("a", 0, 90, 15, 0, 10);

      assertThatThrownBy(() -> assembler.resumeAt(at(120)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("2026-03-02T08:01:00Z");
    }

    @Test
    void needsAFewSamplesOfEachSeriesBeforeTheOpenMinute() {
      scrapes("a", 0, 900, 15, 0, 10);

      // 885 closed minute 14, up to 900, no: 885 < 915. Open is minute 14, from 840
      assertThat(points.getLast().end()).isEqualTo(at(840));
      // the five before 840: 765 … 825
      assertThat(assembler.neededFrom()).hasValue(at(765));
    }

    @Test
    void needsWhatWasClosedButNotReturned() {
      for (int second = 0; second <= 900; second += 15) {
        assembler.accept(sample(Signal.LOAD, "a", second, second), at(second));
      }

      assertThat(assembler.neededFrom()).hasValue(START);
      assertThat(assembler.close()).hasSize(14);
      assertThat(assembler.neededFrom()).hasValue(at(765));
    }
  }

  @Nested
  class Memory {

    @Test
    void isBoundedInSeries() {
      assembler = of(SeriesSelector.Type.COUNTER, bounded(100, 64, 100));
      for (int second = 0; second <= 600; second += 15) {
        for (int pod = 0; pod < 300; pod++) {
          scrape("pod-" + pod, second, second);
        }
      }

      assertThat(assembler.counts().refused()).isEqualTo(200 * 41);
      assertThat(minute(3).reporting()).isEqualTo(100);
      assertThat(assembler.estimateBytes()).isLessThan(100_000);
    }

    @Test
    void isBoundedInSamplesASeries() {
      assembler = of(SeriesSelector.Type.COUNTER, bounded(100, 64, 100));
      for (int i = 0; i < 10_000; i++) {
        scrape("a", i / 1000.0, i);
      }

      assertThat(assembler.counts().accepted()).isEqualTo(64);
      assertThat(assembler.counts().refused()).isEqualTo(10_000 - 64);
    }

    @Test
    void isGivenBackBySeriesThatCameAndWent() {
      for (int second = 0; second <= 86_400; second += 15) {
        String pod = "pod-" + second / 600; // another pod every ten minutes, without a goodbye
        scrape(pod, second, second);
      }

      // within the 15 minutes of memory at most 3 pods
      assertThat(assembler.estimateBytes()).isLessThan(3_000);
      assertThat(points.getLast().silent()).isBetween(1, 2);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2026-03-02T08:00:00Z", "60, 1971-01-01T00:00:00Z", "60, 2199-12-31T23:00:00Z"})
  void runsOnAnyClock(int speed, Instant start) {
    List<LoadPoint> all = new ArrayList<>();
    for (int second = 0; second <= 3_600; second += 15) {
      Instant virtual = start.plusSeconds(second);
      assembler.accept(new Sample(Signal.LOAD, "pod=a", virtual.toEpochMilli(), second), virtual);
      if (second % (15 * speed) == 0) { // looked at every 15 s of the wall clock
        all.addAll(assembler.close(virtual));
      }
    }

    assertThat(all).hasSize(59);
    assertThat(all).allSatisfy(point -> assertThat(point.load()).hasValue(1));
  }

  @Test
  void rulesRefuseWhatCannotHold() {
    AssemblyRules d = AssemblyRules.DEFAULT;
    assertThatThrownBy(() -> bounded(0, 64, 100)).hasMessage("maxSeries 0 < 1");
    assertThatThrownBy(() -> bounded(1, 4, 100)).hasMessage("maxSamplesPerSeries 4 < 16");
    assertThatThrownBy(() ->
            new AssemblyRules(
                d.allowedLateness(),
                d.maxScrapeInterval(),
                Duration.ofSeconds(30),
                d.maxSilence(),
                d.forgetAfter(),
                d.leastCovered(),
                d.maxAhead(),
                1,
                16,
                1))
        .hasMessage("bridge PT30S must lie between PT1M and PT24H");
  }
}
