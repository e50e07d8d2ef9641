package io.tidecaster.forecast;

/**
 * How one candidate did on origins that it was not fitted on.
 *
 * @param candidate its name: {@code SeasonalNaive}
 * @param pinball mean pinball loss over all levels and leads, in the unit of the load
 * @param weight its share in the forecast, 0 to 1
 */
public record Evidence(String candidate, double pinball, double weight) {}
