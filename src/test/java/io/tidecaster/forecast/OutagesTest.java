package io.tidecaster.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OutagesTest {
  private static final int PER_DAY = 24;

  @Test
  void forgetsALoadThatVanishedOnOneDay() {
    double[] values = Loads.daily(21 * PER_DAY, PER_DAY, 5, 1);
    Arrays.fill(values, 250, 256, 0);

    double[] cleaned = Outages.removed(Loads.bins(Loads.HOUR, values)).toArray();

    assertThat(Arrays.copyOfRange(cleaned, 250, 256)).containsOnly(Double.NaN);
    assertThat(cleaned[249]).isEqualTo(values[249]);
    assertThat(cleaned[256]).isEqualTo(values[256]);
  }

  @Test
  void keepsNightsThatAreAlwaysEmpty() {
    double[] values = Loads.daily(21 * PER_DAY, PER_DAY, 5, 1);
    for (int i = 0; i < values.length; i++) {
      values[i] = i % PER_DAY < 6 ? 0 : values[i];
    }
    Bins bins = Loads.bins(Loads.HOUR, values);

    assertThat(Outages.removed(bins)).isSameAs(bins);
  }

  @Test
  void keepsWeekendsThatAreAlwaysEmpty() {
    double[] values = Loads.daily(28 * PER_DAY, PER_DAY, 5, 1);
    for (int i = 0; i < values.length; i++) {
      values[i] = i / PER_DAY % 7 >= 5 ? 0 : values[i];
    }
    Bins bins = Loads.bins(Loads.HOUR, values);

    assertThat(Outages.removed(bins)).isSameAs(bins);
  }

  @Test
  void leavesTheLastDayAsItIs() {
    double[] values = Loads.daily(21 * PER_DAY, PER_DAY, 5, 1);
    Arrays.fill(values, values.length - 6, values.length, 0);
    Bins bins = Loads.bins(Loads.HOUR, values);

    assertThat(Outages.removed(bins)).isSameAs(bins);
  }

  @Test
  void keepsQuietHoursOfAnUnsteadyLoad() {
    double[] values = new double[21 * PER_DAY];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 5 == 0 ? 100 : 1;
    }
    Bins bins = Loads.bins(Loads.HOUR, values);

    assertThat(Outages.removed(bins)).isSameAs(bins);
  }
}
