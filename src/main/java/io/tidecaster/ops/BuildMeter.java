package io.tidecaster.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;

/** {@code tidecaster_build_info}, to join other series with the version that made them. */
@Singleton
class BuildMeter implements MeterBinder {

  @Override
  public void bindTo(MeterRegistry registry) {
    Build build = Build.current();
    Gauge.builder("tidecaster.build.info", () -> 1)
        .description("Which Tidecaster this is; always 1.")
        .tag("version", build.version())
        .tag("commit", build.commit())
        .tag("runtime", InfoResource.runtime())
        .register(registry);
  }
}
