package io.tidecaster.forecast;

/**
 * There is no forecast.
 *
 * @param detail value, bound and remedy for a person: {@code "12 min of history < 60 min"}
 */
public record NotReady(Reason reason, String detail) implements ForecastOutcome {

  /** Why; used word for word as label and condition reason. */
  public enum Reason {
    TOO_LITTLE_HISTORY("TooLittleHistory"),
    LOAD_UNKNOWN("LoadUnknown"),
    MODEL_FITTING("ModelFitting"),
    NOT_TRUSTED("NotTrusted"),
    /** Of what a container will use: the load is forecast, what it costs is not known. */
    USE_UNKNOWN("UseUnknown");

    private final String label;

    Reason(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }
}
