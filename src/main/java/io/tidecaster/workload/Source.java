package io.tidecaster.workload;

import java.util.Optional;

/**
 * Where a signal of a workload comes from.
 *
 * @param series the samples as they arrive
 * @param query the same in PromQL, already a rate where {@code series} is a counter; for backfill
 */
public record Source(SeriesSelector series, Optional<String> query) {}
