package io.tidecaster.api;

import io.smallrye.mutiny.Uni;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.ScalerId;

/**
 * The modes in force and the way to change them. A change is written to Kafka before its {@code
 * Uni} completes; it fails with a {@link ProblemException} that the caller is to see, as {@link
 * Problem#unavailable} or {@link Problem#conflict}. No method blocks.
 */
public interface Modes {

  /** The installation's: the ceiling over each scaler's. */
  Mode installation();

  /** Sets the installation's mode. */
  Uni<Void> setInstallation(Mode mode);

  /** Sets the mode of a scaler that the board shows. */
  Uni<Void> setScaler(ScalerId id, Mode mode);

  /** Takes back what was set for a scaler; gives what it is then set to. */
  Uni<Mode> unsetScaler(ScalerId id);
}
