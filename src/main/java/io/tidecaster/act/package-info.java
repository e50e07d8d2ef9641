/// Applies decisions to the cluster and tells of it.
@NullMarked
package io.tidecaster.act;

import org.jspecify.annotations.NullMarked;
