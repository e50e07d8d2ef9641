@NullMarked
package io.tidecaster.journal;

import org.jspecify.annotations.NullMarked;
