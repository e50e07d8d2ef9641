package io.tidecaster.api;

import io.smallrye.mutiny.Multi;
import io.tidecaster.decide.Decision;
import io.tidecaster.forecast.ForecastReport;
import io.tidecaster.workload.ScalerId;
import java.util.List;
import java.util.Optional;

/**
 * What is known about all scalers, as this replica has it in memory. No method blocks; all may be
 * called from any thread.
 */
public interface Board {

  /** All scalers, ascending by id. */
  List<ScalerState> scalers();

  /** Empty where there is no such scaler. */
  Optional<ScalerState> scaler(ScalerId id);

  /** What is told of a scaler's forecasts; empty before the first, and for an unknown scaler. */
  Optional<ForecastReport> report(ScalerId id);

  /**
   * Decisions on a scaler, newest first, no two at the same time; none for an unknown scaler. How
   * far back they reach is the board's own bound.
   */
  List<Decision> decisions(ScalerId id, DecisionRange range);

  /**
   * A bell: the id of a scaler after the board shows something new of it, or shows it no more. Hot;
   * rings may be dropped or run together, since who listens reads the board.
   */
  Multi<ScalerId> changes();
}
