package io.tidecaster.ingest;

import io.tidecaster.workload.ScalerId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Writes records to {@code tidecaster.samples}. */
interface SampleOutlet {

  /**
   * Completes when all of them are acknowledged, exceptionally when one could not be written.
   *
   * @param records by their key
   */
  CompletableFuture<Void> write(Map<ScalerId, List<byte[]>> records);
}
