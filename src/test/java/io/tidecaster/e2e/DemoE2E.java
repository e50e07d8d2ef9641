package io.tidecaster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code tidecaster demo} and its console in a real browser; then stopped, and gone on with. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoE2E {
  private static final Pattern CONSOLE = Pattern.compile("console: (\\S+)");
  private static final Duration A_MINUTE = Duration.ofSeconds(60);
  private static final String CRM = "/api/v1/scalers/crm/crm-deployment";

  @TempDir static Path scratch;

  private static Browser browser;
  private static ServiceProcess demo;
  private static Instant started;

  @BeforeAll
  static void start() {
    browser = Browser.start();
    started = Instant.now();
    demo = demo(60, "--data", scratch.resolve("data").toString());
  }

  @AfterAll
  static void stop() {
    demo.close();
    browser.close();
  }

  @Test
  @Order(1)
  void theConsoleShowsReplicasForecastAndHpaWithinAMinute() {
    Duration left = Duration.between(Instant.now(), started.plus(A_MINUTE));
    Eventually.that("the page is served", left, () -> opened(demo));
    left = Duration.between(Instant.now(), started.plus(A_MINUTE));
    Eventually.that(
        "the console is filled",
        left,
        () ->
            browser.text("#tile-replicas").matches("\\d+( → \\d+)?")
                && browser.text("#tile-peak").endsWith("req/s")
                && summary("#replicas-summary")
                    .matches("\\d+ replicas, \\d+ desired; the HPA would have \\d+\\."));

    assertThat(browser.text("#connection-text")).isEqualTo("live");
    assertThat(
            get(demo, "/forecast")
                .path("quantiles")
                .propertyStream()
                .map(java.util.Map.Entry::getKey))
        .contains("0.5", "0.9", "0.99");
  }

  @Test
  @Order(2)
  void theForecastIsDrawnAheadOfNow() {
    // Ink in the right part of the chart, which lies in the future.
    Eventually.get(
        "the forecast is drawn",
        A_MINUTE,
        () -> ink("#load-chart canvas", 0.85, 0.95),
        share -> share > 0.01);
    assertThat(ink("#replicas-chart canvas", 0.1, 1)).isGreaterThan(0.001);
  }

  @Test
  @Order(3)
  void theModeIsSwitchedOnThePage() {
    browser.click("#scaler-mode label[data-mode=Advisory]");
    Eventually.get("advised", A_MINUTE, () -> mode(demo), "Advisory"::equals);

    browser.click("#scaler-mode label[data-mode=Enforcing]");
    Eventually.that("the page asks", A_MINUTE, () -> browser.exists("#confirm[open]"));
    assertThat(mode(demo)).isEqualTo("Advisory");
    browser.click("#confirm-yes");
    Eventually.get("enforced", A_MINUTE, () -> mode(demo), "Enforcing"::equals);
    assertThat(browser.exists("#alert:not([hidden])")).isFalse();
  }

  @Test
  @Order(4)
  void thePageHasNoErrorsAndAPicture() throws IOException {
    Path picture = browser.screenshot(Path.of("target", "e2e", "console.png"));

    assertThat(browser.consoleErrors()).isEmpty();
    assertThat(Files.size(picture)).isGreaterThan(20_000);
  }

  @Test
  @Order(5)
  void aSecondStartGoesOnFromWhereTheFirstStopped() {
    Eventually.get(
        "some decisions", A_MINUTE, () -> decisionTimes(demo), times -> times.size() > 5);
    int status = demo.terminate();
    String end = demo.log();
    assertThat(status).isIn(0, 143);
    assertThat(end).contains("requests in violation");

    demo = demo(60, "--data", scratch.resolve("data").toString());
    Eventually.that("ready", A_MINUTE.multipliedBy(2), () -> !decisionTimes(demo).isEmpty());
    List<Instant> before = decisionTimes(demo);
    List<Instant> after =
        Eventually.get(
            "three decisions more",
            A_MINUTE,
            () -> decisionTimes(demo),
            times -> times.size() >= before.size() + 3);

    assertThat(after).hasSizeGreaterThan(8).doesNotHaveDuplicates();
    for (int i = 1; i < after.size(); i++) {
      // The minute that was open at the stop may end as unknown, never out of order.
      assertThat(Duration.between(after.get(i - 1), after.get(i)))
          .isBetween(Duration.ofMinutes(1), Duration.ofMinutes(4));
    }
    assertThat(demo.log()).doesNotContain("from " + after.getFirst().minus(1, ChronoUnit.MINUTES));
  }

  @Test
  @Order(6)
  void aRecordedLoadIsPlayed() throws IOException {
    demo.close();
    Path trace = scratch.resolve("shop.csv");
    Files.writeString(trace, fiveWeeks());

    demo = demo(600, "--trace", trace.toString());

    Eventually.that(
        "a forecast", A_MINUTE.multipliedBy(2), () -> get(demo, "/forecast").has("quantiles"));
    JsonNode advice =
        Eventually.get(
            "advice", A_MINUTE, () -> get(demo, "/recommendation"), answer -> answer.has("at"));
    assertThat(advice.path("desiredReplicas").asInt()).isBetween(2, 10);
    // It begins on one of the last days, before a rise, with at least four weeks behind it.
    assertThat(Instant.parse(advice.path("at").asText()))
        .isBetween(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-03-08T00:00:00Z"));
    assertThat(demo.log()).contains("shop.csv from 2026-03-0");
  }

  /** A wave a day from 2026-02-01 for 35 days, in steps of five minutes. */
  private static String fiveWeeks() {
    Instant start = Instant.parse("2026-02-01T00:00:00Z");
    StringBuilder csv = new StringBuilder("timestamp,value\n");
    for (int i = 0; i < 35 * 288; i++) {
      double day = 2 * Math.PI * (i % 288) / 288;
      csv.append(start.plusSeconds(300L * i))
          .append(',')
          .append(Math.round(500 - 400 * Math.cos(day)))
          .append('\n');
    }
    return csv.toString();
  }

  private static ServiceProcess demo(int speed, String... more) {
    int port = Loopback.freePort();
    List<String> words =
        new ArrayList<>(List.of("demo", "--port", "" + port, "--speed", "" + speed));
    words.addAll(List.of(more));
    return ServiceProcess.named("demo")
        .port(port)
        .jvm("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
        .property("java.util.logging.manager", "org.jboss.logmanager.LogManager")
        .arguments(words.toArray(String[]::new))
        .startWithoutWaiting();
  }

  /** Opens the page by the link that the demo prints, which signs in. */
  private static boolean opened(ServiceProcess of) {
    Matcher link = CONSOLE.matcher(of.log());
    if (!link.find()) {
      return false;
    }
    browser.open(URI.create(link.group(1)));
    return true;
  }

  /** What is hidden from the eye is no text for WebDriver. */
  private static String summary(String css) {
    return browser.run("return document.querySelector(arguments[0]).textContent", css).asText();
  }

  /** The share of pixels that are painted, between two shares of the canvas' width. */
  private static double ink(String css, double from, double to) {
    return browser
        .run(
            """
            const canvas = document.querySelector(arguments[0]);
            const left = Math.round(canvas.width * arguments[1]);
            const width = Math.round(canvas.width * arguments[2]) - left;
            const data = canvas.getContext('2d').getImageData(left, 0, width, canvas.height).data;
            let painted = 0;
            for (let i = 3; i < data.length; i += 4) if (data[i] > 0) painted++;
            return painted / (data.length / 4);
            """,
            css,
            from,
            to)
        .asDouble();
  }

  private static JsonNode get(ServiceProcess of, String what) {
    return Http.json(Http.get(of.url().resolve(CRM + what)));
  }

  private static String mode(ServiceProcess of) {
    return get(of, "/mode").path("mode").asText();
  }

  /** Oldest first. */
  private static List<Instant> decisionTimes(ServiceProcess of) {
    List<Instant> times = new ArrayList<>();
    get(of, "/decisions?limit=500")
        .path("items")
        .forEach(decision -> times.add(Instant.parse(decision.path("at").asText())));
    return times.reversed();
  }
}
