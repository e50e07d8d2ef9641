/// Decides how many replicas of which size bear a load at least cost, minute by minute.
@NullMarked
package io.tidecaster.optimise;

import org.jspecify.annotations.NullMarked;
