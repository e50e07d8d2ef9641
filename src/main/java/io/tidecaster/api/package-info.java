/// The REST, SSE and console face: what is served, and how errors are told.
///
/// It reads the [Board] and changes the [Modes]; both are ports that the root package fills.
@NullMarked
package io.tidecaster.api;

import org.jspecify.annotations.NullMarked;
