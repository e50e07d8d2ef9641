package io.tidecaster.pace;

import io.tidecaster.workload.ScalerId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The border to where paces are kept, for whichever replica goes on. Safe for many threads. */
public interface PaceMemory {
  /** Where nothing outlives the process. */
  PaceMemory NONE =
      new PaceMemory() {
        @Override
        public Optional<Pace> recall(ScalerId scaler) {
          return Optional.empty();
        }

        @Override
        public CompletableFuture<Void> keep(ScalerId scaler, Pace pace) {
          return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> forget(ScalerId scaler) {
          return CompletableFuture.completedFuture(null);
        }
      };

  /** What was kept last, by whichever replica. */
  Optional<Pace> recall(ScalerId scaler);

  /** Completes when it is kept, exceptionally when it could not be. */
  CompletableFuture<Void> keep(ScalerId scaler, Pace pace);

  /** Completes when nothing is kept any more. */
  CompletableFuture<Void> forget(ScalerId scaler);
}
