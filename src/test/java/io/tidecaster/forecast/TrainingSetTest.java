package io.tidecaster.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidecaster.calendar.Calendar;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrainingSetTest {
  private static final int PER_DAY = 288;

  @Test
  void learnsFromEveryMinuteOfTheHourThoughNotFromEveryOrigin() {
    Bins bins = Loads.bins(Duration.ofMinutes(5), Loads.daily(28 * PER_DAY, PER_DAY, 5, 1));
    FeatureSet set = new FeatureSet(Calendar.EMPTY, bins, 3);

    TrainingSet training = Boosting.training(set, bins, 12, 0);

    // 8064 origins × 12 bins ahead are 2.9 times what is learned from at most
    assertThat(training.rows()).isBetween(32_000, 33_100);
    int minute = set.features().indexOf(new FeatureSet.Feature("minuteOfHour", Cause.CLOCK));
    Set<Float> ofTheNextBin = new HashSet<>();
    for (int row = 0; row < training.rows(); row++) {
      if (training.features()[0][row] == 1) {
        ofTheNextBin.add(training.features()[minute][row]);
      }
    }
    assertThat(ofTheNextBin).hasSize(12);
  }
}
