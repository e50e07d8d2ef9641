package io.tidecaster.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Headless Chromium, driven over WebDriver by a client of the few commands a console's test needs.
 * Elements are named by CSS selectors and looked up at every use, because a live page replaces them
 * at any moment.
 */
public final class Browser implements AutoCloseable {
  private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);

  /** The key under which WebDriver hides an element's reference. */
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

  private final ScratchDirectory profile;
  private final ChildProcess driver;
  private final URI root;
  private @Nullable URI session;

  private Browser(ScratchDirectory profile, ChildProcess driver, URI root) {
    this.profile = profile;
    this.driver = driver;
    this.root = root;
  }

  /** A browser with an empty profile and a window of 1280 by 900. */
  public static Browser start() {
    Tools tools = Tools.find();
    int port = Loopback.freePort();
    var browser =
        new Browser(
            ScratchDirectory.create("browser"),
            ChildProcess.start(
                "chromedriver",
                List.of(tools.chromedriver().toString(), "--port=" + port, "--log-level=WARNING")),
            Loopback.http(port));
    try {
      browser.open(tools.chromium());
      return browser;
    } catch (Throwable e) {
      browser.close();
      throw e;
    }
  }

  private void open(Path chromium) {
    Eventually.get(
        "chromedriver is ready",
        STARTS_WITHIN,
        () -> {
          driver.requireAlive();
          return Http.json(Http.get(root.resolve("/status"))).path("value").path("ready");
        },
        JsonNode::asBoolean);
    ObjectNode body = Http.JSON.createObjectNode();
    ObjectNode wanted = body.putObject("capabilities").putObject("alwaysMatch");
    wanted.put("browserName", "chrome");
    wanted.putObject("timeouts").put("pageLoad", 30_000).put("script", 30_000);
    wanted.putObject("goog:loggingPrefs").put("browser", "ALL");
    ObjectNode options = wanted.putObject("goog:chromeOptions").put("binary", chromium.toString());
    ArrayNode arguments = options.putArray("args");
    // The pipe in place of a debugging port: when chromedriver goes, the browser goes with it.
    for (String argument :
        List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--no-first-run",
            "--remote-debugging-pipe",
            "--window-size=1280,900",
            "--user-data-dir=" + profile.path())) {
      arguments.add(argument);
    }
    JsonNode value = value(Http.post(root.resolve("/session"), body.toString()));
    session = root.resolve("/session/" + value.path("sessionId").asText());
  }

  /** Goes to a page and waits until it is loaded; requests that never end do not hold it up. */
  public void open(URI page) {
    post("/url", Http.JSON.createObjectNode().put("url", page.toString()));
  }

  public String title() {
    return get("/title").asText();
  }

  /** The document as it is now, scripts' work included. */
  public String html() {
    return run("return document.documentElement.outerHTML").asText();
  }

  public boolean exists(String css) {
    return !find(css).isEmpty();
  }

  /** The text a user sees in the first such element. */
  public String text(String css) {
    return get("/element/" + first(css) + "/text").asText();
  }

  /** The text a user sees in each such element. */
  public List<String> texts(String css) {
    return find(css).stream().map(id -> get("/element/" + id + "/text").asText()).toList();
  }

  /** Clicks the first such element as a user does: it must be visible, and not covered. */
  public void click(String css) {
    post("/element/" + first(css) + "/click", Http.JSON.createObjectNode());
  }

  /** Types into the first such element. */
  public void type(String css, String text) {
    post("/element/" + first(css) + "/value", Http.JSON.createObjectNode().put("text", text));
  }

  /** Runs a function body in the page; {@code arguments[0]}… are the given values. */
  public JsonNode run(String script, Object... arguments) {
    ObjectNode body = Http.JSON.createObjectNode().put("script", script);
    body.set("args", Http.JSON.valueToTree(arguments));
    return post("/execute/sync", body);
  }

  /** A PNG of what the window shows. */
  public Path screenshot(Path png) {
    return picture("/screenshot", png);
  }

  /** A PNG of the first such element alone. */
  public Path screenshot(String css, Path png) {
    return picture("/element/" + first(css) + "/screenshot", png);
  }

  private Path picture(String of, Path png) {
    byte[] image = Base64.getDecoder().decode(get(of).asText());
    try {
      Path directory = png.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      return Files.write(png, image);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The size of the viewport, in CSS pixels: 390 by 844 is a telephone. */
  public void viewport(int width, int height) {
    devTools(
        "Emulation.setDeviceMetricsOverride",
        Http.JSON
            .createObjectNode()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", false));
  }

  /** What the user's system asks of pages: {@code ("prefers-color-scheme", "dark")}. */
  public void prefers(String feature, String value) {
    ObjectNode parameters = Http.JSON.createObjectNode();
    parameters.putArray("features").addObject().put("name", feature).put("value", value);
    devTools("Emulation.setEmulatedMedia", parameters);
  }

  /** Errors the page wrote on its console since the last time this was asked. */
  public List<String> consoleErrors() {
    JsonNode entries = post("/se/log", Http.JSON.createObjectNode().put("type", "browser"));
    var errors = new ArrayList<String>();
    for (JsonNode entry : entries) {
      if (entry.path("level").asText().equals("SEVERE")) {
        errors.add(entry.path("message").asText());
      }
    }
    return List.copyOf(errors);
  }

  private void devTools(String command, ObjectNode parameters) {
    ObjectNode body = Http.JSON.createObjectNode().put("cmd", command);
    body.set("params", parameters);
    post("/goog/cdp/execute", body);
  }

  @Override
  public void close() {
    try {
      if (session != null && driver.alive()) {
        Http.delete(session);
      }
    } finally {
      driver.close();
      profile.close();
    }
  }

  private String first(String css) {
    List<String> found = find(css);
    if (found.isEmpty()) {
      throw new AssertionError("no element " + css);
    }
    return found.getFirst();
  }

  private List<String> find(String css) {
    JsonNode elements =
        post(
            "/elements",
            Http.JSON.createObjectNode().put("using", "css selector").put("value", css));
    var ids = new ArrayList<String>();
    elements.forEach(element -> ids.add(element.path(ELEMENT).asText()));
    return ids;
  }

  private JsonNode get(String path) {
    return value(Http.get(command(path)));
  }

  private JsonNode post(String path, ObjectNode body) {
    return value(Http.post(command(path), body.toString()));
  }

  private URI command(String path) {
    if (session == null) {
      throw new IllegalStateException("the browser has no session");
    }
    return URI.create(session + path);
  }

  private static JsonNode value(HttpResponse<String> response) {
    JsonNode value = Http.json(response).path("value");
    if (response.statusCode() != 200) {
      throw new IllegalStateException(
          value.path("error").asText() + ": " + value.path("message").asText());
    }
    return value;
  }
}
