package io.tidecaster.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.workload.Behavior;
import io.tidecaster.workload.Bounds;
import io.tidecaster.workload.BoundsOverTime;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeakPlannerTest {
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final int DAY = 24 * 60;
  private static final Duration LEAD = Duration.ofMinutes(3);

  private static PeakPlanner planner() {
    return new PeakPlanner(
        new ScalerId("crm", "crm"), PeakPlanner.Settings.DEFAULT, Decider.Settings.DEFAULT);
  }

  private static PeakPlanner.Terms terms(double serviceLevel) {
    return new PeakPlanner.Terms(100, 60, LEAD, new Bounds(2, 40), Behavior.DEFAULT, serviceLevel);
  }

  /** 200 requests/s, and 1000 from 9 to 17 o'clock, with 5 % of noise; a jump within 2 minutes. */
  private static double officeHours(int minute) {
    int ofDay = minute % DAY;
    double share = ofDay < 9 * 60 || ofDay >= 17 * 60 ? 0 : Math.min(1, (ofDay - 9 * 60 + 1) / 2.0);
    double noise = new SplittableRandom(minute).nextDouble(-1, 1);
    return (200 + 800 * share) * (1 + 0.05 * noise);
  }

  private static void observe(PeakPlanner planner, int from, int to) {
    for (int minute = from; minute < to; minute++) {
      planner.observe(MONDAY.plusSeconds(60L * minute), OptionalDouble.of(officeHours(minute)));
    }
  }

  private static PeakPlanner fitted(int minutes, PeakPlanner.Terms terms) {
    PeakPlanner planner = planner();
    observe(planner, 0, minutes);
    planner.fitDue(terms).ifPresent(fit -> planner.adopt(fit.run()));
    return planner;
  }

  @Test
  void nothingIsLearnedBeforeTwoDays() {
    PeakPlanner planner = planner();
    observe(planner, 0, 2 * DAY - 1);
    assertThat(planner.fitDue(terms(0.95))).isEmpty();
    assertThat(planner.peak(LEAD)).isEmpty();
    observe(planner, 2 * DAY - 1, 2 * DAY);
    assertThat(planner.fitDue(terms(0.95))).isPresent();
  }

  /** The peak with the reserve that a scaling adds to it. */
  private static double plannedFor(PeakPlanner planner) {
    Peak peak = planner.peak(LEAD).orElseThrow();
    return peak.load() * (1 + peak.hysteresis().orElseThrow().scaleOutReserve());
  }

  @Test
  void seesTheMorningComing() {
    PeakPlanner planner = fitted(6 * DAY + 8 * 60 + 58, terms(0.95));
    // at 8:58 the load is 200 still, and 1000 within the 4 minutes to come
    assertThat(plannedFor(planner)).isBetween(800.0, 1400.0);
    observe(planner, 6 * DAY + 8 * 60 + 58, 6 * DAY + 20 * 60);
    assertThat(planner.peak(LEAD).orElseThrow().load()).isBetween(200.0, 320.0);
  }

  @Test
  void aLoadThatFellLikeNeverBeforeIsNotExpectedBack() {
    PeakPlanner planner = planner();
    SplittableRandom noise = new SplittableRandom(1);
    for (int minute = 0; minute < 3 * DAY + 64; minute++) {
      double load = minute >= 3 * DAY && minute < 3 * DAY + 60 ? 2000 : 400;
      planner.observe(
          MONDAY.plusSeconds(60L * minute),
          OptionalDouble.of(load * (1 + noise.nextDouble(-0.03, 0.03))));
      if (minute == 3 * DAY - 1) {
        planner.adopt(planner.fitDue(terms(0.95)).orElseThrow().run());
      }
    }
    // three days of 400 ± 3 %, an hour of 2000, four minutes of 400
    assertThat(planner.peak(LEAD).orElseThrow().load()).isBetween(388.0, 480.0);
  }

  @Test
  void isFittedOnceADay() {
    PeakPlanner planner = fitted(4 * DAY, terms(0.95));
    assertThat(planner.fitDue(terms(0.95))).isEmpty();
    observe(planner, 4 * DAY, 5 * DAY);
    assertThat(planner.fitDue(terms(0.95))).isPresent();
  }

  @Test
  void aScheduledFloorIsPaidForInEveryTrial() {
    PeakPlanner.Terms plain = terms(0.95);
    BoundsOverTime floorByNight =
        (now, _) -> new Bounds(now.atZone(ZoneOffset.UTC).getHour() < 4 ? 30 : 2, 40);
    PeakPlanner.Terms scheduled =
        new PeakPlanner.Terms(100, 60, LEAD, floorByNight, Behavior.DEFAULT, 0.95);

    List<PeakModel.Trial> without = fitted(4 * DAY, plain).model().orElseThrow().trials();
    List<PeakModel.Trial> with = fitted(4 * DAY, scheduled).model().orElseThrow().trials();

    // one day is replayed, in it 4 h of 30 replicas in the place of 3: 108 replica-hours
    for (int i = 0; i < with.size(); i++) {
      assertThat(with.get(i).replicaHours() - without.get(i).replicaHours())
          .isBetween(100.0, 116.0);
    }
  }

  @Test
  void otherTermsWantAnotherFit() {
    PeakPlanner planner = fitted(4 * DAY, terms(0.95));
    PeakPlanner.Terms slower =
        new PeakPlanner.Terms(
            100, 60, Duration.ofMinutes(5), new Bounds(2, 40), Behavior.DEFAULT, 0.95);
    assertThat(planner.fitDue(slower)).isPresent();
    assertThat(planner.peak(Duration.ofMinutes(5))).isEmpty();
    PeakPlanner.Terms aLittleStronger =
        new PeakPlanner.Terms(110, 66, LEAD, new Bounds(2, 40), Behavior.DEFAULT, 0.95);
    assertThat(planner.fitDue(aLittleStronger)).isEmpty();
  }

  /**
   * With 3 days replayed a request in violation costs 6 ÷ 3 × 0.95 ÷ 0.05 = 38, and twice the
   * scalings of an HPA a twentieth of the replica-hours.
   */
  private static double costOf(PeakModel.Trial trial, PeakModel model) {
    long replayed = Duration.between(MONDAY, model.boundary()).minusDays(2).toDays();
    double level = model.terms().serviceLevel();
    double price = 6.0 / replayed * level / (1 - level);
    double excess = Math.max(0, (double) trial.scalings() / model.freeScalings() - 1);
    return trial.replicaHours()
        * (1 + price * (trial.violationShare() + trial.violationError()))
        * (1 + 0.05 * excess);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.6, 0.95, 0.999})
  void choosesTheHeadroomThatWouldHaveCostLeast(double serviceLevel) {
    PeakModel model = fitted(6 * DAY, terms(serviceLevel)).model().orElseThrow();
    double least =
        model.trials().stream().mapToDouble(trial -> costOf(trial, model)).min().orElseThrow();
    assertThat(costOf(chosen(model), model)).isCloseTo(least, within(1e-9));
    assertThat(model.trials()).hasSize(4 * 27).doesNotHaveDuplicates();
  }

  @Test
  void aHigherServiceLevelNeverMeansMoreViolations() {
    double before = 1;
    for (double serviceLevel : new double[] {0.5, 0.9, 0.99, 0.999}) {
      double share =
          chosen(fitted(6 * DAY, terms(serviceLevel)).model().orElseThrow()).violationShare();
      assertThat(share).isLessThanOrEqualTo(before);
      before = share;
    }
  }

  private static PeakModel.Trial chosen(PeakModel model) {
    return model.best().orElseThrow();
  }

  @Test
  void asManyScalingsAreFreeAsAnHpaWouldHaveMade() {
    PeakPlanner planner = planner();
    for (int minute = 0; minute < 6 * DAY; minute++) {
      double load = minute % DAY < 9 * 60 || minute % DAY >= 17 * 60 ? 180 : 360;
      planner.observe(MONDAY.plusSeconds(60L * minute), OptionalDouble.of(load));
    }
    // 180 ÷ 60 = 3 and 360 ÷ 60 = 6: one up and one down a day, in 3 days 6; 95 % of them
    assertThat(planner.fitDue(terms(0.95)).orElseThrow().run().freeScalings()).isEqualTo(5);
  }

  /** A wave of 600 to 1400 requests/s in four hours. */
  private static PeakModel.Trial chosenForWaves(double hpaPerReplica) {
    PeakPlanner planner = planner();
    for (int minute = 0; minute < 6 * DAY; minute++) {
      double load = 1000 + 400 * Math.sin(2 * Math.PI * minute / 240);
      planner.observe(MONDAY.plusSeconds(60L * minute), OptionalDouble.of(load));
    }
    PeakPlanner.Terms terms =
        new PeakPlanner.Terms(100, hpaPerReplica, LEAD, new Bounds(2, 40), Behavior.DEFAULT, 0.95);
    return chosen(planner.fitDue(terms).orElseThrow().run());
  }

  @Test
  void whereAnHpaScalesSeldomTheHysteresisIsWide() {
    // at 10,000 requests/s a replica an HPA stays at 2, at 60 it goes from 10 to 24 and back
    PeakModel.Trial besideSeldom = chosenForWaves(10_000);
    PeakModel.Trial besideOften = chosenForWaves(60);
    assertThat(besideSeldom.scalings()).isLessThan(besideOften.scalings());
    assertThat(besideSeldom.hysteresis().scaleInBand())
        .isGreaterThan(besideOften.hysteresis().scaleInBand());
  }

  @Test
  void saysTheSameAfterARestart() {
    PeakPlanner lived = planner();
    for (int minute = 0; minute < 5 * DAY + 600; minute++) {
      observe(lived, minute, minute + 1);
      lived.fitDue(terms(0.95)).ifPresent(fit -> lived.adopt(fit.run()));
    }
    PeakPlanner restarted = fitted(5 * DAY + 600, terms(0.95));
    assertThat(restarted.model().orElseThrow().boundary())
        .isEqualTo(lived.model().orElseThrow().boundary());
    assertThat(restarted.peak(LEAD)).isEqualTo(lived.peak(LEAD));
  }

  @Test
  void aMinuteThatIsUnknownHasNoPeak() {
    PeakPlanner planner = fitted(4 * DAY, terms(0.95));
    planner.observe(MONDAY.plusSeconds(60L * 4 * DAY), OptionalDouble.empty());
    assertThat(planner.peak(LEAD)).isEmpty();
  }

  @Test
  void settingsAreBounded() {
    assertThatThrownBy(() ->
            new PeakPlanner.Settings(
                Duration.ofHours(12), Duration.ofDays(1), Duration.ofDays(21), Duration.ofDays(14)))
        .hasMessage("peak.firstFitAfter PT12H must lie between PT30H and PT336H");
  }
}
