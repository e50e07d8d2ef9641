package io.tidecaster.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The few HTTP calls the tests' own servers need, all with a time limit. */
final class Http {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** HTTP/1.1, because some of the servers here break off an upgrade they do not know. */
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private Http() {}

  static HttpResponse<String> get(URI uri) {
    return send(HttpRequest.newBuilder(uri).GET());
  }

  /** With a bearer token. */
  static HttpResponse<String> get(URI uri, String token) {
    return send(HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token).GET());
  }

  /** With a bearer token. */
  static HttpResponse<String> put(URI uri, String body, String token) {
    return send(
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body)));
  }

  static HttpResponse<String> post(URI uri, String body) {
    return send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  static HttpResponse<String> put(URI uri, String body) {
    return send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body)));
  }

  static HttpResponse<String> delete(URI uri) {
    return send(HttpRequest.newBuilder(uri).DELETE());
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(response + " is not JSON: " + response.body(), e);
    }
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    HttpRequest built = request.timeout(LIMIT).build();
    try {
      return CLIENT.send(built, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(built.method() + " " + built.uri() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted at " + built.uri(), e);
    }
  }
}
