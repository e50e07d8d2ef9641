/// Remote write, adapter JSON and Prometheus backfill become samples on Kafka; owns the serdes.
@NullMarked
package io.tidecaster.ingest;

import org.jspecify.annotations.NullMarked;
