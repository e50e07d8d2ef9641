@NullMarked
package io.tidecaster.feed;

import org.jspecify.annotations.NullMarked;
