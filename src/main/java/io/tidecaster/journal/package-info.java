/// What was decided and forecast, written by the owner of a scaler and read whole by every replica.
@NullMarked
package io.tidecaster.journal;

import org.jspecify.annotations.NullMarked;
