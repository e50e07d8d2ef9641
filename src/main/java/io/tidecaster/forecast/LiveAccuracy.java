package io.tidecaster.forecast;

import java.time.Duration;
import java.util.List;

/**
 * How the forecasts that were issued have done since, and whether to act on the next.
 *
 * @param trusted falls when the forecasts do worse than the seasonal naive ones, and returns only
 *     once they do clearly better
 * @param scored forecasts whose whole horizon has come
 * @param skill 1 − pinball ÷ the seasonal naive's pinball over all leads; 0.3 is 30 % less loss
 * @param leads by time ahead
 */
public record LiveAccuracy(boolean trusted, long scored, double skill, List<Lead> leads) {

  public LiveAccuracy {
    leads = List.copyOf(leads);
  }

  /**
   * One bin ahead.
   *
   * @param ahead from the origin to the end of the bin
   * @param pinball mean over the levels, in the unit of the load, older forecasts counting less
   * @param naivePinball the seasonal naive's
   * @param coverage share of loads at or under each level's quantile, in the order of the levels
   */
  public record Lead(Duration ahead, double pinball, double naivePinball, List<Double> coverage) {
    public Lead {
      coverage = List.copyOf(coverage);
    }

    /** 1 − pinball ÷ naive pinball; 0 where nothing was scored. */
    public double skill() {
      return naivePinball > 0 ? 1 - pinball / naivePinball : 0;
    }
  }
}
