package io.tidecaster.decide;

import static io.tidecaster.decide.Situations.NINE;
import static io.tidecaster.decide.Situations.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.history.LoadPoint;
import io.tidecaster.workload.Behavior;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeciderPropertiesTest {

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 40);
  }

  private static Situations.Given any(SplittableRandom random) {
    Situations.Given given =
        given(1 + random.nextInt(14), random.nextDouble(0, 1400))
            .behavior(random.nextBoolean() ? Behavior.DEFAULT : Situations.FREE)
            .remembering(anyMemory(random));
    if (random.nextInt(5) == 0) {
      given = given.load(Optional.empty());
    }
    return random.nextInt(3) == 0 ? given : given.forecast(anyForecast(random));
  }

  private static io.tidecaster.forecast.Forecast anyForecast(SplittableRandom random) {
    return Situations.rising(
        NINE, random.nextDouble(0, 1400), random.nextDouble(0, 1400), 1 + random.nextInt(12));
  }

  private static DecisionMemory anyMemory(SplittableRandom random) {
    List<DecisionMemory.Recommendation> recommendations = new ArrayList<>();
    for (int back = 8; back > 0; back--) {
      recommendations.add(
          new DecisionMemory.Recommendation(
              NINE.minus(Duration.ofMinutes(back)), 1 + random.nextInt(14)));
    }
    return new DecisionMemory(recommendations, List.of(), Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void staysWithinTheBounds(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 50; i++) {
      assertThat(any(random).decide().desiredReplicas()).isBetween(2, 10);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theSameSituationGivesTheSameDecision(long seed) {
    assertThat(any(new SplittableRandom(seed)).decide())
        .isEqualTo(any(new SplittableRandom(seed)).decide());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void moreLoadNeverMeansFewerReplicas(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 50; i++) {
      Situations.Given given = any(random);
      double less = random.nextDouble(0, 1300);
      double more = less + random.nextDouble(0, 300);
      int forLess = given.load(Optional.of(Situations.load(NINE, less))).decide().desiredReplicas();
      int forMore = given.load(Optional.of(Situations.load(NINE, more))).decide().desiredReplicas();
      assertThat(forMore).isGreaterThanOrEqualTo(forLess);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aHigherForecastNeverMeansFewerReplicas(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 50; i++) {
      Situations.Given given = any(random);
      double less = random.nextDouble(0, 1300);
      double more = less + random.nextDouble(0, 300);
      assertThat(given.forecast(more).decide().desiredReplicas())
          .isGreaterThanOrEqualTo(given.forecast(less).decide().desiredReplicas());
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void unknownNeverScalesIn(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 50; i++) {
      int replicas = 2 + random.nextInt(9);
      Situations.Given given = any(random).fleet(Optional.of(Situations.fleet(replicas)));
      var mostSilent =
          new LoadPoint(
              NINE.minusSeconds(60),
              OptionalDouble.of(random.nextDouble(0, 900)),
              OptionalDouble.empty(),
              1,
              2 + random.nextInt(9));
      assertThat(given.load(Optional.empty()).decide().desiredReplicas())
          .isGreaterThanOrEqualTo(replicas);
      assertThat(given.load(Optional.of(mostSilent)).decide().desiredReplicas())
          .isGreaterThanOrEqualTo(replicas);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void doesNotFlapWithinTheStabilizationWindow(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    DecisionMemory memory = DecisionMemory.EMPTY;
    int replicas = 4;
    Instant lastOut = Instant.MIN;
    for (int minute = 0; minute < 120; minute++) {
      Instant now = NINE.plus(Duration.ofMinutes(minute));
      double load = random.nextDouble(100, 900);
      Decision decision =
          given(replicas, load)
              .at(now)
              .load(Optional.of(Situations.load(now, load)))
              .forecast(Situations.flat(now, random.nextDouble(100, 900)))
              .behavior(Behavior.DEFAULT)
              .remembering(memory)
              .decide();
      memory = memory.after(decision);
      if (decision.desiredReplicas() > replicas) {
        lastOut = now;
      }
      if (decision.desiredReplicas() < replicas) {
        assertThat(Duration.between(lastOut, now)).isGreaterThanOrEqualTo(Duration.ofMinutes(5));
      }
      replicas = decision.desiredReplicas();
    }
  }
}
