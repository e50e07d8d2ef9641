package io.tidecaster.workload;

import java.util.Collection;
import java.util.Optional;

/** The scalers there are at this moment; whoever keeps state per scaler listens to it. */
public interface ScalerCatalog {

  /** A snapshot, ordered by id. */
  Collection<Scaler> scalers();

  Optional<Scaler> find(ScalerId id);

  /**
   * Tells the listener of each change from now on, one at a time, until the subscription is closed.
   * A listener that must see every scaler subscribes first and reads {@link #scalers()} then.
   */
  Subscription onChange(Listener listener);

  /** Hears of changes; must return at once. */
  @FunctionalInterface
  interface Listener {
    /**
     * A scaler has appeared, changed or gone.
     *
     * @param now the scaler from now on; empty where it is gone
     */
    void changed(ScalerId id, Optional<Scaler> now);
  }

  /** Ends when it is closed. */
  @FunctionalInterface
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
