@NullMarked
package io.tidecaster.optimise;

import org.jspecify.annotations.NullMarked;
