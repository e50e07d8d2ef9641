package io.tidecaster.api;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** The clock that the root package brings along. */
@Alternative
@Dependent
public class FakeClock {

  @Produces
  @Alternative
  @Singleton
  InstantSource clock() {
    return InstantSource.system();
  }
}
