package io.tidecaster.size;

/**
 * The CPU that a container needs.
 *
 * @param nowMillis for what it does at this moment
 * @param aheadMillis for what is forecast until a resize that is asked for now has taken effect and
 *     the next decision is made
 */
public record SizeNeed(long nowMillis, long aheadMillis) {
  public SizeNeed {
    if (nowMillis < 0 || aheadMillis < 0) {
      throw new IllegalArgumentException(
          "needs of %dm and %dm: neither can be negative".formatted(nowMillis, aheadMillis));
    }
  }

  /** For both. */
  public long millis() {
    return Math.max(nowMillis, aheadMillis);
  }
}
