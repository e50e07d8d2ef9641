package io.tidecaster.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WatchTest {
  private static final Instant READY = Instant.parse("2026-03-02T12:00:00Z");
  private static final Duration STATED = Duration.ofMinutes(1);
  private static final double LOOK_SECONDS = 2;

  /** What HAProxy keeps of one server, in its own whole numbers. */
  private static final class Server {
    private final Random random;
    private long answers;
    private long sum;

    Server(Random random) {
      this.random = random;
    }

    /** So many requests on average, each of an exponential time. */
    void answer(double requests, double meanMillis) {
      long count = Math.round(requests + random.nextGaussian() * Math.sqrt(requests));
      for (int i = 0; i < count; i++) {
        sum =
            sum
                - (answers < 512 ? 0 : (sum + 511) / 512)
                + Math.round(-Math.log(1 - random.nextDouble()) * meanMillis);
        answers++;
      }
    }

    Timed shown() {
      long window = Math.clamp(answers, 1, 512);
      return new Timed(answers, (double) Math.ceilDiv(sum, window));
    }
  }

  /** A replica beside three siblings. */
  private record World(
      double requestsPerSecond, double millis, double speed, DoubleUnaryOperator loadAtAge) {
    static World of(double requestsPerSecond, double millis) {
      return new World(requestsPerSecond, millis, 1, age -> 1);
    }

    Optional<Start> start(double warmUpSeconds, double coldSpeed, Duration ramp, long seed) {
      var random = new Random(seed);
      var watch = new Watch("crm-7", READY, STATED);
      var own = new Server(random);
      var others = new Server(random);
      others.answer(2_000, millis);
      Timed ownBefore = own.shown();
      Timed othersBefore = others.shown();
      double age = 1;
      while (!watch.isOver(at(age))) {
        double warm = Math.min(1, age / warmUpSeconds);
        double now = loadAtAge.applyAsDouble(age);
        double share = Math.clamp(age / (ramp.toMillis() / 1000.0), 0.1, 1);
        own.answer(
            requestsPerSecond * now * share * LOOK_SECONDS,
            millis * now / (speed * (coldSpeed + (1 - coldSpeed) * warm)));
        others.answer(3 * requestsPerSecond * now * LOOK_SECONDS, millis * now);
        age += LOOK_SECONDS;
        watch.add(at(age), work(own.shown(), ownBefore), work(others.shown(), othersBefore));
        ownBefore = own.shown();
        othersBefore = others.shown();
      }
      return watch.found();
    }

    private static Instant at(double age) {
      return READY.plusMillis(Math.round(age * 1000));
    }

    private static Watch.Work work(Timed now, Timed before) {
      return new Watch.Work(now.answers() - before.answers(), now.busyMillisSince(before));
    }
  }

  private static WarmUps starts(World world, double warmUpSeconds, double coldSpeed, int count) {
    WarmUps warmUps = WarmUps.NONE;
    for (int seed = 1; seed <= count; seed++) {
      Optional<Start> found = world.start(warmUpSeconds, coldSpeed, STATED, seed);
      if (found.isPresent()) {
        warmUps =
            warmUps.plus(
                new Start(
                    "crm-" + seed,
                    READY.plusSeconds(seed),
                    found.get().warmUp(),
                    found.get().coldSpeed()));
      }
    }
    assertThat(warmUps.starts()).hasSizeGreaterThanOrEqualTo(count / 2);
    return warmUps;
  }

  @ParameterizedTest
  @CsvSource({
    "20, 0.2, 50, 100", "45, 0.2, 50, 100", "90, 0.2, 50, 100", "180, 0.3, 50, 100",
    "45, 0.2, 200, 10", "45, 0.2, 10, 800", "90, 0.5, 100, 40", "60, 0.1, 1000, 8"
  })
  void findsHowLongAReplicaTakesUntilItIsWarm(
      double warmUpSeconds, double coldSpeed, double requestsPerSecond, double millis) {
    LearnedWarmUp learned =
        starts(World.of(requestsPerSecond, millis), warmUpSeconds, coldSpeed, 9)
            .learned(STATED)
            .orElseThrow();

    assertThat(learned.duration().toMillis() / 1000.0)
        .isCloseTo(warmUpSeconds, within(0.15 * warmUpSeconds));
    assertThat(learned.coldSpeed()).isCloseTo(coldSpeed, within(0.1));
  }

  @Test
  void aReplicaOnASlowerMachineIsMeasuredByWhatItComesToItself() {
    LearnedWarmUp learned =
        starts(new World(50, 100, 0.5, age -> 1), 45, 0.2, 9).learned(STATED).orElseThrow();

    assertThat(learned.duration().toSeconds()).isBetween(38L, 52L);
  }

  @Test
  void whatSlowsDownAllAlikeFallsOut() {
    LearnedWarmUp learned =
        starts(new World(50, 100, 1, age -> age < 100 ? 2 : 1), 45, 0.2, 9)
            .learned(STATED)
            .orElseThrow();

    assertThat(learned.duration().toSeconds()).isBetween(38L, 52L);
  }

  @Test
  void aReplicaThatIsWarmAtOnceTakesNoTime() {
    List<Duration> found = new ArrayList<>();
    for (long seed = 1; seed <= 9; seed++) {
      World.of(50, 100).start(1, 1, STATED, seed).ifPresent(start -> found.add(start.warmUp()));
    }

    assertThat(found).hasSizeGreaterThanOrEqualTo(7);
    assertThat(found.stream().filter(Duration::isZero).count()).isGreaterThanOrEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05, 0.3})
  void tellsNothingWhereHardlyAnythingIsAsked(double requestsPerSecond) {
    assertThat(World.of(requestsPerSecond, 100).start(45, 0.2, STATED, 1)).isEmpty();
  }

  @Test
  void isWatchedForFiveTimesWhatIsStatedAndFromTheBeginningOn() {
    var watch = new Watch("crm-7", READY, STATED);

    // four minutes may be learned, and a minute shows what it comes to
    assertThat(watch.isOver(READY.plusSeconds(299))).isFalse();
    assertThat(watch.isOver(READY.plusSeconds(300))).isTrue();
    assertThat(Watch.isInTime(Duration.ofSeconds(15), STATED)).isTrue();
    assertThat(Watch.isInTime(Duration.ofSeconds(16), STATED)).isFalse();
    assertThat(Watch.isInTime(Duration.ofSeconds(-1), STATED)).isFalse();
  }
}
