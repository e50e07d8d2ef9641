package io.tidecaster.history;

import io.tidecaster.workload.Scaler;
import io.tidecaster.workload.SeriesSelector;
import java.util.Optional;

/**
 * How the samples of each signal of a scaler are to be read.
 *
 * @param cpu empty where the scaler has no CPU signal
 * @param hasMemory whether it has a memory signal, which is a gauge
 */
public record SignalTypes(
    SeriesSelector.Type load, Optional<SeriesSelector.Type> cpu, boolean hasMemory) {

  /** Without a memory signal. */
  public SignalTypes(SeriesSelector.Type load, Optional<SeriesSelector.Type> cpu) {
    this(load, cpu, false);
  }

  /** The types that this scaler states. */
  public static SignalTypes of(Scaler scaler) {
    return new SignalTypes(
        scaler.load().series().type(),
        scaler.cpu().map(source -> source.series().type()),
        scaler.memory().isPresent());
  }
}
