/// The JSON that other programs see: a contract that is changed by adding alone.
///
/// A property is always there, and null where its value is unknown. Times are ISO 8601 in UTC,
/// durations are seconds, and say so in their name. A load is in the unit of the scaler's load
/// series: requests a second for a counter.
@NullMarked
package io.tidecaster.api.json;

import org.jspecify.annotations.NullMarked;
