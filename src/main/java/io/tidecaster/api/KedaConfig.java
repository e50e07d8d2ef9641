package io.tidecaster.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How KEDA is answered. */
@ConfigMapping(prefix = "tidecaster.keda")
public interface KedaConfig {

  /** The port of the external scaler, plain gRPC; KEDA is not served where unset. 0 takes any. */
  Optional<Integer> port();

  /** The address to listen on. */
  @WithDefault("0.0.0.0")
  String host();

  /** A decision that is older is no answer: KEDA is told so, and does as its fallback says. */
  @WithDefault("3m")
  Duration freshFor();

  /** Streams of activity that are open at once, each of one trigger; more are refused. */
  @WithDefault("2000")
  int streams();
}
