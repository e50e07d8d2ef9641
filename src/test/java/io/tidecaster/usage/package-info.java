@NullMarked
package io.tidecaster.usage;

import org.jspecify.annotations.NullMarked;
