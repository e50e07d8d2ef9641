package io.tidecaster.api;

import static io.tidecaster.api.Examples.NOON;
import static io.tidecaster.api.Examples.REPORTS;
import static io.tidecaster.api.Examples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.tidecaster.e2e.Browser;
import io.tidecaster.e2e.Eventually;
import io.tidecaster.workload.Mode;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The console in a real browser; it leaves pictures of itself in {@code target/console}. */
@QuarkusTest
@TestProfile(FakesProfile.class)
class ConsoleE2E {
  private static final Path PICTURES = Path.of("target", "console");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Inject FakeBoard board;
  @Inject FakeModes modes;

  private CrmDay day = aDay();
  private final Browser browser = Browser.start();

  private static CrmDay aDay() {
    return new CrmDay(WEB, NOON.minus(Duration.ofHours(7)), 7);
  }

  @BeforeEach
  void playTheDayUntilJustBeforeTheStorm() {
    board.wipe();
    modes.reset();
    day = aDay();
    play(9 * 60 + 12);
  }

  @AfterEach
  void closeTheBrowser() {
    browser.close();
  }

  private void play(int minutes) {
    for (int minute = 0; minute < minutes; minute++) {
      board.show(day.next());
    }
  }

  private void open(int width, int height, String fragment) {
    browser.viewport(width, height);
    browser.open(URI.create("http://localhost:%d/%s".formatted(RestAssured.port, fragment)));
  }

  private void awaitText(String css, String text) {
    Eventually.get(
        css + " says " + text, PATIENCE, () -> browser.text(css), seen -> seen.contains(text));
  }

  private void awaitTrue(String expression) {
    Eventually.that(
        expression, PATIENCE, () -> browser.run("return (" + expression + ")").asBoolean());
  }

  private void awaitCharts() {
    awaitText("#clock", "Mon 4 May, 14:12");
    awaitTrue("document.querySelectorAll('.uplot canvas').length === 2");
    awaitTrue("document.querySelectorAll('#feed li').length > 3");
  }

  @Test
  void showsADayWithoutComplaint() {
    open(1280, 800, "");
    awaitCharts();

    assertThat(browser.text("#connection")).isEqualTo("live");
    assertThat(browser.text("#tile-peak-note")).contains("95 % quantile");
    assertThat(browser.text("#decision")).contains("replicas bear");
    browser.screenshot(PICTURES.resolve("light.png"));
    browser.prefers("prefers-color-scheme", "dark");
    browser.screenshot(PICTURES.resolve("dark.png"));
    // No refusal by the Content-Security-Policy, no file that is missing, nothing thrown.
    assertThat(browser.consoleErrors()).isEmpty();
  }

  @Test
  void showsTheBalancersAndWhatIsAdvised() {
    open(1280, 1400, "");
    awaitCharts();

    awaitText("#balancer-sentence", "round robin, which is in force, 410 ms");
    assertThat(browser.text("#balancer-trouble"))
        .isEqualTo("haproxy-1:9999: HAProxy does not answer");
    assertThat(browser.text("#balancer-algorithms tr.best")).contains("least connections", "250");
    assertThat(browser.text("#balancer-algorithms tbody")).contains("overloaded", "in force");
    assertThat(browser.text("#balancer-warm-up")).contains("(learned): half of the last 12 starts");
    browser.click("#balancer-weights summary");
    assertThat(browser.text("#balancer-servers"))
        .contains("slot2 50", "50 % as fast as the fastest", "warms up, 4 of 42 s");
    browser.click("#balancer-simulated summary");
    assertThat(browser.text("#balancer-facts")).contains("assumed: standard deviation");
    browser.screenshot(PICTURES.resolve("balancer.png"));
    assertThat(browser.consoleErrors()).isEmpty();
  }

