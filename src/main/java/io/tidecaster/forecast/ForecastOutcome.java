package io.tidecaster.forecast;

/** A forecast, or the reason why there is none; never a zero in its place. */
public sealed interface ForecastOutcome permits Forecast, NotReady {}
