package io.tidecaster.ingest;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * How Prometheus is asked for the past.
 *
 * @param url of Prometheus, without {@code /api/v1}
 * @param authorization the header's value
 */
record BackfillSettings(
    URI url,
    Duration lookback,
    int pointsPerQuery,
    Duration timeout,
    int attempts,
    Duration retryAfter,
    long maxResponseBytes,
    Optional<String> authorization) {

  private static final int DEFAULT_POINTS = 10_000;
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final long DEFAULT_RESPONSE_BYTES = 32L << 20;
  private static final String PREFIX = "tidecaster.ingest.backfill.";

  BackfillSettings {
    if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
      throw new IllegalArgumentException("%surl %s is no http or https URL".formatted(PREFIX, url));
    }
    if (lookback.toMinutes() < 1) {
      throw new IllegalArgumentException(
          "%slookback %s must be at least a minute".formatted(PREFIX, lookback));
    }
    if (pointsPerQuery < 1 || pointsPerQuery > 11_000) {
      throw new IllegalArgumentException(
          "%spoints-per-query %d must lie between 1 and 11000, the most that Prometheus gives"
              .formatted(PREFIX, pointsPerQuery));
    }
    if (attempts < 1 || attempts > 10) {
      throw new IllegalArgumentException(
          "%sattempts %d must lie between 1 and 10".formatted(PREFIX, attempts));
    }
    if (!timeout.isPositive() || retryAfter.isNegative() || maxResponseBytes < 1) {
      throw new IllegalArgumentException(
          "%stimeout %s and max-response-size %d B must be above 0, retry-after %s not below"
              .formatted(PREFIX, timeout, maxResponseBytes, retryAfter));
    }
  }

  /** The service's defaults. */
  static BackfillSettings of(URI url, Duration lookback) {
    return new BackfillSettings(
        url,
        lookback,
        DEFAULT_POINTS,
        DEFAULT_TIMEOUT,
        3,
        Duration.ofSeconds(1),
        DEFAULT_RESPONSE_BYTES,
        Optional.empty());
  }

  /** Empty where no URL is configured. */
  static Optional<BackfillSettings> of(IngestConfig.Backfill config) {
    return config
        .url()
        .map(url ->
            new BackfillSettings(
                url,
                config.lookback(),
                config.pointsPerQuery(),
                config.timeout(),
                config.attempts(),
                config.retryAfter(),
                config.maxResponseSize().asLongValue(),
                authorization(config)));
  }

  private static Optional<String> authorization(IngestConfig.Backfill config) {
    if (config.username().isPresent() != config.password().isPresent()
        || (config.bearerToken().isPresent() && config.username().isPresent())) {
      throw new IllegalArgumentException(
          PREFIX + "bearer-token, or username with password, or neither; not another mixture");
    }
    return config
        .bearerToken()
        .map("Bearer "::concat)
        .or(() ->
            config.username().map(username -> basic(username, config.password().orElseThrow())));
  }

  private static String basic(String username, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
  }
}