  @Test
  void showsHowLargeAReplicaIs() {
    open(1280, 1400, "");
    awaitCharts();

    awaitText("#size-chip", "500m → 2430m");
    assertThat(browser.text("#size-sentence")).contains("2375m for what is forecast");
    assertThat(browser.text("#size-sentence")).contains("killed for want of memory");
    assertThat(browser.text("#size-sentence")).contains("Container envoy goes from 100m to 290m");
    assertThat(browser.text("#size-facts"))
        .contains("250m–4000m", "512Mi → 615Mi", "envoy", "100m → 290m");
    browser.screenshot(PICTURES.resolve("size.png"));
    assertThat(browser.consoleErrors()).isEmpty();
  }

  @Test
  void fitsAPhone() {
    open(390, 844, "");
    awaitCharts();

    awaitTrue("document.documentElement.scrollWidth <= innerWidth");
    browser.screenshot(PICTURES.resolve("phone.png"));
  }

  @Test
  void followsTheClockOfTheServer() {
    open(1280, 800, "");
    awaitCharts();

    play(33);

    awaitText("#clock", "Mon 4 May, 14:45");
    // 33 decisions at once are more than a stream tells; the console fetched the rest.
    awaitTrue(
        "[...document.querySelectorAll('#feed time')].some(t => t.innerText.startsWith('14:2'))");
    browser.screenshot(PICTURES.resolve("storm.png"));
  }

  @Test
  void showsAnEarlierDecisionOnRequest() {
    open(1280, 800, "");
    awaitCharts();
    String latest = browser.text("#decision time");

    browser.click("#feed li:nth-child(3) button");

    awaitTrue("!document.getElementById('latest').hidden");
    assertThat(browser.text("#decision time")).isNotEqualTo(latest);
    browser.click("#latest");
    awaitText("#decision time", latest);
  }

  @Test
  void asksBeforeItEnforcesAndShowsTheCeiling() {
    open(1280, 800, "");
    awaitCharts();
    browser.run("document.querySelector('#scaler-mode input[value=Enforcing]').click()");
    awaitTrue("document.getElementById('confirm').open");
    assertThat(browser.text("#confirm-text")).contains("between 2 and 10", "ceiling is Advisory");
    browser.screenshot(PICTURES.resolve("confirm.png"));
    browser.click("#confirm-no");
    awaitTrue("!document.getElementById('confirm').open");
    assertThat(board.scaler(WEB).orElseThrow().mode()).isEqualTo(Mode.ADVISORY);

    browser.run("document.querySelector('#scaler-mode input[value=Enforcing]').click()");
    browser.click("#confirm-yes");

    awaitText("#mode-note", "Set to Enforcing, in force is Advisory");
    assertThat(board.scaler(WEB).orElseThrow().mode()).isEqualTo(Mode.ENFORCING);
    awaitTrue("document.querySelector('#scaler-mode [data-mode=Enforcing]').matches('.capped')");
    browser.screenshot(PICTURES.resolve("ceiling.png"));
  }

  @Test
  void tellsWhyAModeCouldNotBeSet() {
    modes.kafkaFailsWith(new ProblemException(Problem.unavailable("no broker at kafka:9092")));
    open(1280, 800, "");
    awaitCharts();

    browser.run("document.querySelector('#installation-mode input[value=Paused]').click()");

    awaitText("#alert", "no broker at kafka:9092");
    awaitTrue("document.querySelector('#installation-mode input:checked').value === 'Advisory'");
  }

  @Test
  void saysWhyThereIsNoForecast() {
    board.show(Examples.fresh(REPORTS));
    open(1280, 800, "#crm/crm-reports");

    awaitText("#not-ready", "12 min of history < 60 min");
    browser.screenshot(PICTURES.resolve("not-ready.png"));
  }

  @Test
  void saysThatThereIsNoScalerAndFindsTheFirst() {
    board.wipe();
    open(1280, 800, "");
    awaitText("#empty", "No scaler yet");
    browser.screenshot(PICTURES.resolve("empty.png"));

    board.show(Examples.decided(WEB, NOON));

    awaitText("#tile-replicas", "3 → 10");
  }

  @Test
  void saysThatAScalerWasRemoved() {
    open(1280, 800, "");
    awaitCharts();

    board.remove(WEB);

    awaitText("#empty", "No scaler yet");
  }
}
