package io.tidecaster.optimise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RiseMarginTest {
  private static final Instant NINE = Instant.parse("2026-03-02T09:00:00Z");

  private static PlannedLoads loads(double present, double soon) {
    return new PlannedLoads(present, soon, soon, List.of(soon), soon);
  }

  private static Instant at(int minute) {
    return NINE.plus(Duration.ofMinutes(minute));
  }

  private static RiseMargin margin() {
    return new RiseMargin(0.95, Duration.ofSeconds(90));
  }

  @Test
  void aPlanThatWasExceededRaisesThoseToCome() {
    RiseMargin margin = margin();
    margin.on(at(0), loads(100, 110));
    margin.observe(at(1), 105);
    margin.observe(at(2), 120);

    // 1 + 0.005 × (1 − 0.05)
    assertThat(margin.factor()).isEqualTo(1.00475);
    assertThat(margin.on(at(2), loads(120, 200)).soon()).isCloseTo(200.95, within(1e-9));
  }

  @Test
  void aPlanIsHeldAgainstItsOwnMinutesAlone() {
    RiseMargin margin = margin();
    margin.observe(at(0), 500);
    margin.on(at(0), loads(100, 110));
    margin.observe(at(1), 105);
    margin.observe(at(2), 110);
    margin.observe(at(3), 500);

    assertThat(margin.factor()).isEqualTo(1);
  }

  @Test
  void minutesOfWhichNothingIsKnownTeachNothing() {
    RiseMargin margin = margin();
    margin.on(at(0), loads(100, 110));
    margin.observe(at(30), 500);

    assertThat(margin.factor()).isEqualTo(1);
  }

  @Test
  void neverPlansForLessThanThereIs() {
    assertThat(margin().on(at(0), loads(100, 90)).soon()).isEqualTo(100);
  }

  @Test
  void doesNotGrowWithoutEnd() {
    RiseMargin margin = margin();
    for (int minute = 0; minute < 500; minute++) {
      margin.on(at(minute), loads(100, 100));
      margin.observe(at(minute + 1), 1000);
    }

    assertThat(margin.factor()).isEqualTo(1.3);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void soManyPlansHoldAsAreStatedWhereTheForecastIsTooLow(long seed) {
    Random random = new Random(seed);
    RiseMargin margin = margin();
    int exceeded = 0;
    int minutes = 20_000;
    double present = 100;
    double[] planned = new double[minutes];
    for (int minute = 0; minute < minutes; minute++) {
      planned[minute] = margin.on(at(minute), loads(present, 100)).soon();
      double before = present;
      present = 100 + 5 * random.nextGaussian();
      margin.observe(at(minute + 1), present);
      if (minute > 0 && Math.max(before, present) > planned[minute - 1]) {
        exceeded++;
      }
    }

    assertThat((double) exceeded / minutes).as("seed %d", seed).isBetween(0.03, 0.06);
  }

  @Test
  void aServiceLevelOfAllIsRefused() {
    assertThatThrownBy(() -> new RiseMargin(1, Duration.ofSeconds(90)))
        .hasMessage("serviceLevel 1.0 must lie between 0 and 1");
  }
}
