/// The vocabulary: which workload, its bounds, objective, policy and mode.
@NullMarked
package io.tidecaster.workload;

import org.jspecify.annotations.NullMarked;
