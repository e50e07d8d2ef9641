package io.tidecaster;

import io.tidecaster.forecast.FitTask;
import io.tidecaster.forecast.FittedModel;
import io.tidecaster.ops.PipelineMeters;
import io.tidecaster.workload.ScalerId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Fits models in the background, one at a time a scaler, on threads that yield to the pipeline. */
final class FitPool implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(FitPool.class);

  private final Set<ScalerId> pending = ConcurrentHashMap.newKeySet();
  private final PipelineMeters meters;
  private final ExecutorService threads;

  @SuppressWarnings(
      "ThreadPriorityCheck") // a hint, where the platform takes it: nothing relies on it
  FitPool(int threads, PipelineMeters meters) {
    this.meters = meters;
    this.threads =
        Executors.newFixedThreadPool(
            threads,
            Thread.ofPlatform().name("fit-", 0).daemon().priority(Thread.MIN_PRIORITY).factory());
  }

  /** Sees to it that the line gets the model that is due; called with its lock held. */
  void fitWhereDue(ScalerLine line) {
    ScalerId id = line.scaler().id();
    if (line.fitDue().isPresent() && pending.add(id)) {
      threads.execute(() -> fit(id, line));
    }
  }

  /** Whether a fit of any scaler is waiting or running. */
  boolean isBusy() {
    return !pending.isEmpty();
  }

  private void fit(ScalerId id, ScalerLine line) {
    try {
      FitTask task = due(line);
      if (task == null) {
        return;
      }
      long start = System.nanoTime();
      FittedModel model = task.run();
      meters.fitted(System.nanoTime() - start);
      line.lock().lock();
      try {
        line.adopt(model);
      } finally {
        line.lock().unlock();
      }
    } catch (RuntimeException e) {
      meters.fitFailed();
      LOG.errorf(e, "%s: the model could not be fitted; the one before stays in force", id);
    } finally {
      pending.remove(id);
    }
  }

  private static @Nullable FitTask due(ScalerLine line) {
    line.lock().lock();
    try {
      return line.fitDue().orElse(null);
    } finally {
      line.lock().unlock();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
