/// Turns raw samples of many replicas into one regular, gap-aware series a scaler.
@NullMarked
package io.tidecaster.history;

import org.jspecify.annotations.NullMarked;
