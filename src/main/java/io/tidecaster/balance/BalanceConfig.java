package io.tidecaster.balance;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often and how patiently balancers are asked. */
@ConfigMapping(prefix = "tidecaster.balance")
public interface BalanceConfig {

  /** How often a backend is looked at and made good. */
  @WithDefault("2s")
  Duration every();

  /** Longest time for one answer of HAProxy. */
  @WithDefault("2s")
  Duration timeout();

  /** For so long a HAProxy that did not answer is left alone. */
  @WithDefault("10s")
  Duration outageRespite();

  /** Most commands to one HAProxy in one look; what is more waits for the next. */
  @WithDefault("200")
  int commandsAtOnce();
}
