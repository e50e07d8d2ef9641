/// The REST, SSE and console face: what is served, and how errors are told.
@NullMarked
package io.tidecaster.api;

import org.jspecify.annotations.NullMarked;
