package io.tidecaster.act;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How Tidecaster talks to the Kubernetes API. */
@ConfigMapping(prefix = "tidecaster.kubernetes")
public interface KubernetesConfig {

  /** The one namespace whose PredictiveScalers are served; all where it is not given. */
  Optional<String> namespace();

  /** Longest time for one request and its retry, 1ms to 30s. */
  @WithDefault("3s")
  Duration requestTimeout();

  /** After a request without an answer, no workload is asked for within this time. */
  @WithDefault("5s")
  Duration outageRespite();

  /** After a refused Event, status or resize, no other is tried within this time. */
  @WithDefault("5m")
  Duration forbiddenRespite();

  /** After somebody undid our scaling, the workload is left to them for this long. */
  @WithDefault("10m")
  Duration handsOff();

  /** For how long a kind's place in the API is remembered, above 0. */
  @WithDefault("10m")
  Duration discoveryMaxAge();

  /** For how long a namespace's quotas and disruption budgets are remembered, up to 10m. */
  @WithDefault("30s")
  Duration roomMaxAge();

  /** For how long it is remembered which HPAs a namespace has, 0s to 30s. */
  @WithDefault("5s")
  Duration ownerMaxAge();

  /** Most Events, and most statuses, that wait to be written, at least 1. */
  @WithDefault("10000")
  int queue();

  /** Events, and statuses, that are written at once, 1 to 32. */
  @WithDefault("4")
  int writers();
}
