@NullMarked
package io.tidecaster.act;

import org.jspecify.annotations.NullMarked;
