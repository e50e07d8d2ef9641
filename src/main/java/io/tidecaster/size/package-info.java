/// Says how large a container is to be, and how many replicas of which size bear a load at least
/// cost.
@NullMarked
package io.tidecaster.size;

import org.jspecify.annotations.NullMarked;
