@NullMarked
package io.tidecaster.workload;

import org.jspecify.annotations.NullMarked;
