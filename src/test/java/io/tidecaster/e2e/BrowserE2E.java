package io.tidecaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The browser shows a page that never stops loading events, as the console is one. */
class BrowserE2E {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final String PAGE =
      """
      <!doctype html>
      <title>Tide</title>
      <style>
        body { background: #fff }
        @media (prefers-color-scheme: dark) { body { background: #000 } }
      </style>
      <p id="level">…</p>
      <button onclick="document.title = 'pressed'">Press</button>
      <input id="name">
      <script>
        new EventSource('/stream').onmessage = e => level.textContent = e.data
      </script>
      """;

  private static final CountDownLatch DONE = new CountDownLatch(1);

  private static HttpServer server;
  private static Browser browser;

  @BeforeAll
  static void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", BrowserE2E::page);
    server.createContext("/stream", BrowserE2E::stream);
    server.createContext("/favicon.ico", BrowserE2E::nothing);
    server.start();
    browser = Browser.start();
  }

  @AfterAll
  static void stop() {
    DONE.countDown();
    browser.close();
    server.stop(0);
  }

  @Test
  void aPageWithAnEndlessStreamOpensAndShowsWhatArrives() {
    browser.open(page());

    Eventually.that("the event is shown", SOON, () -> browser.text("#level").equals("high"));
    assertEquals("Tide", browser.title());
    assertEquals(List.of("high"), browser.texts("p"));
    assertFalse(browser.exists("table"));
    assertTrue(browser.html().contains("high"));
  }

  @Test
  void aUserClicksAndTypes() {
    browser.open(page());

    browser.click("button");
    browser.type("#name", "crm");

    assertEquals("pressed", browser.title());
    assertEquals(
        "crm", browser.run("return document.querySelector(arguments[0]).value", "#name").asText());
  }

  @Test
  void aScreenshotHasTheViewportsSizeAndTheUsersColours(@TempDir Path scratch) throws IOException {
    browser.open(page());
    browser.viewport(390, 844);
    browser.prefers("prefers-color-scheme", "dark");

    Path png = browser.screenshot(scratch.resolve("shots/dark.png"));

    BufferedImage image = Objects.requireNonNull(ImageIO.read(png.toFile()));
    assertEquals("390x844", image.getWidth() + "x" + image.getHeight());
    assertEquals(0xff000000, image.getRGB(389, 843));
  }

  @Test
  void errorsOfThePageAreHeard() {
    browser.open(page());
    assertEquals(List.of(), browser.consoleErrors());

    browser.run("console.error('leak')");

    assertTrue(browser.consoleErrors().toString().contains("leak"));
  }

  private static URI page() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private static void page(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      byte[] bytes = PAGE.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static void nothing(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(204, -1);
    }
  }

  private static void stream(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      OutputStream body = exchange.getResponseBody();
      body.write("data: high\n\n".getBytes(StandardCharsets.UTF_8));
      body.flush();
      DONE.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
