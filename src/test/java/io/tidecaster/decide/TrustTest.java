package io.tidecaster.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.decide.Trust.Evidence;
import io.tidecaster.decide.Trust.Standing;
import io.tidecaster.forecast.ForecastOutcome;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.workload.Promotion;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustTest {
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final Promotion THREE_DAYS = new Promotion(3);
  private static final Capacity CAPACITY = new Capacity(100, Capacity.Origin.STATED);
  private static final ForecastOutcome TRUSTED = Situations.flat(MONDAY, 500);
  private static final ForecastOutcome UNTRUSTED =
      new NotReady(NotReady.Reason.NOT_TRUSTED, "worse than the naive one");
  private static final ForecastOutcome UNKNOWN =
      new NotReady(NotReady.Reason.LOAD_UNKNOWN, "no load");
  private static final int DAY = 1_440;

  private Trust trust = Trust.begun(MONDAY);

  private void minutes(int count, int ours, int hpa) {
    minutes(count, Optional.of(evidence(ours, hpa)), TRUSTED);
  }

  private void minutes(int count, Optional<Evidence> evidence, ForecastOutcome forecast) {
    for (int i = 0; i < count; i++) {
      trust = trust.after(trust.at().plusSeconds(60), evidence, forecast, 0.95, THREE_DAYS);
    }
  }

  /** A load of 400, which 4 replicas bear. */
  private static Evidence evidence(int ours, int hpa) {
    return new Evidence(
        400, CAPACITY, new Decision.Shadow(ours, ours), new Decision.Shadow(hpa, hpa));
  }

  @Test
  void isProvenAfterSoManyDaysOnWhichItCostNoMore() {
    minutes(3 * DAY - 1, 4, 5);
    assertThat(trust.standing()).isEqualTo(Standing.PROVING);
    assertThat(trust.daysWon()).isEqualTo(2);

    minutes(1, 4, 5);
    assertThat(trust.standing()).isEqualTo(Standing.PROVEN);
    assertThat(trust.since()).isEqualTo(MONDAY.plus(Duration.ofDays(3)));
    // 4 and 5 replicas for 24 h
    assertThat(trust.sentence(THREE_DAYS))
        .isEqualTo(
            "its decisions were no worse than an HPA on 3 days in a row; the last day took 96 replica-hours with 0 minutes in violation, an HPA's 120 with 0");
  }

  @Test
  void aDayLostBeginsTheCountAgain() {
    minutes(2 * DAY, 4, 5);
    // 10 % of the minutes in violation: 24 × 3.9 × (1 + 19 × 0.1) = 271 > 120
    minutes(DAY / 10, 3, 5);
    minutes(DAY - DAY / 10, 4, 5);
    assertThat(trust.daysWon()).isZero();

    minutes(3 * DAY, 4, 5);
    assertThat(trust.standing()).isEqualTo(Standing.PROVEN);
  }

  @Test
  void violationsOfTheHpaAreItsCostToo() {
    // ours: 24 × 5 = 120; the HPA's: 24 × 3 × (1 + 19 × 1) = 1,440
    minutes(3 * DAY, 5, 3);

    assertThat(trust.standing()).isEqualTo(Standing.PROVEN);
  }

  @Test
  void aDayOfWhichTooLittleIsKnownCountsForNothing() {
    minutes(2 * DAY, 4, 5);
    minutes(Trust.LEAST_MINUTES - 1, 9, 5);
    minutes(DAY - Trust.LEAST_MINUTES + 1, Optional.empty(), UNKNOWN);

    assertThat(trust.daysWon()).isEqualTo(2);
    assertThat(trust.lastDay().orElseThrow().since()).isEqualTo(MONDAY.plus(Duration.ofDays(1)));
  }

  @Test
  void withoutAForecastThereIsNothingToTrust() {
    ForecastOutcome young = new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "3 d");
    minutes(4 * DAY, Optional.of(evidence(4, 5)), young);
    assertThat(trust.standing()).isEqualTo(Standing.PROVING);

    minutes(1, 4, 5);
    assertThat(trust.standing()).isEqualTo(Standing.PROVEN);
  }

  @Test
  void goesBackAfterAnHourWithoutTrustedForecastsAndMustProveItselfAgain() {
    minutes(3 * DAY, 4, 5);
    minutes(Trust.DRIFT_MINUTES - 1, Optional.of(evidence(4, 5)), UNTRUSTED);
    assertThat(trust.standing()).isEqualTo(Standing.PROVEN);

    minutes(1, Optional.of(evidence(4, 5)), UNTRUSTED);
    assertThat(trust.standing()).isEqualTo(Standing.ACCURACY_DRIFTED);
    assertThat(trust.daysWon()).isZero();

    minutes(3 * DAY - 1, 4, 5);
    assertThat(trust.standing()).isEqualTo(Standing.ACCURACY_DRIFTED);
    minutes(1, 4, 5);
    assertThat(trust.standing()).isEqualTo(Standing.PROVEN);
  }

  @Test
  void aLoadThatIsUnknownIsNoDrift() {
    minutes(3 * DAY, 4, 5);
    minutes(3 * Trust.DRIFT_MINUTES, Optional.empty(), UNKNOWN);

    assertThat(trust.standing()).isEqualTo(Standing.PROVEN);
  }

  @Test
  void bearsADayThatCostATenthMoreAndNoWorseOne() {
    minutes(3 * DAY, 4, 5);
    // 24 × 11 ÷ (24 × 10) = 1.1
    minutes(DAY, 11, 10);
    assertThat(trust.standing()).isEqualTo(Standing.PROVEN);

    minutes(DAY, 6, 5);
    assertThat(trust.standing()).isEqualTo(Standing.DEARER_THAN_HPA);
  }

  @Test
  void whatWasKnownTheDayBeforeYesterdaySaysNothing() {
    assertThat(trust.isOf(MONDAY.plus(Duration.ofDays(1)))).isTrue();
    assertThat(trust.isOf(MONDAY.plus(Duration.ofDays(1)).plusSeconds(1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void neverEnforcesWithoutTheDaysItTakes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int wonSinceTheTurn = 0;
    for (int day = 0; day < 60; day++) {
      Trust before = trust;
      anyDay(random, 0);
      boolean promoted = !before.standing().enforces() && trust.standing().enforces();
      if (trust.lastDay().isPresent() && !trust.lastDay().equals(before.lastDay())) {
        Comparison closed = trust.lastDay().get();
        wonSinceTheTurn =
            closed.ours().cost(closed.minutes(), 0.95)
                    <= closed.hpa().cost(closed.minutes(), 0.95) * (1 + 1e-9)
                ? wonSinceTheTurn + 1
                : 0;
      }
      if (promoted) {
        assertThat(wonSinceTheTurn).as("seed %d, day %d", seed, day).isGreaterThanOrEqualTo(3);
      }
      if (before.standing().enforces() && !trust.standing().enforces()) {
        wonSinceTheTurn = 0;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void moreReplicasForTheSameViolationsNeverProveItEarlier(long seed) {
    int[] until = new int[2];
    for (int waste = 0; waste < 2; waste++) {
      trust = Trust.begun(MONDAY);
      SplittableRandom random = new SplittableRandom(seed);
      while (trust.standing() != Standing.PROVEN && until[waste] < 60) {
        anyDay(random, waste);
        until[waste]++;
      }
    }
    assertThat(until[1]).isGreaterThanOrEqualTo(until[0]);
  }

  /** A day in stretches of one cost each, known or not; waste is what nobody needs. */
  private void anyDay(SplittableRandom random, int waste) {
    for (int i = 0; i < 8; i++) {
      int ours = random.nextInt(3, 7);
      Evidence evidence =
          new Evidence(
              400,
              CAPACITY,
              new Decision.Shadow(ours + waste, ours),
              new Decision.Shadow(random.nextInt(3, 8), random.nextInt(3, 8)));
      boolean known = random.nextInt(20) > 0;
      minutes(DAY / 8, known ? Optional.of(evidence) : Optional.empty(), TRUSTED);
    }
  }
}
