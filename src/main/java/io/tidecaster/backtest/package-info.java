/// Answers what would have been: backtests of forecasts and of the closed loop, as commands.
@NullMarked
package io.tidecaster.backtest;

import org.jspecify.annotations.NullMarked;
