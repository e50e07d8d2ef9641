/// The REST, SSE, KEDA and console face: what is served, and how errors are told.
///
/// It reads the [Board] and changes the [Modes]; both are ports that the root package fills.
///
/// The JSON that other programs see are the records named `…Json` and `…Page`, a contract that is
/// changed by adding alone: a property is always there, and null where its value is unknown. Times
/// are ISO 8601 in UTC, durations are seconds and say so in their name. A load is in the unit of
/// the scaler's load series: requests a second for a counter.
@NullMarked
package io.tidecaster.api;

import org.jspecify.annotations.NullMarked;
