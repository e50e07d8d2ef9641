package io.tidecaster.act;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Requests to the API server, each answered within a time and retried once at most. An exception's
 * message is what the API server said, or why it said nothing.
 */
public final class KubernetesRequests {
  /** Who we are in {@code managedFields}. */
  static final String FIELD_MANAGER = "tidecaster";

  private static final int RETRIES = 1;
  private static final int RETRY_AFTER_MILLIS = 100;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");

  private final HttpClient http;
  private final String server;
  private final Duration timeout;

  /**
   * Requests with this client's server and credentials.
   *
   * @param timeout of one request, its retry included
   */
  public KubernetesRequests(KubernetesClient client, Duration timeout) {
    RequestConfig bounded =
        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
            .withRequestRetryBackoffLimit(RETRIES)
            .withRequestRetryBackoffInterval(RETRY_AFTER_MILLIS)
            .build();
    this.http = client.newClient(bounded).getHttpClient();
    this.server = client.getMasterUrl().toString().replaceAll("/+$", "");
    this.timeout = timeout;
  }

  /**
   * What stands at a path.
   *
   * @throws KubernetesClientException as {@link #send}
   */
  public JsonNode get(String path) {
    return answer(http.newHttpRequestBuilder().uri(server + path), path);
  }

  /**
   * The pods that a label selector, as its text, chooses.
   *
   * @throws KubernetesClientException as {@link #send}
   */
  JsonNode pods(String namespace, String selector) {
    return get("/api/v1/namespaces/%s/pods?labelSelector=%s"
            .formatted(namespace, URLEncoder.encode(selector, StandardCharsets.UTF_8)))
        .path("items");
  }

  /**
   * Sends a body and gives the answer's.
   *
   * @throws KubernetesClientException where there is no answer (a code below 100), or one that
   *     refuses
   */
  public JsonNode send(Method method, String path, JsonNode body) {
    return answer(
        http.newHttpRequestBuilder()
            .uri(server + path)
            .method(method.verb, method.contentType, body.toString()),
        path);
  }

  /** Ways of writing. */
  public enum Method {
    CREATE("POST", "application/json"),
    REPLACE("PUT", "application/json"),
    /** RFC 7386: what is given is set, a null removes. */
    MERGE("PATCH", "application/merge-patch+json"),
    /** Kubernetes' own: lists are merged by the names of their elements. */
    STRATEGIC("PATCH", "application/strategic-merge-patch+json"),
    /** Server-side apply. */
    APPLY("PATCH", "application/apply-patch+yaml");

    private final String verb;
    private final String contentType;

    Method(String verb, String contentType) {
      this.verb = verb;
      this.contentType = contentType;
    }
  }

  /** The client's own calls wait without end where a server takes a request and says nothing. */
  private JsonNode answer(HttpRequest.Builder request, String path) {
    var pending =
        http.sendAsync(
            request.timeout(timeout.toMillis(), TimeUnit.MILLISECONDS).build(), String.class);
    try {
      HttpResponse<String> response = pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!response.isSuccessful()) {
        throw refused(response, path);
      }
      return MAPPER.readTree(response.body());
    } catch (TimeoutException e) {
      pending.cancel(true);
      throw new KubernetesClientException("no answer within " + timeout, e);
    } catch (ExecutionException e) {
      throw new KubernetesClientException("no answer: " + rootMessage(e), e);
    } catch (JsonProcessingException e) {
      throw new KubernetesClientException("the answer to %s is no JSON".formatted(path), e);
    } catch (InterruptedException e) {
      pending.cancel(true);
      Thread.currentThread().interrupt();
      throw new KubernetesClientException("interrupted while waiting for " + path, e);
    }
  }

  private static KubernetesClientException refused(HttpResponse<String> response, String path) {
    String body = response.body() == null ? "" : response.body();
    String sentence = "%d %s".formatted(response.code(), response.message());
    try {
      sentence = MAPPER.readTree(body).path("message").asText(sentence);
    } catch (JsonProcessingException e) {
      sentence += " at " + path; // a proxy's page rather than the API server's Status
    }
    return new KubernetesClientException(sentence, response.code(), null);
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

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
