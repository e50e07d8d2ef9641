package io.tidecaster.optimise;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.decide.Decider;
import io.tidecaster.decide.PeakPlanner;
import io.tidecaster.forecast.NotReady;
import io.tidecaster.workload.ScalerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ResizePlannerTest {
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");
  private static final int DAY = 24 * 60;
  private static final double LARGEST_EACH = 400;
  private static final NotReady NO_FORECAST =
      new NotReady(NotReady.Reason.TOO_LITTLE_HISTORY, "too little");

  private static ResizePlanner.Settings settings(int resizeSeconds) {
    return new ResizePlanner.Settings(
        Duration.ofSeconds(resizeSeconds), Duration.ofMinutes(1), 0.95);
  }

  private static ResizePlanner planner() {
    return new ResizePlanner(
        new PeakPlanner(
            new ScalerId("crm", "crm"), PeakPlanner.Settings.DEFAULT, Decider.Settings.DEFAULT),
        settings(30));
  }

  private static Instant minute(int minute) {
    return MONDAY.plusSeconds(60L * minute);
  }

  /** 1000 requests/s, a fifth more or less from minute to minute. */
  private static double restless(int minute) {
    return 1000 * (1 + 0.2 * new SplittableRandom(minute).nextDouble(-1, 1));
  }

  private static void observe(ResizePlanner planner, int from, int to) {
    for (int i = from; i < to; i++) {
      planner.observe(minute(i), OptionalDouble.of(restless(i)));
    }
  }

  private static PlannedLoads plan(ResizePlanner planner, int minute) {
    return planner.plan(
        minute(minute), restless(minute - 1), NO_FORECAST, Duration.ofMinutes(3), Optional.empty());
  }

  @Test
  void nothingIsLearnedBeforeTwoDays() {
    ResizePlanner planner = planner();
    observe(planner, 0, 2 * DAY - 1);

    assertThat(planner.fitDue(LARGEST_EACH)).isEmpty();
  }

  /** The share of two hours whose plans the next two minutes exceed. */
  private static double exceeded(ResizePlanner planner, int from) {
    int exceeded = 0;
    for (int i = from; i < from + 120; i++) {
      double planned = plan(planner, i).soon();
      exceeded += Math.max(restless(i), restless(i + 1)) > planned ? 1 : 0;
      observe(planner, i, i + 1);
    }
    return exceeded / 120.0;
  }

  @Test
  void whatIsLearnedOfThePastHoldsForWhatComes() {
    ResizePlanner unlearned = planner();
    observe(unlearned, 0, DAY);
    ResizePlanner learned = planner();
    observe(learned, 0, 4 * DAY);
    learned.fitDue(LARGEST_EACH).ifPresent(fit -> learned.adopt(fit.run()));

    // a minute is the largest of three in a third of the cases
    assertThat(exceeded(unlearned, DAY)).isGreaterThan(0.4);
    assertThat(exceeded(learned, 4 * DAY)).isLessThan(0.1);
  }

  @Test
  void theLargestOfFourHoursOutlivesAnotherPace() {
    ResizePlanner planner = planner();
    planner.observe(minute(0), OptionalDouble.of(5000));
    planner.observe(minute(1), OptionalDouble.of(400));

    assertThat(plan(planner.under(settings(150)), 239).largestLate()).isEqualTo(5000);
    assertThat(plan(planner.under(settings(150)), 242).largestLate()).isLessThan(5000);
  }

  @Test
  void withoutAForecastOrAnythingLearnedTheLoadOfTheMomentCounts() {
    ResizePlanner planner = planner();

    assertThat(plan(planner, 30).soon()).isEqualTo(restless(29));
  }
}
