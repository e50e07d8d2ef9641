package io.tidecaster.size;

/**
 * The CPU that a container needs.
 *
 * @param nowMillis for what it does at this moment
 * @param aheadMillis for what is forecast until a resize that is asked for now has taken effect and
 *     the next decision is made
 * @param laterMillis for what is forecast until a new replica would bear load: it is no reason to
 *     grow yet, but one not to shrink
 */
public record SizeNeed(long nowMillis, long aheadMillis, long laterMillis) {
  public SizeNeed {
    if (nowMillis < 0 || aheadMillis < 0 || laterMillis < 0) {
      throw new IllegalArgumentException(
          "needs of %dm, %dm and %dm: none can be negative"
              .formatted(nowMillis, aheadMillis, laterMillis));
    }
  }

  /** One that looks no further ahead than a resize takes. */
  public SizeNeed(long nowMillis, long aheadMillis) {
    this(nowMillis, aheadMillis, 0);
  }

  /** For now and until a resize has taken effect. */
  public long millis() {
    return Math.max(nowMillis, aheadMillis);
  }
}
