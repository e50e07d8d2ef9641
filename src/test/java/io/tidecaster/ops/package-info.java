@NullMarked
package io.tidecaster.ops;

import org.jspecify.annotations.NullMarked;
