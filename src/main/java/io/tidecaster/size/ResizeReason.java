package io.tidecaster.size;

/** Why a size changes. */
public enum ResizeReason {
  /** What is forecast until a resize takes effect needs a larger size. */
  FORECAST_ABOVE_SIZE("ForecastAboveSize"),
  /** What is used at this moment needs a larger size. */
  USE_ABOVE_SIZE("UseAboveSize"),
  /** A CPU limit holds it back: it needs more than it uses. */
  THROTTLED("Throttled"),
  /** Neither what is used nor what is forecast needs the size there is. */
  OVERSIZED("Oversized"),
  /** The size lies outside the bounds. */
  SIZE_OUT_OF_BOUNDS("SizeOutOfBounds");

  private final String label;

  ResizeReason(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
