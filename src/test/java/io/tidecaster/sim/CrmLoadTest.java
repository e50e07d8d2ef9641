package io.tidecaster.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ranges are those of docs/crm-load.md, measured on real traces. */
class CrmLoadTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00+01:00");
  private static final int WEEKS = 4;
  private static final int DAY = 24 * 60;

  private static final Map<Long, double[]> FOUR_WEEKS = new ConcurrentHashMap<>();

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 3);
  }

  private static double[] fourWeeks(long seed) {
    return FOUR_WEEKS.computeIfAbsent(seed, s -> minutes(crm(s), MONDAY, WEEKS * 7 * DAY));
  }

  private static CrmLoad crm(long seed) {
    return new CrmLoad(CrmLoad.Settings.of(BERLIN, 300, seed));
  }

  private static double[] minutes(Load load, Instant from, int count) {
    double[] values = new double[count];
    Arrays.setAll(values, minute -> load.at(from.plusSeconds(60L * minute)));
    return values;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void swingsOverTheDayAndTheWeekAsRealLoadsDo(long seed) {
    double[] load = fourWeeks(seed);
    double[] hours = means(load, 60);
    double mean = Arrays.stream(load).average().orElseThrow();
    assertThat(Arrays.stream(load).max().orElseThrow() / mean).isBetween(2.6, 5.4);
    double[] ofDay = new double[24];
    for (int hour = 0; hour < hours.length; hour++) {
      ofDay[hour % 24] += hours[hour];
    }
    double least = Arrays.stream(ofDay).min().orElseThrow();
    assertThat(least / Arrays.stream(ofDay).max().orElseThrow()).isBetween(0.0, 0.4);
    double[] days = means(load, DAY);
    double weekend = 0;
    double week = 0;
    for (int day = 0; day < days.length; day++) {
      if (day % 7 >= 5) {
        weekend += days[day] / 2;
      } else {
        week += days[day] / 5;
      }
    }
    assertThat(weekend / week).isBetween(0.0, 0.9);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void resemblesItselfAfterAnHourADayAndAWeek(long seed) {
    double[] hours = means(fourWeeks(seed), 60);
    assertThat(autocorrelation(hours, 1)).isBetween(0.78, 0.96);
    assertThat(autocorrelation(hours, 24)).isBetween(0.62, 0.97);
    assertThat(autocorrelation(hours, 7 * 24)).isBetween(0.85, 0.995);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void scattersAroundItsHourAsRealCountsDo(long seed) {
    double[] load = fourWeeks(seed);
    double[] five = means(load, 5);
    double[] around = centredMean(five, 13);
    double[] sorted = around.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    double squares = 0;
    double dispersion = 0;
    int count = 0;
    for (int i = 6; i < five.length - 6; i++) {
      if (around[i] > median) {
        double deviation = five[i] - around[i];
        squares += Math.pow(deviation / around[i], 2);
        dispersion += Math.pow(deviation * 300, 2) / (around[i] * 300);
        count++;
      }
    }
    assertThat(Math.sqrt(squares / count)).isBetween(0.03, 0.30);
    assertThat(dispersion / count).isGreaterThan(2.9);
  }

  @Test
  void countsOfAMinuteHaveTheDispersionThatIsAskedFor() {
    double[] deviations = new double[20_000];
    CrmLoad crm = crm(1);
    double rates = 0;
    for (int minute = 0; minute < deviations.length; minute++) {
      Instant start = MONDAY.plusSeconds(60L * minute);
      double rate = crm.rate(start.plusSeconds(30)) * 60;
      deviations[minute] = Math.pow(crm.at(start) * 60 - rate, 2) / rate;
      rates += (crm.at(start) * 60 - rate) / rate;
    }
    // variance ÷ mean is 3; its standard error here about 0.03
    assertThat(Arrays.stream(deviations).average().orElseThrow()).isCloseTo(3, within(0.15));
    assertThat(rates / deviations.length).isCloseTo(0, within(0.002));
  }

  @Test
  void keepsOfficeHoursAcrossTheClockChange() {
    CrmLoad crm = new CrmLoad(new CrmLoad.Settings(BERLIN, 300, 1, 1, 0, List.of(), 7));
    // clocks go forward on 29 March 2026: 10:00 is 09:00Z on Friday 27 and 08:00Z on Monday 30
    double friday = hourFrom(crm, "2026-03-27T09:00:00Z");
    double monday = hourFrom(crm, "2026-03-30T08:00:00Z");
    assertThat(friday / 300).isCloseTo(1, within(0.15));
    assertThat(monday / 300).isCloseTo(1, within(0.15));
  }

  @Test
  void dipsAtLunchAndPeaksAtMonthEnd() {
    CrmLoad crm = new CrmLoad(new CrmLoad.Settings(BERLIN, 300, 1, 1.25, 0, List.of(), 7));
    double ten = hourFrom(crm, "2026-03-24T09:00:00Z");
    assertThat(hourFrom(crm, "2026-03-24T10:30:00Z")).isLessThan(ten);
    // Tuesday 31 March is the last working day
    assertThat(hourFrom(crm, "2026-03-31T08:00:00Z") / ten).isCloseTo(1.25, within(0.2));
  }

  @Test
  void aCampaignComesOnTop() {
    Instant start = Instant.parse("2026-03-24T09:00:00Z");
    CrmLoad.Settings settings = new CrmLoad.Settings(BERLIN, 300, 1, 1, 0, List.of(), 7);
    Load without = new CrmLoad(settings);
    Load with =
        new CrmLoad(
            settings.withCampaigns(
                List.of(new CrmLoad.Campaign(start, 1, Duration.ofMinutes(30)))));
    assertThat(with.at(start.minusSeconds(60))).isEqualTo(without.at(start.minusSeconds(60)));
    // after 30 minutes a half of the busiest hour is left on top
    Instant later = start.plus(Duration.ofMinutes(30));
    assertThat(hourFrom(with, later.toString()) - hourFrom(without, later.toString()))
        .isBetween(75.0, 150.0);
  }

  @Test
  void theSameSeedGivesTheSameLoadInAnyOrder() {
    Instant one = Instant.parse("2026-03-24T09:00:00Z");
    Instant other = Instant.parse("2026-03-25T09:00:00Z");
    CrmLoad forward = crm(5);
    CrmLoad backward = crm(5);
    double first = forward.at(one);
    double second = forward.at(other);
    assertThat(backward.at(other)).isEqualTo(second);
    assertThat(backward.at(one)).isEqualTo(first);
    assertThat(crm(6).at(one)).isNotEqualTo(first);
  }

  @Test
  void rejectsWhatCannotBe() {
    assertThatThrownBy(() -> new CrmLoad.Settings(BERLIN, 300, 0.5, 1.25, 1, List.of(), 1))
        .hasMessage("dispersion 0.5 must be at least 1, that of a Poisson process");
    assertThatThrownBy(() -> new CrmLoad.Campaign(MONDAY, 0, Duration.ofMinutes(30)))
        .hasMessage("campaign of extra 0.0 and half-life PT30M: both must be above 0");
  }

  private static double hourFrom(Load load, String start) {
    return Arrays.stream(minutes(load, Instant.parse(start), 60)).average().orElseThrow();
  }

  private static double[] means(double[] values, int width) {
    double[] means = new double[values.length / width];
    for (int i = 0; i < means.length * width; i++) {
      means[i / width] += values[i] / width;
    }
    return means;
  }

  private static double[] centredMean(double[] values, int width) {
    double[] means = new double[values.length];
    for (int i = width / 2; i < values.length - width / 2; i++) {
      for (int j = i - width / 2; j <= i + width / 2; j++) {
        means[i] += values[j] / width;
      }
    }
    return means;
  }

  private static double autocorrelation(double[] values, int lag) {
    int n = values.length - lag;
    double[] a = Arrays.copyOfRange(values, 0, n);
    double[] b = Arrays.copyOfRange(values, lag, values.length);
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < n; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }
}
