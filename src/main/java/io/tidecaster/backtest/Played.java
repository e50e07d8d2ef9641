package io.tidecaster.backtest;

import io.tidecaster.sim.SimulatedFleet.Account;

/** How the load went with this service level. */
record Played(double serviceLevel, Account account) {}
