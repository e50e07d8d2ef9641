/// Runs the production core over a user's own history and writes what it would have done.
@NullMarked
package io.tidecaster.backtest;

import org.jspecify.annotations.NullMarked;
