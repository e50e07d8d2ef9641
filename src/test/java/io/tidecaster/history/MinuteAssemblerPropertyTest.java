package io.tidecaster.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.workload.SeriesSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MinuteAssemblerPropertyTest {
  private static final int MINUTES = 40;
  private static final long LATENESS = AssemblyRules.DEFAULT.allowedLateness().toMillis();

  static Stream<Arguments> seedsAndIntervals() {
    int[] intervals = {5, 7, 10, 15, 30, 60};
    return IntStream.range(0, 36)
        .mapToObj(seed -> Arguments.of((long) seed, intervals[seed % intervals.length]));
  }

  private static MinuteAssembler assembler() {
    return new MinuteAssembler(
        new SignalTypes(SeriesSelector.Type.COUNTER, Optional.empty()), AssemblyRules.DEFAULT);
  }

  private static List<LoadPoint> run(MinuteAssembler assembler, List<Sample> samples) {
    List<LoadPoint> points = new ArrayList<>();
    for (Sample sample : samples) {
      assembler.accept(sample, Instant.MAX);
      points.addAll(assembler.close());
    }
    return points;
  }

  @ParameterizedTest
  @MethodSource("seedsAndIntervals")
  void conservesTheIncreaseOfCompleteData(long seed, int interval) {
    Fleet fleet = new Fleet(seed, interval, MINUTES).withSteadyReplicas(5);

    List<LoadPoint> points = run(assembler(), fleet.inOrder());

    int from = 3;
    int to = points.size();
    double counted =
        points.subList(from, to).stream().mapToDouble(p -> p.load().orElseThrow() * 60).sum();
    double increase =
        counters(fleet.inOrder()).values().stream()
            .mapToDouble(counter ->
                valueAt(counter, points.getLast().end())
                    - valueAt(counter, points.get(from).minute()))
            .sum();
    assertThat(points.size()).isGreaterThan(MINUTES - 4);
    assertThat(counted).isEqualTo(increase, within(increase * 1e-9));
  }

  @ParameterizedTest
  @MethodSource("seedsAndIntervals")
  void givesTheSameWhateverTheOrderWithinTheLateness(long seed, int interval) {
    Fleet fleet =
        new Fleet(seed, interval, MINUTES)
            .withSteadyReplicas(2)
            .withRestlessReplicas(6)
            .withOutage(20, 25);

    List<LoadPoint> inOrder = run(assembler(), fleet.inOrder());
    MinuteAssembler shuffled = assembler();
    List<LoadPoint> points = run(shuffled, fleet.shuffledWithin(LATENESS, new Random(seed)));

    assertThat(points).isEqualTo(inOrder);
    assertThat(shuffled.counts().late()).isZero();
  }

  @ParameterizedTest
  @MethodSource("seedsAndIntervals")
  void saysTheSameOfTheReplicasWhateverAContainerBesideSends(long seed, int interval) {
    List<Sample> alone =
        new Fleet(seed, interval, MINUTES).withSteadyReplicas(2).withRestlessReplicas(4).inOrder();
    Random random = new Random(seed);
    List<Sample> beside = new ArrayList<>();
    for (Sample sample : alone) {
      if (random.nextInt(3) > 0) {
        Signal signal = random.nextBoolean() ? Signal.CPU : Signal.MEMORY;
        beside.add(
            new Sample(
                signal,
                "envoy",
                "pod=" + random.nextInt(5),
                sample.timestampMillis() - random.nextInt(600_000),
                random.nextDouble(1e9)));
      }
      beside.add(sample);
    }
    MinuteAssembler withEnvoy =
        new MinuteAssembler(
            new SignalTypes(
                SeriesSelector.Type.COUNTER,
                Optional.empty(),
                false,
                false,
                false,
                Map.of(
                    "envoy",
                    new SignalTypes.OfContainer(SeriesSelector.Type.COUNTER, true, false))),
            AssemblyRules.DEFAULT);

    // the first sample may be of envoy, and its minute is then the first
    List<LoadPoint> points = run(withEnvoy, beside);
    List<LoadPoint> expected = run(assembler(), alone);

    assertThat(
            points.subList(points.size() - expected.size() + 1, points.size()).stream()
                .map(point ->
                    new LoadPoint(
                        point.minute(),
                        point.load(),
                        point.cpuCores(),
                        point.reporting(),
                        point.silent())))
        .isEqualTo(expected.subList(1, expected.size()));
    assertThat(points).anySatisfy(point -> assertThat(point.beside()).isNotEmpty());
  }

  @ParameterizedTest
  @MethodSource("seedsAndIntervals")
  void givesTheSameWhenSamplesComeTwice(long seed, int interval) {
    Fleet fleet = new Fleet(seed, interval, MINUTES).withRestlessReplicas(6);
    List<Sample> twice = new ArrayList<>();
    for (Sample sample : fleet.inOrder()) {
      twice.add(sample);
      twice.add(sample);
    }

    MinuteAssembler assembler = assembler();
    assertThat(run(assembler, twice)).isEqualTo(run(assembler(), fleet.inOrder()));
    assertThat(assembler.counts().duplicate() + assembler.counts().refused())
        .isEqualTo(twice.size() / 2);
  }

  @ParameterizedTest
  @MethodSource("seedsAndIntervals")
  void givesTheSameHoweverOftenItIsAsked(long seed, int interval) {
    Fleet fleet = new Fleet(seed, interval, MINUTES).withRestlessReplicas(6);
    MinuteAssembler seldom = assembler();
    fleet.inOrder().forEach(sample -> seldom.accept(sample, Instant.MAX));

    assertThat(seldom.close()).isEqualTo(run(assembler(), fleet.inOrder()));
  }

  @ParameterizedTest
  @MethodSource("seedsAndIntervals")
  void isNeverNegativeNorAboveWhatAllSeriesCanDo(long seed, int interval) {
    Fleet fleet =
        new Fleet(seed, interval, MINUTES)
            .withSteadyReplicas(1)
            .withRestlessReplicas(8)
            .withOutage(10, 14);

    MinuteAssembler assembler = assembler();
    List<LoadPoint> points = run(assembler, fleet.shuffledWithin(LATENESS, new Random(seed)));

    assertThat(assembler.counts().resets()).isPositive();
    double most = 9 * 2 * Fleet.MAX_RATE; // 9 replicas with 2 series each
    assertThat(points).allSatisfy(point -> assertThat(point.load().orElse(0)).isBetween(0.0, most));
  }

  @ParameterizedTest
  @MethodSource("seedsAndIntervals")
  void leavesOutNoMinuteAndKnowsNoneWithoutAReport(long seed, int interval) {
    Fleet fleet = new Fleet(seed, interval, MINUTES).withRestlessReplicas(4).withOutage(12, 19);

    List<LoadPoint> points = run(assembler(), fleet.shuffledWithin(LATENESS, new Random(seed)));

    for (int i = 1; i < points.size(); i++) {
      assertThat(points.get(i).minute()).isEqualTo(points.get(i - 1).end());
    }
    assertThat(points)
        .allSatisfy(point -> {
          if (point.reporting() == 0) {
            assertThat(point.load()).isEmpty();
          }
        });
  }

  @ParameterizedTest
  @MethodSource("seedsAndIntervals")
  void goesOnAfterARestartAsIfThereHadBeenNone(long seed, int interval) {
    Random random = new Random(seed);
    Fleet fleet =
        new Fleet(seed, interval, MINUTES)
            .withSteadyReplicas(2)
            .withRestlessReplicas(6)
            .withOutage(25, 29);
    // some come far too late as well
    List<Sample> log = new ArrayList<>(fleet.shuffledWithin(LATENESS, random));
    for (int i = 0; i < log.size() / 100; i++) {
      int at = random.nextInt(log.size());
      Sample sample = log.remove(at);
      log.add(Math.min(log.size(), at + random.nextInt(200)), sample);
    }
    List<LoadPoint> uninterrupted = run(assembler(), log);

    for (int attempt = 0; attempt < 5; attempt++) {
      int cut = random.nextInt(log.size());
      MinuteAssembler first = assembler();
      List<LoadPoint> before = run(first, log.subList(0, cut));
      Optional<Instant> neededFrom = first.neededFrom();
      MinuteAssembler second = assembler();
      if (!before.isEmpty()) {
        second.resumeAt(before.getLast().end());
      }
      long needed = neededFrom.map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
      List<Sample> replayed =
          new ArrayList<>(
              log.subList(0, cut).stream()
                  .filter(sample -> sample.timestampMillis() >= needed)
                  .toList());
      replayed.addAll(log.subList(cut, log.size()));
      List<LoadPoint> after = run(second, replayed);

      assertThat(after)
          .describedAs("cut at %d of %d", cut, log.size())
          .isEqualTo(uninterrupted.subList(before.size(), uninterrupted.size()));
    }
  }

  @ParameterizedTest
  @MethodSource("seedsAndIntervals")
  void countsEachSampleOnce(long seed, int interval) {
    Random random = new Random(seed);
    Fleet fleet = new Fleet(seed, interval, MINUTES).withRestlessReplicas(6);
    List<Sample> samples = new ArrayList<>(fleet.inOrder());
    samples.addAll(samples.subList(0, samples.size() / 10));
    Collections.shuffle(samples, random);

    MinuteAssembler assembler = assembler();
    run(assembler, samples);

    MinuteAssembler.Counts c = assembler.counts();
    assertThat(c.late()).isPositive();
    assertThat(
            c.accepted()
                + c.late()
                + c.duplicate()
                + c.invalid()
                + c.stale()
                + c.ahead()
                + c.refused())
        .isEqualTo(samples.size());
  }

  private static Map<String, NavigableMap<Long, Double>> counters(List<Sample> samples) {
    return samples.stream()
        .collect(
            Collectors.groupingBy(
                Sample::series,
                Collectors.toMap(
                    Sample::timestampMillis, Sample::value, (a, b) -> b, TreeMap::new)));
  }

  private static double valueAt(NavigableMap<Long, Double> counter, Instant time) {
    long millis = time.toEpochMilli();
    Map.Entry<Long, Double> low = counter.floorEntry(millis);
    Map.Entry<Long, Double> high = counter.higherEntry(millis);
    double share = (millis - low.getKey()) / (double) (high.getKey() - low.getKey());
    return low.getValue() + (high.getValue() - low.getValue()) * share;
  }
}
