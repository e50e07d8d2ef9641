package io.tidecaster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * A headless Chromium, driven through chromedriver in the W3C WebDriver protocol. Both must be
 * installed; Debian's packages are {@code chromium} and {@code chromium-driver}.
 */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final String session;

  Browser(int width, int height) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    driver =
        new ProcessBuilder("chromedriver", "--port=" + port)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    String base = "http://localhost:" + port;
    awaitDriver(base);
    ObjectNode options = JSON.createObjectNode();
    ArrayNode arguments = options.putArray("args");
    List.of("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
        .forEach(arguments::add);
    ObjectNode body = JSON.createObjectNode();
    ObjectNode wanted = body.putObject("capabilities").putObject("alwaysMatch");
    wanted.put("browserName", "chrome").putObject("goog:loggingPrefs").put("browser", "ALL");
    wanted.set("goog:chromeOptions", options);
    session = base + "/session/" + post(base + "/session", body).path("sessionId").asText();
    devTools(
        "Emulation.setDeviceMetricsOverride",
        JSON.createObjectNode()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", width < 600));
  }

  private void awaitDriver(String base) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        http.send(
            HttpRequest.newBuilder(URI.create(base + "/status")).build(),
            HttpResponse.BodyHandlers.discarding());
        return;
      } catch (IOException notYet) {
        if (System.nanoTime() > deadline) {
          throw new UncheckedIOException(notYet);
        }
        Thread.sleep(50);
      }
    }
  }

  private JsonNode post(String uri, JsonNode body) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(uri))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    JsonNode value = JSON.readTree(response.body()).path("value");
    if (response.statusCode() != 200) {
      throw new IOException("%s: %s".formatted(uri, value.path("message").asText()));
    }
    return value;
  }

  private void devTools(String command, JsonNode parameters)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("cmd", command);
    body.set("params", parameters);
    post(session + "/goog/cdp/execute", body);
  }

  void darken(boolean dark) throws IOException, InterruptedException {
    ObjectNode parameters = JSON.createObjectNode();
    parameters
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", dark ? "dark" : "light");
    devTools("Emulation.setEmulatedMedia", parameters);
  }

  void open(String uri) throws IOException, InterruptedException {
    post(session + "/url", JSON.createObjectNode().put("url", uri));
  }

  /** What this piece of JavaScript returns, as text. */
  String ask(String expression) throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("script", "return String(" + expression + ")");
    body.putArray("args");
    return post(session + "/execute/sync", body).asText();
  }

  String text(String id) throws IOException, InterruptedException {
    return ask("document.getElementById('%s').innerText".formatted(id));
  }

  /** Waits until the expression is true, and says what it was if it never is. */
  void await(String expression) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!ask(expression).equals("true")) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "never true: %s; the page says: %s"
                .formatted(expression, ask("document.body.innerText")));
      }
      Thread.sleep(50);
    }
  }

  void click(String selector) throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("using", "css selector").put("value", selector);
    String element = post(session + "/element", body).elements().next().asText();
    post(session + "/element/" + element + "/click", JSON.createObjectNode());
  }

  /** What the browser complained of: refused by policy, failed to load, thrown. */
  List<String> complaints() throws IOException, InterruptedException {
    return post(session + "/se/log", JSON.createObjectNode().put("type", "browser"))
        .findValuesAsText("message");
  }

  void screenshot(Path file) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(session + "/screenshot")).build(),
            HttpResponse.BodyHandlers.ofString());
    Files.createDirectories(file.getParent());
    Files.write(
        file, Base64.getDecoder().decode(JSON.readTree(response.body()).path("value").asText()));
  }

  @Override
  public void close() throws IOException {
    try {
      http.send(
          HttpRequest.newBuilder(URI.create(session)).DELETE().build(),
          HttpResponse.BodyHandlers.discarding());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      driver.destroy();
    }
  }
}
