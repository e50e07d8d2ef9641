package io.tidecaster.decide;

/**
 * How much of the forecast's uncertainty is planned for.
 *
 * @param level the quantile of the load that the plan must bear, 0.95 for 95 %
 * @param factor what that quantile is multiplied by; 1 takes the forecast at its word
 */
public record Headroom(double level, double factor, Origin origin) {

  /** Where a headroom comes from. */
  public enum Origin {
    /** The service level as the user states it. */
    STATED,
    /** Found by replaying the scaler's own last weeks. */
    LEARNED
  }

  public Headroom {
    if (!(level >= 0.5 && level < 1)) {
      throw new IllegalArgumentException(
          "level %s must be at least 0.5 and below 1".formatted(level));
    }
    if (!(factor > 0 && Double.isFinite(factor))) {
      throw new IllegalArgumentException("factor %s must be above 0".formatted(factor));
    }
  }

  /** The forecast's own quantile at the service level, as it stands. */
  public static Headroom stated(double serviceLevel) {
    return new Headroom(serviceLevel, 1, Origin.STATED);
  }
}
