package io.tidecaster.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.calendar.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AnnouncedEffectTest {
  private static final Instant NOW = Loads.MONDAY.plus(Duration.ofHours(1));

  /** 40 all the time, and 50 at the upper level. */
  private static final double[][] PLAIN = {filled(40), filled(50)};

  @Test
  void raisesTheStepsOfTheEventByItsFactor() {
    double[][] raised = effect(event(10, 20, 3, -60), 40);

    assertThat(raised[0][9]).isEqualTo(40);
    // 3 × 40, 3 × 50, from the tenth minute to the twentieth
    assertThat(raised[0][10]).isEqualTo(120);
    assertThat(raised[1][19]).isEqualTo(150);
    assertThat(raised[1][20]).isEqualTo(50);
  }

  @Test
  void doesNotKnowWhatWasNotAnnouncedYet() {
    assertThat(effect(event(10, 20, 3, 1), 40)).isEqualTo(PLAIN);
  }

  @Test
  void fadesAsTheLoadItselfShowsTheEvent() {
    // 10 minutes after the start a claim counts 1 − 10 ÷ 30; 40 was the load before
    double[][] raised = effect(event(-10, 30, 3, -60), 40);

    // 40 + 2/3 · (3 · 40 − 40), and the upper level 10 above what is claimed
    assertThat(raised[0][0]).isCloseTo(40 + 2.0 / 3 * 80, within(1e-9));
    assertThat(raised[1][0]).isCloseTo(50 + 2.0 / 3 * 80, within(1e-9));
  }

  @Test
  void countsForNothingHalfAnHourAfterTheStart() {
    assertThat(effect(event(-30, 30, 3, -60), 40)).isEqualTo(PLAIN);
  }

  @Test
  void countsForNothingWhereTheLoadBeforeIsUnknown() {
    assertThat(effect(event(-10, 30, 3, -60), Double.NaN)).isEqualTo(PLAIN);
  }

  @Test
  void widensTheBandWithinAnEventOfUnknownSize() {
    double[][] widened = effect(unsized(10, 20, Event.Origin.FEED), 40);

    // 40 at the median as before, and twice 10 above it
    assertThat(widened[0]).isEqualTo(PLAIN[0]);
    assertThat(widened[1][9]).isEqualTo(50);
    assertThat(widened[1][10]).isEqualTo(60);
    assertThat(widened[1][20]).isEqualTo(50);
  }

  @Test
  void widensNothingForAWholeDayNorForWhatTheCalendarKnows() {
    assertThat(effect(unsized(10, 7 * 60, Event.Origin.ANNOUNCED), 40)).isEqualTo(PLAIN);
    assertThat(effect(unsized(10, 20, Event.Origin.CALENDAR), 40)).isEqualTo(PLAIN);
  }

  @Test
  void takesTheLargestOfSeveral() {
    double[][] raised =
        AnnouncedEffect.on(
            PLAIN,
            past(40),
            Grid.MINUTES,
            calendar(event(10, 20, 3, -60), event(15, 20, 2, -60)),
            kind -> false);

    assertThat(raised[0][16]).isEqualTo(120);
  }

  @Test
  void leavesAKindThatWasLearnedToTheModel() {
    double[][] raised =
        AnnouncedEffect.on(
            PLAIN,
            past(40),
            Grid.MINUTES,
            calendar(event(10, 20, 3, -60)),
            kind -> kind.equals("campaign"));

    assertThat(raised).isEqualTo(PLAIN);
  }

  private static Event unsized(int start, int end, Event.Origin origin) {
    return new Event(
        NOW.plusSeconds(60L * start),
        NOW.plusSeconds(60L * end),
        "campaign",
        "",
        OptionalDouble.empty(),
        Instant.MIN,
        origin);
  }

  private static double[][] effect(Event event, double before) {
    return AnnouncedEffect.on(PLAIN, past(before), Grid.MINUTES, calendar(event), kind -> false);
  }

  private static LoadHistory past(double load) {
    return Loads.history(Duration.ofMinutes(1), filled(load));
  }

  private static Calendar calendar(Event... events) {
    return new Calendar(ZoneOffset.UTC, List.of(events));
  }

  /** Minutes from now. */
  private static Event event(int start, int end, double factor, int announced) {
    return new Event(
        NOW.plusSeconds(60L * start),
        NOW.plusSeconds(60L * end),
        "campaign",
        "",
        OptionalDouble.of(factor),
        NOW.plusSeconds(60L * announced));
  }

  private static double[] filled(double value) {
    double[] values = new double[60];
    Arrays.fill(values, value);
    return values;
  }
}
