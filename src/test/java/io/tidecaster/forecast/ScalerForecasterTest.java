package io.tidecaster.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidecaster.calendar.Calendar;
import io.tidecaster.calendar.WorkDays;
import io.tidecaster.history.Series;
import io.tidecaster.workload.ScalerId;
import io.tidecaster.workload.WorkCalendar;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalerForecasterTest {
  private static final ScalerId SCALER = new ScalerId("crm", "web");
  private static final Grid HOURS = new Grid(Loads.HOUR, 3);
  private static final int DAY = 24;

  @Test
  void saysThatHistoryIsTooShort() {
    ScalerForecaster forecaster = forecaster(Grid.MINUTES);
    forecaster.observe(Loads.MONDAY, OptionalDouble.of(5));

    assertThat(forecaster.forecast())
        .isEqualTo(
            new NotReady(
                NotReady.Reason.TOO_LITTLE_HISTORY,
                "1 of 15 values of PT1M known; wait for more, or backfill from Prometheus"));
  }

  @Test
  void carriesTheLastValueOnInTheFirstHour() {
    ScalerForecaster forecaster = forecaster(Grid.MINUTES);
    forecaster.observe(minutes(constant(20, 7)));

    Forecast forecast = (Forecast) forecaster.forecast();

    assertThat(forecast.model()).isEqualTo("LastValue");
    assertThat(forecast.horizon()).isEqualTo(60);
    assertThat(forecast.quantile(0.5, 60)).isEqualTo(7);
    assertThat(forecast.quantile(0.99, 60)).isGreaterThanOrEqualTo(7);
  }

  @Test
  void forecastsNothingWhileTheLoadIsUnknown() {
    ScalerForecaster forecaster = forecaster(Grid.MINUTES);
    forecaster.observe(minutes(constant(60, 7)));
    forecaster.observe(Loads.MONDAY.plus(Duration.ofMinutes(90)), OptionalDouble.empty());

    assertThat(forecaster.forecast())
        .isInstanceOfSatisfying(
            NotReady.class,
            notReady -> assertThat(notReady.reason()).isEqualTo(NotReady.Reason.LOAD_UNKNOWN));
  }

  @Test
  void bridgesAShortGap() {
    ScalerForecaster forecaster = forecaster(Grid.MINUTES);
    forecaster.observe(minutes(constant(60, 7)));
    forecaster.observe(Loads.MONDAY.plus(Duration.ofMinutes(70)), OptionalDouble.empty());

    assertThat(forecaster.forecast()).isInstanceOf(Forecast.class);
  }

  @Test
  void expectsNoMorningRampOnAPublicHoliday() {
    WorkCalendar bavarian =
        new WorkCalendar(
            ZoneId.of("Europe/Berlin"),
            Optional.of(new WorkCalendar.Region("DE", Optional.of("BY"))),
            List.of(),
            Set.of());
    Calendar calendar =
        new WorkDays(bavarian).between(Loads.MONDAY, Loads.MONDAY.plus(Duration.ofDays(40)));

    // Good Friday, 3 April 2026, 07:30 in Berlin; at 08:00 of a working day the load is 20 times
    // as high, and was so on each of the 23 before
    double known = medianBeforeGoodFriday(calendar);
    double unknown = medianBeforeGoodFriday(new Calendar(bavarian.zone(), List.of()));

    assertThat(unknown).isGreaterThan(250);
    assertThat(known).isLessThan(100);
  }

  private static double medianBeforeGoodFriday(Calendar calendar) {
    Grid grid = new Grid(Duration.ofMinutes(30), 4);
    Instant now = Instant.parse("2026-04-03T05:30:00Z");
    SplittableRandom random = new SplittableRandom(7);
    ScalerForecaster forecaster =
        new ScalerForecaster(SCALER, grid, calendar, ForecastSettings.DEFAULT);
    for (Instant at = Loads.MONDAY; at.isBefore(now); at = at.plus(grid.step())) {
      ZonedDateTime local = at.atZone(calendar.zone());
      boolean works =
          local.getDayOfWeek().getValue() <= 5 && local.getHour() >= 8 && local.getHour() < 18;
      forecaster.observe(at, OptionalDouble.of((works ? 400 : 20) * random.nextDouble(0.9, 1.1)));
    }
    forecaster.fitDue().map(FitTask::run).ifPresent(forecaster::adopt);
    return ((Forecast) forecaster.forecast()).quantile(0.5, 3);
  }

  @Test
  void rejectsATimeOffTheGrid() {
    ScalerForecaster forecaster = forecaster(Grid.MINUTES);
    forecaster.observe(Loads.MONDAY, OptionalDouble.of(1));

    assertThatThrownBy(() -> forecaster.observe(Loads.MONDAY.plusSeconds(90), OptionalDouble.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no start of a step");
  }

  @Test
  void ignoresAStepThatItHas() {
    ScalerForecaster forecaster = forecaster(Grid.MINUTES);
    forecaster.observe(minutes(constant(60, 7)));
    ForecastOutcome before = forecaster.forecast();

    forecaster.observe(Loads.MONDAY, OptionalDouble.of(1000));

    assertThat(forecaster.forecast()).isEqualTo(before);
  }

  @Test
  void fitsOnceADayAndNotBeforeThereIsADay() {
    ScalerForecaster forecaster = forecaster(HOURS);
    List<Instant> boundaries = new ArrayList<>();
    double[] load = Loads.daily(4 * DAY, DAY, 5, 1);
    for (int i = 0; i < load.length; i++) {
      forecaster.observe(Loads.MONDAY.plus(Loads.HOUR.multipliedBy(i)), OptionalDouble.of(load[i]));
      forecaster
          .fitDue()
          .ifPresent(task -> {
            boundaries.add(task.boundary());
            forecaster.adopt(task.run());
          });
    }

    assertThat(boundaries.getFirst()).isEqualTo(Loads.MONDAY.plus(Duration.ofDays(1)));
    for (int i = 2; i < boundaries.size(); i++) {
      assertThat(Duration.between(boundaries.get(i - 1), boundaries.get(i)))
          .isEqualTo(Duration.ofDays(1));
    }
    assertThat(boundaries).hasSizeBetween(3, 4);
  }

  @Test
  void spreadsTheFitsOfScalersOverTheDay() {
    long distinct =
        java.util.stream.IntStream.range(0, 40)
            .mapToObj(i -> {
              ScalerForecaster forecaster =
                  new ScalerForecaster(
                      new ScalerId("crm", "web-" + i),
                      HOURS,
                      Calendar.EMPTY,
                      ForecastSettings.DEFAULT);
              forecaster.observe(Loads.hourly(constant(5 * DAY, 1)));
              return forecaster.fitDue().orElseThrow().boundary();
            })
            .distinct()
            .count();

    // 40 scalers on 24 hours
    assertThat(distinct).isGreaterThan(12);
  }

  @Test
  void forecastsTheSameAfterARestart() {
    double[] load = Loads.daily(12 * DAY + 7, DAY, 20, 2);
    ScalerForecaster running = forecaster(HOURS);
    for (int i = 0; i < load.length; i++) {
      running.observe(Loads.MONDAY.plus(Loads.HOUR.multipliedBy(i)), OptionalDouble.of(load[i]));
      if (i > 9 * DAY) {
        running.fitDue().ifPresent(task -> running.adopt(task.run()));
      }
    }

    ScalerForecaster restarted = forecaster(HOURS);
    restarted.observe(Loads.hourly(load));
    restarted.fitDue().ifPresent(task -> restarted.adopt(task.run()));

    assertThat(restarted.forecast()).isEqualTo(running.forecast());
    assertThat(restarted.accuracy()).isEqualTo(running.accuracy());
    assertThat(restarted.evidence()).isEqualTo(running.evidence());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void knowsNoMoreOfAnOutageAfterARestart(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] load = Loads.daily(12 * DAY + random.nextInt(DAY), DAY, 10, seed);
    // it shows as an outage only once the day after it has come
    int outage = load.length - DAY - 8 + random.nextInt(4);
    Arrays.fill(load, outage, outage + 4, 0);
    ScalerForecaster running = forecaster(HOURS);
    for (int i = 0; i < load.length; i++) {
      running.observe(Loads.MONDAY.plus(Loads.HOUR.multipliedBy(i)), OptionalDouble.of(load[i]));
      if (i > 9 * DAY) {
        running.fitDue().ifPresent(task -> running.adopt(task.run()));
      }
    }

    ScalerForecaster restarted = fitted(load);

    assertThat(restarted.forecast()).isEqualTo(running.forecast());
    assertThat(restarted.accuracy()).isEqualTo(running.accuracy());
  }

  @Test
  void forecastsTheSameWheneverTheFitIsAdopted() {
    double[] load = Loads.daily(12 * DAY, DAY, 20, 3);
    ScalerForecaster prompt = forecaster(HOURS);
    prompt.observe(Loads.hourly(load));
    FitTask task = prompt.fitDue().orElseThrow();
    prompt.adopt(task.run());
    ScalerForecaster late = forecaster(HOURS);
    late.observe(Loads.hourly(load));
    FitTask lateTask = late.fitDue().orElseThrow();

    for (int i = 0; i < 5; i++) {
      Instant next = Loads.MONDAY.plus(Loads.HOUR.multipliedBy(load.length + i));
      prompt.observe(next, OptionalDouble.of(70 + i));
      late.observe(next, OptionalDouble.of(70 + i));
    }
    late.adopt(lateTask.run());

    assertThat(late.forecast()).isEqualTo(prompt.forecast());
    assertThat(late.accuracy()).isEqualTo(prompt.accuracy());
  }

  @Test
  void beatsTheSeasonalNaiveForecastOnADailyWave() {
    ScalerForecaster forecaster = fitted(Loads.daily(14 * DAY, DAY, 5, 4));

    assertThat(forecaster.accuracy().trusted()).isTrue();
    assertThat(forecaster.accuracy().skill()).isPositive();
    assertThat(forecaster.evidence()).extracting(Evidence::candidate).contains("SeasonalNaive");
    // the wave at hour 1.5, 2.5 and 3.5 of the day is about 100 + 50 × sin: 119 to 140
    Forecast forecast = (Forecast) forecaster.forecast();
    assertThat(forecast.quantile(0.5, 3)).isBetween(110.0, 140.0);
    assertThat(forecast.quantile(0.95, 3)).isBetween(forecast.quantile(0.5, 3), 160.0);
  }

  @Test
  void aPointForecastSpeaksAloneWhereItIsBetterByFarAndNotAtAllElse() {
    ScalerForecaster clockwork = fitted(Loads.daily(14 * DAY, DAY, 0, 4));
    ScalerForecaster noisy = fitted(Loads.daily(14 * DAY, DAY, 5, 4));

    // each day is as the one before: what was learned can only be worse
    assertThat(weightOfPointForecasts(clockwork)).isEqualTo(1);
    assertThat(weightOfPointForecasts(noisy)).isZero();
  }

  private static double weightOfPointForecasts(ScalerForecaster forecaster) {
    return forecaster.evidence().stream()
        .filter(evidence -> !Set.of("Boosting", "SmileTrees").contains(evidence.candidate()))
        .mapToDouble(Evidence::weight)
        .sum();
  }

  @Test
  void explainsAForecast() {
    ScalerForecaster forecaster = fitted(Loads.daily(14 * DAY, DAY, 5, 4));
    Explanation explanation =
        forecaster.explain((Forecast) forecaster.forecast(), List.of(2)).getFirst();

    assertThat(explanation.sentence()).startsWith("In 120 min the load is expected at ");
    assertThat(explanation.contributions())
        .extracting(Explanation.Contribution::cause)
        .contains("the course of the last days at this time");
  }

  /** Loads that have broken forecasters. */
  enum Awkward {
    CONSTANT,
    ALL_ZERO,
    ZERO_NIGHTS,
    MOSTLY_GAPS,
    ONE_SPIKE,
    NEGATIVE,
    TINY,
    HUGE,
    BEYOND_ALL_MEASURE,
    ONE_KNOWN_VALUE_A_DAY
  }

  @ParameterizedTest
  @EnumSource
  void saysSomethingFiniteAndAscendingWhateverTheLoad(Awkward awkward) {
    ScalerForecaster forecaster = fitted(load(awkward));

    switch (forecaster.forecast()) {
      case NotReady notReady -> assertThat(notReady.detail()).isNotBlank();
      // that quantiles are finite and ascend is the record's own invariant
      case Forecast forecast -> assertThat(forecast.horizon()).isEqualTo(3);
    }
    if (awkward == Awkward.ALL_ZERO) {
      assertThat(((Forecast) forecaster.forecast()).values())
          .allSatisfy(row -> assertThat(row).containsOnly(0.0));
    }
    if (awkward == Awkward.CONSTANT) {
      assertThat(((Forecast) forecaster.forecast()).values().getFirst()).containsOnly(8.0);
    }
  }

  private static double[] load(Awkward awkward) {
    SplittableRandom random = new SplittableRandom(9);
    double[] load = Loads.daily(9 * DAY, DAY, 10, 5);
    Arrays.setAll(
        load,
        i ->
            switch (awkward) {
              case CONSTANT -> 8;
              case ALL_ZERO -> 0;
              case ZERO_NIGHTS -> i % DAY < 8 ? 0 : load[i];
              case MOSTLY_GAPS -> random.nextInt(5) == 0 ? load[i] : Double.NaN;
              case ONE_SPIKE -> i == 150 ? 1e9 : load[i];
              case NEGATIVE -> -load[i];
              case TINY -> load[i] * 1e-300;
              case HUGE -> load[i] * 1e12;
              case BEYOND_ALL_MEASURE -> i % 10 == 0 ? 1e300 : load[i];
              case ONE_KNOWN_VALUE_A_DAY -> i % DAY == DAY - 1 ? load[i] : Double.NaN;
            });
    return load;
  }

  private static ScalerForecaster fitted(double[] load) {
    ScalerForecaster forecaster = forecaster(HOURS);
    forecaster.observe(Loads.hourly(load));
    forecaster.fitDue().ifPresent(task -> forecaster.adopt(task.run()));
    return forecaster;
  }

  private static ScalerForecaster forecaster(Grid grid) {
    return new ScalerForecaster(SCALER, grid, Calendar.EMPTY, ForecastSettings.DEFAULT);
  }

  private static Series minutes(double... values) {
    return Series.of(Loads.MONDAY, Duration.ofMinutes(1), values);
  }

  private static double[] constant(int size, double value) {
    double[] values = new double[size];
    Arrays.fill(values, value);
    return values;
  }
}
