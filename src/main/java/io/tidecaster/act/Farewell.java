package io.tidecaster.act;

import io.tidecaster.crd.v1alpha1.KubernetesScalerCatalog;
import java.time.Duration;

/**
 * Gives back what deleted PredictiveScalers still hold, again and again until it is given back: the
 * API server keeps them that long. Every replica does so; the second finds nothing left to do.
 */
public final class Farewell implements AutoCloseable {
  private final Thread thread;

  /**
   * Starts to look.
   *
   * @param every how often
   */
  public Farewell(KubernetesScalerCatalog catalog, HpaFloors floors, Duration every) {
    this.thread =
        Thread.ofVirtual()
            .name("farewell")
            .start(() -> {
              try {
                while (true) {
                  catalog.leaving().forEach(floors::release);
                  Thread.sleep(every);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
