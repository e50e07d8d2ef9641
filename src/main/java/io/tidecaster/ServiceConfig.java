package io.tidecaster;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What the installation as a whole is told. */
@ConfigMapping(prefix = "tidecaster.service")
interface ServiceConfig {

  /** The installation's mode, the ceiling over each scaler's: Advisory, Enforcing or Paused. */
  @WithDefault("Advisory")
  String mode();

  /**
   * PredictiveScaler YAML, a file or a directory; where unset, scalers are read from the Kubernetes
   * API.
   */
  Optional<Path> scalers();

  /** Which replica of Tidecaster this is, for the Events it writes: in a cluster its pod's name. */
  @WithDefault("${HOSTNAME:tidecaster}")
  String instance();

  /** What the journal keeps in memory. */
  Journal journal();

  /** Bounds of the journal in memory. */
  interface Journal {

    /** How far back in time decisions are read at the start. */
    @WithDefault("48h")
    Duration readBack();

    /** Decisions of one scaler. */
    @WithDefault("2880")
    int perScaler();

    /** Decisions of all scalers together, as long as each may keep 60. */
    @WithDefault("200000")
    int inAll();
  }
}
