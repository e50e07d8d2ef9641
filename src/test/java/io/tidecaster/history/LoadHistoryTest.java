package io.tidecaster.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadHistoryTest {
  private static final Instant START = Instant.parse("2026-03-02T23:50:00Z");

  private final LoadHistory history = new LoadHistory();

  private static Instant minute(long index) {
    return START.plusSeconds(60 * index);
  }

  private static LoadPoint point(long index, double load) {
    return new LoadPoint(
        minute(index), OptionalDouble.of(load), OptionalDouble.of(load / 100), 3, 1);
  }

  private static LoadPoint unknown(long index) {
    return new LoadPoint(minute(index), OptionalDouble.empty(), OptionalDouble.empty(), 0, 4);
  }

  private static LoadPoint mostlySilent(long index, double load) {
    return new LoadPoint(minute(index), OptionalDouble.of(load), OptionalDouble.of(1), 1, 2);
  }

  @Test
  void givesBackWhatWasPutAcrossMidnight() {
    for (int i = 0; i < 30; i++) {
      history.put(point(i, i));
    }

    Series load = history.load(minute(5), minute(25));
    assertThat(load.start()).isEqualTo(minute(5));
    assertThat(load.step()).isEqualTo(Duration.ofMinutes(1));
    assertThat(load.size()).isEqualTo(20);
    assertThat(load.at(0)).isEqualTo(5);
    assertThat(load.at(19)).isEqualTo(24);
    assertThat(history.cpu(minute(5), minute(25)).at(19)).isEqualTo(0.24);
    assertThat(history.at(minute(7))).hasValue(point(7, 7));
    assertThat(history.last()).hasValue(point(29, 29));
    assertThat(history.newestEnd()).hasValue(minute(30));
    assertThat(history.oldestStart()).hasValue(minute(0));
  }

  @Test
  void keepsTheThrottledShareFromItsFirstMinuteOn() {
    LoadPoint throttled =
        new LoadPoint(
            minute(1),
            OptionalDouble.of(1),
            OptionalDouble.of(1),
            3,
            1,
            3,
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(0.25));
    long before = history.estimateBytes();
    history.put(point(0, 1));
    history.put(throttled);

    assertThat(history.at(minute(0))).hasValue(point(0, 1));
    assertThat(history.at(minute(1))).hasValue(throttled);
    // a float a minute beside load, CPU and counts: 8 + 8 + 2 + 2 + 4 bytes
    assertThat(history.estimateBytes() - before).isBetween(24L * 1440, 24L * 1440 + 200);
  }

  @Test
  void keepsWhatContainersBesideUsedFromTheirFirstMinuteOn() {
    LoadPoint beside =
        new LoadPoint(
            minute(1),
            OptionalDouble.of(10),
            OptionalDouble.of(1),
            1,
            0,
            1,
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Map.of(
                "envoy",
                new ContainerUse(
                    OptionalDouble.of(0.5), 1, OptionalDouble.of(6e7), OptionalDouble.of(0.25))));
    history.put(point(0, 10));
    long before = history.estimateBytes();
    history.put(beside);
    history.put(point(2, 10));

    assertThat(history.at(minute(0))).hasValue(point(0, 10));
    assertThat(history.at(minute(1))).hasValue(beside);
    assertThat(history.at(minute(2)).orElseThrow().beside()).isEmpty();
    // a day of minutes: 8 + 2 bytes of CPU, 8 of memory, 4 of throttling
    assertThat(history.estimateBytes() - before).isCloseTo(1440 * 22, within(200L));
  }

  @Test
  void knowsNothingAtFirst() {
    assertThat(history.last()).isEmpty();
    assertThat(history.lastKnown()).isEmpty();
    assertThat(history.newestEnd()).isEmpty();
    assertThat(history.oldestStart()).isEmpty();
    assertThat(history.at(START)).isEmpty();
    assertThat(history.load(minute(0), minute(2)).toArray())
        .containsExactly(Double.NaN, Double.NaN);
    assertThat(history.gaps(minute(0), minute(2)))
        .containsExactly(new LoadHistory.Gap(minute(0), minute(2)));
  }

  @Test
  void keepsTheLastWritten() {
    history.put(point(0, 1));
    history.put(point(1, 2));
    history.put(point(0, 3));

    assertThat(history.load(minute(0), minute(2)).toArray()).containsExactly(3, 2);

    history.put(unknown(1));
    assertThat(history.last()).hasValue(unknown(1));
    assertThat(history.lastKnown()).hasValue(point(0, 3));
  }

  @Test
  void hasGapsWhereLoadIsUnknownMissingOrMostlySilent() {
    history.put(point(0, 1));
    history.put(unknown(1));
    history.put(mostlySilent(2, 5));
    history.put(point(3, 1));
    history.put(point(6, 1));

    assertThat(history.load(minute(0), minute(7)).toArray())
        .containsExactly(1, Double.NaN, Double.NaN, 1, Double.NaN, Double.NaN, 1);
    assertThat(history.cpu(minute(2), minute(3)).isPresent(0)).isFalse();
    assertThat(history.at(minute(2))).hasValue(mostlySilent(2, 5));
    assertThat(history.gaps(minute(-1), minute(8)))
        .containsExactly(
            new LoadHistory.Gap(minute(-1), minute(0)),
            new LoadHistory.Gap(minute(1), minute(3)),
            new LoadHistory.Gap(minute(4), minute(6)),
            new LoadHistory.Gap(minute(7), minute(8)));
  }

  @Test
  void hasNoGapInWhatIsKnown() {
    history.put(point(0, 1));
    history.put(point(1, 1));

    assertThat(history.gaps(minute(0), minute(2))).isEmpty();
    assertThat(history.gaps(minute(1), minute(1))).isEmpty();
  }

  @Test
  void doesNotTakeUpWhatIsOlderThanItsRetention() {
    LoadHistory short_ = new LoadHistory(Duration.ofHours(1));
    short_.put(point(100, 1));
    short_.put(point(40, 2));
    short_.put(point(41, 3));

    assertThat(short_.at(minute(40))).isEmpty();
    assertThat(short_.oldestStart()).hasValue(minute(41));
  }

  @Test
  void refusesToReadMoreThanItKeeps() {
    assertThatThrownBy(() -> history.load(Instant.EPOCH, START))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of at most 50400 kept");
    assertThatThrownBy(() -> history.load(minute(1), minute(0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LoadHistory(Duration.ofSeconds(59)))
        .hasMessage("retention PT59S must lie between 1 minute and 366 days");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void isAsAMapWithABound(long seed) {
    Random random = new Random(seed);
    int retention = 1 + random.nextInt(5_000);
    LoadHistory bounded = new LoadHistory(Duration.ofMinutes(retention));
    TreeMap<Long, LoadPoint> expected = new TreeMap<>();
    long time = 0;
    for (int i = 0; i < 20_000; i++) {
      time += random.nextInt(100) == 0 ? random.nextInt(3_000) : 1;
      long index = time - random.nextInt(50);
      LoadPoint point = random.nextInt(10) == 0 ? unknown(index) : point(index, i);
      bounded.put(point);
      if (expected.isEmpty() || index > expected.lastKey() - retention) {
        expected.put(index, point);
      }
      expected.headMap(expected.lastKey() - retention, true).clear();
    }

    long newest = expected.lastKey();
    for (long index = newest - retention - 2_000; index <= newest + 10; index++) {
      assertThat(bounded.at(minute(index)).orElse(null)).isEqualTo(expected.get(index));
    }
    assertThat(bounded.oldestStart()).hasValue(minute(expected.firstKey()));
    assertThat(bounded.newestEnd()).hasValue(minute(newest + 1));
  }

  @Test
  void takesMemoryByTheDayAndNoMoreThanItsRetention() {
    history.put(point(0, 1));
    assertThat(history.estimateBytes()).isLessThan(30_000);

    List<Long> minutes = new ArrayList<>();
    for (long i = 0; i < 60 * 1_440; i += 7) {
      minutes.add(i);
    }
    Collections.sort(minutes);
    minutes.forEach(i -> history.put(point(i, 1)));

    // 36 days of 1440 × (8 + 8 + 2 + 2) bytes = 1 036 800
    assertThat(history.estimateBytes()).isBetween(1_036_800L, 1_045_000L);
  }
}
