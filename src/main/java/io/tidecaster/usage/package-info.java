/** Forecasts the memory of a container, and learns how far beyond its forecasts it goes. */
@NullMarked
package io.tidecaster.usage;

import org.jspecify.annotations.NullMarked;
