package io.tidecaster;

import io.tidecaster.act.ScaleResult;
import io.tidecaster.decide.Decision;
import io.tidecaster.workload.Scaler;

/** Tells the cluster of what was decided and done; never in the way of either. */
interface Announcer {

  /** A scaling was tried. */
  void scaled(Scaler scaler, Decision decision, ScaleResult result);

  /** A decision was made. */
  void decided(Scaler scaler, Decision decision);

  /** For where there is no cluster to tell. */
  Announcer SILENT =
      new Announcer() {
        @Override
        public void scaled(Scaler scaler, Decision decision, ScaleResult result) {}

        @Override
        public void decided(Scaler scaler, Decision decision) {}
      };
}
