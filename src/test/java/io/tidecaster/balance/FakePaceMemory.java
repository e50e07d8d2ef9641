package io.tidecaster.balance;

import io.tidecaster.pace.Pace;
import io.tidecaster.pace.PaceMemory;
import io.tidecaster.workload.ScalerId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps paces for as long as the test runs. */
final class FakePaceMemory implements PaceMemory {
  private final Map<ScalerId, Pace> kept = new ConcurrentHashMap<>();

  @Override
  public Optional<Pace> recall(ScalerId scaler) {
    return Optional.ofNullable(kept.get(scaler));
  }

  @Override
  public CompletableFuture<Void> keep(ScalerId scaler, Pace pace) {
    kept.put(scaler, pace);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> forget(ScalerId scaler) {
    kept.remove(scaler);
    return CompletableFuture.completedFuture(null);
  }
}
