package io.tidecaster;

import io.quarkus.runtime.StartupEvent;
import io.tidecaster.api.ApiConfig;
import io.tidecaster.api.LocalGatekeeper;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

/**
 * The token that changes need where no cluster could be asked: the configured one, or a new one.
 */
@Singleton
final class LocalToken {
  private final String text;
  private final boolean isNew;
  private final boolean isAsked;

  LocalToken(ApiConfig config, ServiceConfig service) {
    this.text = config.access().token().orElseGet(LocalGatekeeper::newToken);
    this.isNew = config.access().token().isEmpty();
    this.isAsked = service.scalers().isPresent();
  }

  /** Before the start waits for anything; not at the first request. */
  void refuseShort(
      @Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE - 1) StartupEvent event) {
    if (isAsked) {
      LocalGatekeeper.requireLong(text);
    }
  }

  String text() {
    return text;
  }

  /** Whether nobody knows it until it is told. */
  boolean isNew() {
    return isNew;
  }
}
