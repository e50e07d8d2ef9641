@NullMarked
package io.tidecaster.size;

import org.jspecify.annotations.NullMarked;
