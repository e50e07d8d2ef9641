package io.tidecaster.size;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How often a CPU limit holds a container back.
 *
 * @param share of the periods of the last minute that were cut short; empty where unknown
 * @param mostShare more than this is throttling
 * @param limitFollows whether more CPU raises the limit too
 * @param floor what it is given at least; empty where it was not throttled lately
 */
public record Throttling(
    OptionalDouble share, double mostShare, boolean limitFollows, Optional<ThrottleFloor> floor) {

  /** Less than this is not given at this time. */
  long floorMillis(Instant at) {
    return floor.filter(known -> known.stands(at)).map(ThrottleFloor::millis).orElse(0L);
  }

  /** Whether a limit that nobody here may raise held it back lately. */
  public boolean isByForeignLimit(Instant at) {
    return !limitFollows && floorMillis(at) > 0;
  }

  /** What is seen of this minute, and what can be done about it, for a person. */
  public String sentence() {
    return share.isPresent() && share.getAsDouble() > mostShare
        ? "%s of its periods are throttled, more than %s%s"
            .formatted(percent(share.getAsDouble()), percent(mostShare), remedy())
        : lately();
  }

  /** The same of the last throttled minute. */
  public String lately() {
    return "more than %s of its periods were throttled at %s%s"
        .formatted(
            percent(mostShare), floor.map(ThrottleFloor::throttledAt).orElseThrow(), remedy());
  }

  private String remedy() {
    return limitFollows
        ? ""
        : ", and its limit stays; set controlledValues RequestsAndLimits, or raise the limit";
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(100 * share)
            .setScale(1, RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }
}
