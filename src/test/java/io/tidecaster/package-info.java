@NullMarked
package io.tidecaster;

import org.jspecify.annotations.NullMarked;
