/// Turns a series and a calendar into quantiles, or says why it cannot.
@NullMarked
package io.tidecaster.forecast;

import org.jspecify.annotations.NullMarked;
