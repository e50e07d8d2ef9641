package io.tidecaster.size;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimiserTest {
  private static final long MIB = 1L << 20;
  private static final SizeBounds BOUNDS =
      new SizeBounds(new ContainerSize(250, 512 * MIB), new ContainerSize(4000, 8192 * MIB));
  private static final MemoryLine MEMORY = new MemoryLine(512 * MIB, 512 * MIB);
  private static final CapacityLaw LINEAR = new CapacityLaw(1000, 100, 0.8, 0.1, 1);

  private static Optimiser optimiser(int least, int most) {
    return new Optimiser(
        Optimiser.Settings.DEFAULT,
        new Optimiser.Terms(BOUNDS, MEMORY, new ResourcePrices(0.04, 0.005), least, most));
  }

  private static double[] loads(double... loads) {
    return loads;
  }

  @Test
  void choosesFewLargeReplicasWhereIdlingAloneCosts() {
    Optimiser optimiser = optimiser(2, 60);

    // idling is paid for once a replica, so the least that bear it with room: ceil(2200 ÷ 442.9)
    assertThat(optimiser.cheapest(LINEAR, loads(2000), optimiser.replicasToGrow(LINEAR, 2000)))
        .isEqualTo(5);
  }

  @Test
  void choosesManySmallReplicasWhereLargeOnesContend() {
    int replicas = optimiser(2, 200).cheapest(LINEAR.with(0.01, 0.6), loads(2000), 2);

    assertThat(optimiser(2, 200).millisFor(LINEAR.with(0.01, 0.6), replicas, 2000))
        .isBetween(250L, 500L);
  }

  @Test
  void choosesNoFewerThanIsAskedForAndNoMoreThanTheCeiling() {
    assertThat(optimiser(2, 60).cheapest(LINEAR, loads(2000), 9)).isEqualTo(9);
    assertThat(optimiser(2, 12).cheapest(LINEAR.with(0.01, 0.6), loads(2000), 2)).isEqualTo(12);
  }

  @Test
  void aCeilingOnReplicasMakesThemLarger() {
    CapacityLaw contended = LINEAR.with(0.01, 0.6);
    Optimiser optimiser = optimiser(2, 10);
    int replicas = optimiser.cheapest(contended, loads(1500), 2);

    // 1500 ÷ 10 a replica, 100 of which 1000m bear
    assertThat(replicas).isEqualTo(10);
    assertThat(optimiser.millisFor(contended, replicas, 1500)).isBetween(1500L, 2500L);
  }

  @Test
  void choosesForAllLoadsAhead() {
    // 5 must be there for 2000 whatever is there for 50, which one bears
    assertThat(optimiser(1, 60).cheapest(LINEAR, loads(50, 50, 50, 2000), 1)).isEqualTo(1);
  }

  @Test
  void keepsRoomToGrow() {
    // a replica of 4000m bears 100 · 3.1 ÷ 0.7 = 442.9: ceil(1300 × 1.1 ÷ 442.9) = 4
    assertThat(optimiser(1, 60).replicasToGrow(LINEAR, 1300)).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatItChoosesBearsTheLoadWithinTheBounds(long seed) {
    Random random = new Random(seed);
    CapacityLaw law =
        LINEAR.with(0.05 + 0.1 * random.nextDouble(), 0.6 + 0.5 * random.nextDouble());
    Optimiser optimiser = optimiser(2, 40);
    double load = 50 + 2500 * random.nextDouble();
    int room = optimiser.replicasToGrow(law, load);
    int replicas = optimiser.cheapest(law, loads(load, load * random.nextDouble()), room);
    long millis = optimiser.millisFor(law, replicas, load);

    assertThat(replicas).as("seed %d", seed).isBetween(2, 40);
    assertThat(millis).as("seed %d", seed).isBetween(250L, 4000L);
    assertThat(replicas * law.loadAt(millis))
        .as("seed %d", seed)
        .isGreaterThanOrEqualTo(load * 0.999);
  }

  @Test
  void saysWhatTheOtherWaysWouldHaveCost() {
    Optimiser optimiser = optimiser(2, 4);
    Shape from = new Shape(4, optimiser.sizeOf(1000));
    Shape to = new Shape(4, optimiser.sizeOf(2000));

    assertThat(optimiser.sentence(from, to, LINEAR, 800))
        .isEqualTo(
            "Up: 4 × (1000m CPU, 1024Mi) become 4 × (2000m CPU, 1536Mi), 0.350 an hour instead of"
                + " 0.180; replicas alone would not bear it, their size alone would cost 0.330.");
  }

  @Test
  void waitsAsLongAsAReplicaCostsToStart() {
    Patience patience = new Patience(Duration.ofHours(2));

    // 3 min of a replica at 0.06 an hour cost 0.003, which 0.01 an hour saves in 18 min
    assertThat(patience.until(Duration.ofMinutes(3), 0.06, 0.01)).isEqualTo(Duration.ofMinutes(18));
    assertThat(patience.until(Duration.ofMinutes(3), 0.06, -1)).isEqualTo(Duration.ofHours(2));
  }

  @Test
  void isPatientFromTheStart() {
    Patience patience = new Patience(Duration.ofHours(2));
    Instant now = Instant.parse("2026-03-02T09:00:00Z");
    patience.wish(now, 4);
    patience.wish(now.plus(Duration.ofMinutes(9)), 4);
    Instant end = now.plus(Duration.ofMinutes(9));

    assertThat(patience.replicas(end, 9, Duration.ofMinutes(5), Duration.ofMinutes(10)))
        .isEqualTo(9);
    assertThat(patience.replicas(end, 9, Duration.ofMinutes(5), Duration.ofMinutes(9)))
        .isEqualTo(4);
    assertThat(patience.replicas(end, 2, Duration.ofMinutes(10), Duration.ofMinutes(9)))
        .isEqualTo(2);
  }

  @Test
  void letsGoOnlyWhatWasUnneededAllTheTime() {
    Patience patience = new Patience(Duration.ofHours(2));
    Instant now = Instant.parse("2026-03-02T09:00:00Z");
    for (int minute = 0; minute < 20; minute++) {
      patience.wish(now.plus(Duration.ofMinutes(minute)), minute == 5 ? 7 : 4);
    }
    Instant end = now.plus(Duration.ofMinutes(19));

    assertThat(patience.replicas(end, 9, Duration.ofMinutes(5), Duration.ofMinutes(18)))
        .isEqualTo(7);
    assertThat(patience.replicas(end, 9, Duration.ofMinutes(5), Duration.ofMinutes(10)))
        .isEqualTo(4);
    assertThat(patience.replicas(end, 3, Duration.ofMinutes(5), Duration.ofMinutes(10)))
        .isEqualTo(4);
  }
}
