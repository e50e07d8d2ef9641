package io.tidecaster;

import io.tidecaster.api.ApiConfig;
import io.tidecaster.api.LocalGatekeeper;
import jakarta.inject.Singleton;

/**
 * The token that changes need where no cluster could be asked: the configured one, or a new one.
 */
@Singleton
final class LocalToken {
  private final String text;
  private final boolean isNew;

  LocalToken(ApiConfig config) {
    this.text = config.access().token().orElseGet(LocalGatekeeper::newToken);
    this.isNew = config.access().token().isEmpty();
  }

  String text() {
    return text;
  }

  /** Whether nobody knows it until it is told. */
  boolean isNew() {
    return isNew;
  }
}
