package io.tidecaster;

import io.smallrye.mutiny.Uni;
import io.tidecaster.api.Modes;
import io.tidecaster.api.Problem;
import io.tidecaster.api.ProblemException;
import io.tidecaster.journal.ModeSwitch;
import io.tidecaster.workload.Mode;
import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.ScalerCatalog;
import io.tidecaster.workload.ScalerId;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Switches modes for all replicas. */
final class SwitchedModes implements Modes {
  private final ScalerCatalog catalog;
  private final ModeSwitch modes;

  SwitchedModes(ScalerCatalog catalog, ModeSwitch modes) {
    this.catalog = catalog;
    this.modes = modes;
  }

  @Override
  public Mode installation() {
    return modes.installation();
  }

  @Override
  public Uni<Void> setInstallation(Mode mode) {
    return written(() -> modes.switchInstallation(mode));
  }

  @Override
  public Uni<Void> setScaler(ScalerId id, Mode mode) {
    return found(id).flatMap(scaler -> written(() -> modes.switchScaler(scaler, mode)));
  }

  @Override
  public Uni<Mode> unsetScaler(ScalerId id) {
    return found(id)
        .flatMap(scaler -> written(() -> modes.unswitchScaler(id)).map(_ -> modes.own(scaler)));
  }

  private Uni<Scaler> found(ScalerId id) {
    return Uni.createFrom()
        .item(() ->
            catalog
                .find(id)
                .orElseThrow(() ->
                    new ProblemException(
                        Problem.conflict(
                            "scaler %s has just gone; there is nothing to switch".formatted(id)))));
  }

  private static Uni<Void> written(Supplier<CompletableFuture<Void>> write) {
    return Uni.createFrom()
        .completionStage(write)
        .onFailure()
        .transform(failure ->
            new ProblemException(
                Problem.unavailable(
                    "Kafka did not take the switch: %s; try again".formatted(failure.getMessage())),
                failure));
  }
}
