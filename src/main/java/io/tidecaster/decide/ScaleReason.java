package io.tidecaster.decide;

/** Why replicas change. */
public enum ScaleReason {
  /** The load that is forecast within the lead time needs more than there is. */
  FORECAST_ABOVE_CAPACITY("ForecastAboveCapacity"),
  /** The load of this moment needs more than there is. */
  LOAD_ABOVE_CAPACITY("LoadAboveCapacity"),
  /** Neither the load now nor the forecast needs what there is. */
  SURPLUS("Surplus"),
  /** The replicas lie outside the bounds. */
  OUT_OF_BOUNDS("OutOfBounds"),
  /** Their size is decided on with them, and so many cost least. */
  LEAST_COST("LeastCost");

  private final String label;

  ScaleReason(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
