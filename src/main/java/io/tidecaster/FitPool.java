package io.tidecaster;

import io.tidecaster.decide.PeakFit;
import io.tidecaster.forecast.FitTask;
import io.tidecaster.ops.PipelineMeters;
import io.tidecaster.workload.ScalerId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

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
    boolean due =
        line.fitDue().isPresent()
            || line.peakFitDue().isPresent()
            || line.resizeFitDue().isPresent()
            || line.memoryFitDue().isPresent();
    if (due && pending.add(id)) {
      threads.execute(() -> fit(id, line));
    }
  }

  /** Whether a fit of any scaler is waiting or running. */
  boolean isBusy() {
    return !pending.isEmpty();
  }

  private void fit(ScalerId id, ScalerLine line) {
    try {
      fit(line, ScalerLine::fitDue, FitTask::run, ScalerLine::adopt, meters::forecastFitted);
      fit(line, ScalerLine::peakFitDue, PeakFit::run, ScalerLine::adopt, meters::peakFitted);
      fit(
          line,
          ScalerLine::resizeFitDue,
          PeakFit::run,
          ScalerLine::adoptForResizes,
          meters::peakFitted);
      fit(line, ScalerLine::memoryFitDue, MemoryFit::run, ScalerLine::adopt, meters::memoryFitted);
    } catch (RuntimeException e) {
      meters.fitFailed();
      LOG.errorf(e, "%s: the model could not be fitted; the one before stays in force", id);
    } finally {
      pending.remove(id);
    }
  }

  /** Takes what is due under the line's lock, works without it, and hands over under it again. */
  private <T, M> void fit(
      ScalerLine line,
      Function<ScalerLine, Optional<T>> due,
      Function<T, M> run,
      BiConsumer<ScalerLine, M> adopt,
      LongConsumer took) {
    Optional<T> task = locked(line, () -> due.apply(line));
    if (task.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    M model = run.apply(task.get());
    took.accept(System.nanoTime() - start);
    locked(
        line,
        () -> {
          adopt.accept(line, model);
          return model;
        });
  }

  private static <R> R locked(ScalerLine line, Supplier<R> action) {
    line.lock().lock();
    try {
      return action.get();
    } finally {
      line.lock().unlock();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
