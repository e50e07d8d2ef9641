package io.tidecaster;

import io.quarkus.arc.DefaultBean;
import io.tidecaster.workload.ScalerRoster;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The one roster of this process, into which whoever knows of scalers writes them. */
class RosterBean {

  @Produces
  @Singleton
  @DefaultBean
  ScalerRoster roster() {
    return new ScalerRoster();
  }
}
