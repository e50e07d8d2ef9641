@NullMarked
package io.tidecaster.ingest;

import org.jspecify.annotations.NullMarked;
