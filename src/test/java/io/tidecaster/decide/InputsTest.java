package io.tidecaster.decide;

import static io.tidecaster.decide.Situations.NINE;
import static io.tidecaster.decide.Situations.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.forecast.Forecast;
import io.tidecaster.workload.Behavior;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InputsTest {
  private final Decider decider = new Decider(Decider.Settings.DEFAULT);

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsLeftOutChangesNoDecision(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 50; i++) {
      Situation situation = any(random);
      Decided decided = decider.decideOnRecord(situation);
      assertThat(decided.decision()).isEqualTo(decider.decide(situation));
      assertThat(decided.inputs().decide()).isEqualTo(decided.decision());
    }
  }

  private static Situation any(SplittableRandom random) {
    int age = random.nextInt(8) == 0 ? random.nextInt(80) : 0;
    Forecast forecast =
        Situations.rising(
            NINE.minus(Duration.ofMinutes(age)),
            random.nextDouble(0, 1400),
            random.nextDouble(0, 1400),
            1 + random.nextInt(60));
    Situations.Given given =
        given(1 + random.nextInt(14), random.nextDouble(0, 1400))
            .behavior(random.nextBoolean() ? Behavior.DEFAULT : Situations.FREE)
            .remembering(anyMemory(random));
    if (random.nextInt(3) > 0) {
      given = given.forecast(forecast);
    }
    if (random.nextInt(3) > 0) {
      int limit = random.nextInt(14);
      given = random.nextBoolean() ? given.most(limit) : given.least(limit);
    }
    return random.nextBoolean()
        ? given.situation()
        : given
            .peak(
                new Peak(
                    random.nextDouble(0, 1400),
                    new Headroom(0.99, 1.2, Headroom.Origin.LEARNED),
                    Optional.of(new Hysteresis(0.08, 0.16))))
            .situation();
  }

  private static DecisionMemory anyMemory(SplittableRandom random) {
    List<DecisionMemory.Recommendation> recommendations = new ArrayList<>();
    List<DecisionMemory.Change> changes = new ArrayList<>();
    for (int back = 59; back > 0; back -= 1 + random.nextInt(20)) {
      Instant at = NINE.minus(Duration.ofMinutes(back));
      recommendations.add(new DecisionMemory.Recommendation(at, 1 + random.nextInt(14)));
      changes.add(new DecisionMemory.Change(at, 1 + random.nextInt(14), 1 + random.nextInt(14)));
    }
    return new DecisionMemory(recommendations, changes, Optional.empty());
  }

  @Test
  void keepsOfTheForecastWhatIsLookedAt() {
    Situation situation = given(3, 200).forecast(400).situation();
    Inputs inputs = decider.decideOnRecord(situation).inputs();
    // 3 × 3 min of lead time and 1 min until the next decision: 10 steps, and the one they end in
    assertThat(inputs.situation().forecast())
        .isInstanceOfSatisfying(
            Forecast.class, forecast -> assertThat(forecast.horizon()).isEqualTo(11));
  }

  @Test
  void keepsTheLastRecommendationHoweverOldItIs() {
    var old = new DecisionMemory.Recommendation(NINE.minus(Duration.ofMinutes(50)), 7);
    var older = new DecisionMemory.Recommendation(NINE.minus(Duration.ofMinutes(55)), 4);
    DecisionMemory memory = new DecisionMemory(List.of(older, old), List.of(), Optional.empty());
    assertThat(memory.within(Duration.ofMinutes(5), NINE).recommendations()).containsExactly(old);
  }
}
