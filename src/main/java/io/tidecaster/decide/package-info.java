/// Turns forecast, observed load, capacity, policy and the time into a decision with its reason.
@NullMarked
package io.tidecaster.decide;

import org.jspecify.annotations.NullMarked;
