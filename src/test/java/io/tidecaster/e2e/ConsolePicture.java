package io.tidecaster.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Takes {@code docs/images/console.png}, the README's picture: the demo at quarter past ten, a
 * campaign on top of the morning's rise; and its parts for docs/dashboards.md.
 *
 * <pre>
 *   ./mvnw -q test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=io.tidecaster.e2e.ConsolePicture
 * </pre>
 */
final class ConsolePicture {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String MOMENT = "02:1"; // 10:10 to 10:19 in Shanghai

  /** What docs/dashboards.md sets beside the dashboards' panels. */
  private static final Map<String, String> PARTS =
      Map.of("figures", ".tiles", "charts", ".charts", "decision", ".decision");

  private ConsolePicture() {}

  public static void main(String[] arguments) {
    Path picture = Path.of(arguments.length == 0 ? "docs/images/console.png" : arguments[0]);
    String moment = arguments.length < 2 ? MOMENT : arguments[1];
    int port = Loopback.freePort();
    try (Browser browser = Browser.start();
        ServiceProcess demo =
            ServiceProcess.named("picture")
                .port(port)
                .jvm("-XX:+UseSerialGC")
                .property("java.util.logging.manager", "org.jboss.logmanager.LogManager")
                .arguments("demo", "--port", "" + port, "--speed", "240")
                .start()) {
      browser.viewport(1440, 860);
      browser.open(demo.url().resolve("/"));
      Eventually.that(
          "the moment is there",
          PATIENCE,
          () ->
              browser.text("#clock").contains(moment)
                  && browser.text("#tile-peak").endsWith("req/s"));
      browser.screenshot(picture);
      System.out.println(picture.toAbsolutePath());
      browser.viewport(1440, 1400);
      for (Map.Entry<String, String> part : PARTS.entrySet()) {
        Path alone = picture.resolveSibling("console-%s.png".formatted(part.getKey()));
        System.out.println(browser.screenshot(part.getValue(), alone).toAbsolutePath());
      }
    }
  }
}
