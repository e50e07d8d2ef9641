/// What was decided, forecast, switched and announced, written once and read whole by every
/// replica.
@NullMarked
package io.tidecaster.journal;

import org.jspecify.annotations.NullMarked;
