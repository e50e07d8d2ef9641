package io.tidecaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of the tests start, answer, end as told, and never outlive the test's JVM. */
class ServiceProcessE2E {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir static Path scratch;

  private static Path jar;

  @BeforeAll
  static void packTheJar() throws IOException {
    jar = scratch.resolve("tiny.jar");
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, TinyService.class.getName());
    String entry = TinyService.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        var out = new JarOutputStream(file, manifest);
        InputStream bytes =
            Objects.requireNonNull(
                ServiceProcessE2E.class.getClassLoader().getResourceAsStream(entry))) {
      out.putNextEntry(new JarEntry(entry));
      bytes.transferTo(out);
    }
  }

  /** Stands in for the built jar: answers everything with the words it was started with. */
  static final class TinyService {
    private TinyService() {}

    public static void main(String[] arguments) throws IOException {
      if (arguments.length == 0) {
        System.err.println("nothing to serve");
        System.exit(3);
      }
      int port = Integer.getInteger("quarkus.http.port", 0);
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      String words = String.join(" ", arguments) + " " + System.getenv("TIDE");
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
              exchange.sendResponseHeaders(200, bytes.length);
              exchange.getResponseBody().write(bytes);
            }
          });
      server.start();
      System.out.println("serving on " + port);
    }
  }

  @Test
  void aServiceIsReadyWhenStartReturns() {
    try (ServiceProcess service = serve()) {
      assertEquals("high water", Http.get(service.url().resolve("/")).body());
      assertTrue(service.log().contains("serving on " + service.port()), service.log());
      assertTrue(service.residentBytes() > 10_000_000, "RSS " + service.residentBytes());
    }
  }

  @Test
  void sigtermAndSigkillShowInTheExitStatus() {
    try (ServiceProcess asked = serve();
        ServiceProcess killed = serve()) {
      assertEquals(143, asked.terminate());
      killed.kill();
      assertEquals(137, killed.awaitExit(SOON));
      assertFalse(killed.alive());
    }
  }

  @Test
  void aServiceThatDiesAtItsStartFailsAtOnceWithItsLastWords() {
    var failure =
        assertThrows(AssertionError.class, () -> ServiceProcess.named("tiny").jar(jar).start());

    assertTrue(String.valueOf(failure.getMessage()).contains("status 3"), failure.getMessage());
    assertTrue(
        String.valueOf(failure.getMessage()).contains("nothing to serve"), failure.getMessage());
  }

  @Test
  void aJarThatIsNotBuiltNamesTheRemedy() {
    var launch = ServiceProcess.named("none").jar(scratch.resolve("none.jar"));

    var failure = assertThrows(IllegalStateException.class, launch::start);

    assertTrue(
        String.valueOf(failure.getMessage()).contains("./mvnw package"), failure.getMessage());
  }

  private static ServiceProcess serve() {
    return ServiceProcess.named("tiny")
        .jar(jar)
        .arguments("high")
        .environment("TIDE", "water")
        .readiness("/", SOON)
        .start();
  }

  /** A JVM with children of its own, to be killed. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] arguments) throws InterruptedException {
      ChildProcess child = ChildProcess.start("orphan", List.of("sleep", "600"));
      Browser browser = Browser.start();
      System.out.println("child " + child.pid());
      System.out.println("driver of " + browser.hashCode());
      Thread.sleep(Duration.ofMinutes(10));
    }
  }

  @Test
  void nothingSurvivesAJvmThatIsKilled() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        List.of(java, "-cp", System.getProperty("java.class.path"), Parent.class.getName());
    try (ChildProcess parent = ChildProcess.start("parent", command)) {
      Eventually.that(
          "the children run",
          SOON,
          () -> {
            parent.requireAlive();
            return parent.logTail().contains("driver of");
          });
      var family = ProcessHandle.of(parent.pid()).orElseThrow().descendants().toList();
      assertTrue(family.size() > 5, "sleep, chromedriver, Chromium and their watchers: " + family);

      parent.kill();

      Eventually.that(
          "all are gone", SOON, () -> family.stream().noneMatch(ProcessHandle::isAlive));
    }
  }
}
