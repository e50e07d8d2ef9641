package io.tidecaster.api;

import static io.tidecaster.api.Examples.NOON;
import static io.tidecaster.api.Examples.REPORTS;
import static io.tidecaster.api.Examples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.tidecaster.workload.Mode;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The console in a real browser; it leaves pictures of itself in {@code target/console}. */
@QuarkusTest
@TestProfile(FakesProfile.class)
@Timeout(120)
class ConsoleE2E {
  private static final Path PICTURES = Path.of("target", "console");

  @Inject FakeBoard board;
  @Inject FakeModes modes;

  private CrmDay day = new CrmDay(WEB, NOON.minus(Duration.ofHours(7)), 7);

  @BeforeEach
  void playTheDayUntilTheStorm() {
    board.wipe();
    modes.reset();
    day = new CrmDay(WEB, NOON.minus(Duration.ofHours(7)), 7);
    for (int minute = 0; minute < 9 * 60 + 12; minute++) {
      board.show(day.next());
    }
  }

  private static Browser open(int width, int height, String hash)
      throws IOException, InterruptedException {
    Browser browser = new Browser(width, height);
    browser.open("http://localhost:%d/%s".formatted(RestAssured.port, hash));
    return browser;
  }

  @Test
  void showsADayWithoutComplaint() throws Exception {
    try (Browser browser = open(1280, 800, "")) {
      browser.await("document.getElementById('clock').innerText === 'Mon 4 May, 14:12'");
      browser.await("document.querySelectorAll('#feed li').length > 3");
      browser.await("document.querySelectorAll('.uplot canvas').length === 2");

      assertThat(browser.text("connection")).isEqualTo("live");
      assertThat(browser.text("tile-peak-note")).contains("95 % quantile");
      assertThat(browser.text("decision")).contains("replicas bear");
      assertThat(browser.ask("document.documentElement.scrollWidth <= innerWidth"))
          .isEqualTo("true");
      browser.screenshot(PICTURES.resolve("light.png"));
      browser.darken(true);
      browser.screenshot(PICTURES.resolve("dark.png"));
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void fitsAPhone() throws Exception {
    try (Browser browser = open(390, 844, "")) {
      browser.await("document.querySelectorAll('.uplot canvas').length === 2");

      assertThat(browser.ask("document.documentElement.scrollWidth <= innerWidth"))
          .isEqualTo("true");
      browser.screenshot(PICTURES.resolve("phone.png"));
    }
  }

  @Test
  void followsTheClockOfTheServer() throws Exception {
    try (Browser browser = open(1280, 800, "")) {
      browser.await("document.getElementById('clock').innerText === 'Mon 4 May, 14:12'");
      for (int minute = 0; minute < 30; minute++) {
        board.show(day.next());
      }

      browser.await("document.getElementById('clock').innerText === 'Mon 4 May, 14:42'");
      browser.screenshot(PICTURES.resolve("storm.png"));
    }
  }

  @Test
  void asksBeforeItEnforcesAndShowsTheCeiling() throws Exception {
    try (Browser browser = open(1280, 800, "")) {
      browser.await("!document.getElementById('scaler-mode').disabled");
      browser.click("#scaler-mode input[value=Enforcing]");
      browser.await("document.getElementById('confirm').open");
      assertThat(browser.text("confirm-text")).contains("between 2 and 10", "ceiling is Advisory");
      browser.click("#confirm-no");
      browser.await("!document.getElementById('confirm').open");
      assertThat(board.scaler(WEB).orElseThrow().mode()).isEqualTo(Mode.ADVISORY);

      browser.click("#scaler-mode input[value=Enforcing]");
      browser.click("#confirm-yes");

      browser.await(
          "document.getElementById('mode-note').innerText.includes('in force is Advisory')");
      assertThat(board.scaler(WEB).orElseThrow().mode()).isEqualTo(Mode.ENFORCING);
    }
  }

  @Test
  void tellsWhyAModeCouldNotBeSet() throws Exception {
    modes.kafkaFailsWith(new ProblemException(Problem.unavailable("no broker at kafka:9092")));
    try (Browser browser = open(1280, 800, "")) {
      browser.await("!document.getElementById('installation-mode').disabled");
      browser.click("#installation-mode input[value=Paused]");

      browser.await("document.getElementById('alert').innerText === 'no broker at kafka:9092'");
      assertThat(browser.ask("document.querySelector('#installation-mode input:checked').value"))
          .isEqualTo("Advisory");
    }
  }

  @Test
  void saysWhyThereIsNoForecast() throws Exception {
    board.show(Examples.fresh(REPORTS));
    try (Browser browser = open(1280, 800, "#crm/crm-reports")) {
      browser.await(
          "document.getElementById('not-ready').innerText.includes('12 min of history < 60 min')");
      browser.screenshot(PICTURES.resolve("not-ready.png"));
    }
  }

  @Test
  void saysThatThereIsNoScalerAndFindsTheFirst() throws Exception {
    board.wipe();
    try (Browser browser = open(1280, 800, "")) {
      browser.await("!document.getElementById('empty').hidden");
      browser.screenshot(PICTURES.resolve("empty.png"));

      board.show(Examples.decided(WEB, NOON));

      browser.await("!document.getElementById('board').hidden");
    }
  }
}
