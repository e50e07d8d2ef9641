/// The one place that imports Smile: gradient boosted trees with quantile loss.
@NullMarked
package io.tidecaster.forecast.smile;

import org.jspecify.annotations.NullMarked;
