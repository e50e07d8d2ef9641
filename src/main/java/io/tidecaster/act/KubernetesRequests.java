package io.tidecaster.act;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Requests to the API server, each within a time and retried once at most. */
final class KubernetesRequests {
  /** Who we are in {@code managedFields}. */
  static final String FIELD_MANAGER = "tidecaster";

  private static final int RETRIES = 1;
  private static final int RETRY_AFTER_MILLIS = 100;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");

  private final KubernetesClient client;

  KubernetesRequests(KubernetesClient client, Duration timeout) {
    RequestConfig bounded =
        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
            .withRequestTimeout(Math.toIntExact(timeout.toMillis()))
            .withRequestRetryBackoffLimit(RETRIES)
            .withRequestRetryBackoffInterval(RETRY_AFTER_MILLIS)
            .build();
    this.client = client.newClient(bounded).adapt(KubernetesClient.class);
  }

  /** The same client with these bounds, for what is more than a plain request. */
  KubernetesClient client() {
    return client;
  }

  JsonNode get(String path) {
    return send("GET", path, null);
  }

  /**
   * Sends a body and gives the answer's.
   *
   * @throws KubernetesClientException where there is no answer (code 0), or one that refuses
   */
  JsonNode send(String method, String path, @Nullable JsonNode body) {
    String answer = client.raw(path, method, body == null ? null : body.toString());
    try {
      return MAPPER.readTree(answer);
    } catch (JsonProcessingException e) {
      throw new KubernetesClientException("the answer to %s is no JSON".formatted(path), e);
    }
  }

  /** The path of a group and version: {@code /apis/apps/v1}, {@code /api/v1}. */
  static String root(String apiVersion) {
    return apiVersion.contains("/") ? "/apis/" + apiVersion : "/api/" + apiVersion;
  }

  /** Whether every part can stand in a path as it is; nothing from a spec may lead elsewhere. */
  static boolean arePathSegments(String... parts) {
    for (String part : parts) {
      if (!SEGMENT.matcher(part).matches()) {
        return false;
      }
    }
    return true;
  }

  /** What the API server said for a person; else what went wrong on the way to it. */
  static String sentence(KubernetesClientException e) {
    return Optional.ofNullable(e.getStatus())
        .map(status -> status.getMessage())
        .orElseGet(() -> rootMessage(e));
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
