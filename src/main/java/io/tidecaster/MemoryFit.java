package io.tidecaster;

import io.tidecaster.forecast.FitTask;
import io.tidecaster.forecast.FittedModel;
import io.tidecaster.usage.MemoryForecaster;

/** A fit of what one container uses of memory that is due; {@link #run()} may run on any thread. */
record MemoryFit(MemoryForecaster forecaster, FitTask task) {

  /** One that is done, to be adopted under the lock of its line. */
  record Fitted(MemoryForecaster forecaster, FittedModel model) {
    void adopt() {
      forecaster.adopt(model);
    }
  }

  Fitted run() {
    return new Fitted(forecaster, task.run());
  }
}
