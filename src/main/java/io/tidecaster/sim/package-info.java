/// Plays loads through the production forecast and decide code on a virtual clock.
@NullMarked
package io.tidecaster.sim;

import org.jspecify.annotations.NullMarked;
