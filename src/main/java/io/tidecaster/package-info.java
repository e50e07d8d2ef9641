/// Strings the stages together; owns the clock and the only mutable per-scaler state.
@NullMarked
package io.tidecaster;

import org.jspecify.annotations.NullMarked;
